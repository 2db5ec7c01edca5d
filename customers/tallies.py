"""How many customers a store has, and how many stand on a level: exact without counting them (`models/tallies.py`)."""

from collections import Counter
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Count, Expression, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from customers.models import Customer, CustomerTally
from loyalty.models import Store

CHUNK = 5000


def count_customers(store: Store) -> int:
    """Count a store's customers, the deleted left out."""
    return sum(counts_by_level(store).values())


def counts_by_level(store: Store) -> dict[UUID | None, int]:
    """Count a store's customers by their level, the deleted left out; None is who stands on none."""
    if connection.vendor == "postgresql":
        lines = CustomerTally.objects.filter(store_id=store.pk)
        sums = list(lines.order_by().values_list("level_id").annotate(Sum("change")))
    else:
        present = Customer.objects.filter(store=store).exclude(status=Customer.Status.DELETED)
        sums = list(present.order_by().values_list("level_id").annotate(Count("pk")))
    return {level_id: total for level_id, total in sums if total}


def of_level() -> Expression:
    """Give what annotates levels with how many customers stand on each."""
    if connection.vendor == "postgresql":
        lines = CustomerTally.objects.filter(store_id=OuterRef("store_id"), level_id=OuterRef("pk"))
        sums = lines.order_by().values("level_id").annotate(total=Sum("change")).values("total")
        return Coalesce(Subquery(sums), 0)
    return Count("customers", filter=~Q(customers__status=Customer.Status.DELETED))


def add_up(*, chunk: int = CHUNK) -> int:
    """Put the lines of the tallies together, so that few are left to add up when asked; give how many went.

    Idempotent: whoever reads meanwhile sees the lines or their sums, which are equal.
    Locks: the lines at hand, skipping those that another run has.
    """
    gone = 0
    while went := _add_up_some(chunk):
        gone += went
    return gone


def _add_up_some(chunk: int) -> int:
    """Replace the oldest lines by their sums; give by how many there are fewer."""
    with transaction.atomic():
        lines = list(CustomerTally.objects.select_for_update(skip_locked=True).order_by("id")[:chunk])
        sums: Counter[tuple[UUID, UUID | None]] = Counter()
        for line in lines:
            sums[line.store_id, line.level_id] += line.change
        kept = [
            CustomerTally(store_id=store_id, level_id=level_id, change=change)
            for (store_id, level_id), change in sums.items()
            if change
        ]
        if len(kept) == len(lines):
            return 0
        CustomerTally.objects.filter(pk__in=[line.pk for line in lines]).delete()
        CustomerTally.objects.bulk_create(kept)
    return len(lines) - len(kept)
