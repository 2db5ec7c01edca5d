"""Background work of the customers floor."""

from celery import shared_task
from django.utils import timezone

from customers import levels
from loyalty.models import Store


@shared_task
def downgrade_due_levels() -> int:
    """Decide anew every level whose days are over, store by store; give how many were due.

    May be killed anywhere: the next run goes on with what is still due.
    """
    now = timezone.now()
    return sum(levels.downgrade_due_levels(store, at=now) for store in Store.objects.filter(is_active=True))
