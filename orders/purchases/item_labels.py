"""Every label that lines of a store's purchases ever carried: what a form may offer.

Tills bring the same few labels all day. What this process has seen committed is not written again.
"""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from campaigns.evaluation import Label
from orders.models import ItemLabel

_MOST_REMEMBERED = 10_000
_seen: set[tuple[UUID, Label]] = set()


def note(store_id: UUID, labels: Iterable[Label]) -> None:
    """Keep the labels that are new to the store.

    Idempotent.   Locks: the new labels in order, so that two tills that bring the same ones never wait crosswise.
    """
    new = sorted({label for label in labels if (store_id, label) not in _seen})
    if not new:
        return
    ItemLabel.objects.bulk_create(
        [ItemLabel(store_id=store_id, key=label.key, value=label.value) for label in new],
        ignore_conflicts=True,
    )
    transaction.on_commit(lambda: _remember(store_id, new))


def _remember(store_id: UUID, labels: Iterable[Label]) -> None:
    if len(_seen) > _MOST_REMEMBERED:
        _seen.clear()
    _seen.update((store_id, label) for label in labels)
