"""Messages about points, sent by the outbox without a transaction around them."""

from datetime import date
from decimal import Decimal

from django.utils import translation
from django.utils.formats import date_format, number_format

from customers import messages
from customers.models import Customer
from loyalty.models import Event


def send_expiring_points(event: Event) -> None:
    """Tell a customer how many points expire, and until when they can be used."""
    customer = messages.customer_of(event, Customer.Status.ACTIVE)
    if customer is None:
        return
    programme = customer.store.programme
    points = Decimal(event.payload["points"])
    word = programme.program_points_singular if points == 1 else programme.program_points_plural
    with translation.override(programme.locale):
        messages.write_to(
            customer,
            "points_expire_soon",
            points=number_format(
                points.normalize() if points == int(points) else points, force_grouping=True
            ),
            word=word,
            last_day=date_format(date.fromisoformat(event.payload["last_day"])),
        )
