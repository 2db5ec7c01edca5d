"""Which batches pay for a spending: a pure function from batches to draws.

Soonest-expiring first, never-expiring last, then oldest, then by id, so that the same batches always give the same
draws. An expired batch never pays.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

from loyalty.amounts import ZERO

_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Batch:
    """What is left of an adding transfer."""

    id: UUID
    remaining: Decimal
    created_at: datetime
    expires_at: datetime | None = None


@dataclass(frozen=True)
class Share:
    """How much one batch gives."""

    batch_id: UUID
    value: Decimal


def drawing_order(batch: Batch) -> tuple[datetime, datetime, UUID]:
    """Give the sort key of a batch: expiry (never last), age, id."""
    return batch.expires_at or _NEVER, batch.created_at, batch.id


def draw(batches: Iterable[Batch], points: Decimal, *, at: datetime) -> Sequence[Share]:
    """Take `points` from the batches in drawing order and give the shares.

    Gives less than `points` in all when the batches hold less; the caller decides whether that is a refusal.
    """
    missing = points
    shares: list[Share] = []
    for batch in sorted(batches, key=drawing_order):
        if missing <= ZERO:
            break
        if batch.expires_at is not None and batch.expires_at <= at:
            continue
        value = min(missing, batch.remaining)
        if value > ZERO:
            shares.append(Share(batch_id=batch.id, value=value))
            missing -= value
    return shares
