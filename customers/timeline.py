"""What happened to a customer, as it was recorded."""

from django.db.models import QuerySet

from customers.models import Customer
from loyalty.models import Event


def events_of(customer: Customer) -> QuerySet[Event]:
    """Give the events about a customer, newest first."""
    return Event.objects.filter(
        store_id=customer.store_id, subject_kind="customer", subject_id=str(customer.pk)
    ).order_by("-occurred_at", "-id")
