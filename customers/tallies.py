"""How many customers a store has, and how many stand on a level: exact without counting them (`models/tallies.py`)."""

from uuid import UUID

from django.db import connection
from django.db.models import Count, Expression, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from customers.models import Customer, CustomerTally
from loyalty import tallies
from loyalty.models import Store


def count_customers(store: Store) -> int:
    """Count a store's customers, the deleted left out."""
    return sum(counts_by_level(store).values())


def counts_by_level(store: Store) -> dict[UUID | None, int]:
    """Count a store's customers by their level, the deleted left out; None is who stands on none."""
    return {level_id: total for (level_id,), total in tallies.counts(CustomerTally, store).items()}


def of_level() -> Expression:
    """Give what annotates levels with how many customers stand on each."""
    if connection.vendor == "postgresql":
        lines = CustomerTally.objects.filter(store_id=OuterRef("store_id"), level_id=OuterRef("pk"))
        sums = lines.order_by().values("level_id").annotate(total=Sum("change")).values("total")
        return Coalesce(Subquery(sums), 0)
    return Count("customers", filter=~Q(customers__status=Customer.Status.DELETED))
