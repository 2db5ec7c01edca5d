"""Where customers like to buy: a point of sale that becomes the own one of many customers at once."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import F

from customers import identification, profile
from customers.events import PointOfSaleAssigned
from customers.models import Customer
from loyalty import events
from loyalty.actors import Actor
from loyalty.models import PointOfSale

# How many customers one statement takes.
_CHUNK = 500


def assign_to_many(
    point_of_sale: PointOfSale, customer_ids: Collection[UUID], *, at: datetime, actor: Actor
) -> set[UUID]:
    """Make a point of sale the own one of these customers of its store and give the ids that were found.

    Like `profile.assign_point_of_sale` of each, in a constant number of statements for any number. Anonymous ones,
    about whom nothing new is written down, are not among those found.
    Idempotent: whose it is already is found, and nothing is recorded.   Locks: the customers, in order of id.
    """
    wanted, found = sorted(set(customer_ids)), set[UUID]()
    with events.atomic():
        for start in range(0, len(wanted), _CHUNK):
            people = identification.present(point_of_sale.store).filter(anonymized_at=None)
            locked = list(
                people.filter(pk__in=wanted[start : start + _CHUNK]).select_for_update().order_by("pk")
            )
            others = [person for person in locked if person.point_of_sale_id != point_of_sale.pk]
            _assign(others, point_of_sale, at=at, actor=actor)
            found |= {person.pk for person in locked}
    return found


def _assign(people: list[Customer], point_of_sale: PointOfSale, *, at: datetime, actor: Actor) -> None:
    Customer.objects.filter(pk__in=[person.pk for person in people]).update(
        point_of_sale=point_of_sale, version=F("version") + 1, updated_at=at
    )
    assigned = PointOfSaleAssigned(point_of_sale_id=str(point_of_sale.pk))
    for person in people:
        profile.record_changed(person, assigned, at=at, actor=actor)
