"""What the programme owes: points outstanding, by the month in which they expire, and what they are worth."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import F, Q, Sum
from django.db.models.functions import TruncMonth

from loyalty.amounts import ZERO, quantize
from loyalty.models import Store
from wallet.models import PointsTransfer, Wallet

State = PointsTransfer.State


@dataclass(frozen=True)
class Owed:
    """Points, of which some are pending, and their worth in the store's currency."""

    points: Decimal
    pending: Decimal
    worth: Decimal


@dataclass(frozen=True)
class Liability:
    """Everything that can still be claimed. `by_month` is by the month of the last valid day, oldest first."""

    by_month: dict[date, Owed]
    never_expiring: Owed
    blocked: Owed
    points_value: Decimal

    @property
    def total(self) -> Owed:
        """Everything together. Its worth is that of all points: the rounded parts may be cents away from it."""
        parts = [*self.by_month.values(), self.never_expiring, self.blocked]
        points = sum((part.points for part in parts), ZERO)
        pending = sum((part.pending for part in parts), ZERO)
        return _owed(points, pending, value=self.points_value)


def of_store(store: Store, *, at: datetime) -> Liability:
    """Work out what a store's programme owes at a moment, in two statements.

    Batches whose day has passed owe nothing, also before they are settled. Blocked points have left their
    batches and are told apart. Units: points; worth in the store's currency, by `points_value`.
    """
    value = store.programme.points_value
    zone = store.programme.zone
    batches = PointsTransfer.objects.filter(
        Q(expires_at__isnull=True) | Q(expires_at__gt=at),
        store=store,
        remaining__gt=0,
        state__in=[State.ACTIVE, State.PENDING],
    )
    # The last valid moment, not the first that is not, says which month it is.
    rows = (
        batches.annotate(month=TruncMonth(F("expires_at") - timedelta(seconds=1), tzinfo=zone))
        .order_by()
        .values("month")
        .annotate(points=Sum("remaining"), pending=Sum("remaining", filter=Q(state=State.PENDING)))
    )
    owed = {
        None if row["month"] is None else row["month"].date(): _owed(
            row["points"], row["pending"], value=value
        )
        for row in rows
    }
    never = owed.pop(None, _owed(None, None, value=value))
    blocked = Wallet.objects.filter(store=store).aggregate(sum=Sum("blocked"))["sum"]
    return Liability(
        by_month={month: owed[month] for month in sorted(month for month in owed if month is not None)},
        never_expiring=never,
        blocked=_owed(blocked, None, value=value),
        points_value=value,
    )


def _owed(points: Decimal | None, pending: Decimal | None, *, value: Decimal) -> Owed:
    known = points or ZERO
    return Owed(points=known, pending=pending or ZERO, worth=quantize(known * value))
