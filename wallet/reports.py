"""Reports over a store's batches and movements: what will expire, what was sold and expired, what venues gave and took.

Each is one query over an index, whatever the number of rows; what time has changed counts whether or not the
wallets have been settled.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from loyalty import calendar
from loyalty.amounts import ZERO
from loyalty.models import Store
from loyalty.refusals import InvalidInput
from wallet.models import LedgerEntry, PointsTransfer

Kind = PointsTransfer.Kind
State = PointsTransfer.State


@dataclass(frozen=True)
class Figures:
    """Points that came in and points that went out."""

    added: Decimal = ZERO
    used: Decimal = ZERO

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(self.added + other.added, self.used + other.used)


def expiring_batches(store: Store, *, at: datetime, days: int) -> QuerySet[PointsTransfer]:
    """Give the batches that have points left and lose them within so many days, soonest first."""
    losing = _losing(expires_at__gt=at, expires_at__lte=at + timedelta(days=days))
    return PointsTransfer.objects.filter(losing, store=store).order_by("expires_at", "id")


def expired_paid_batches(store: Store, *, year: int, month: int, at: datetime) -> QuerySet[PointsTransfer]:
    """Give the batches that were sold for money and expired with points left in a month of the store's zone.

    Each has what it lost as `lost`, a negative sum of entries or None while nothing has been posted: `lost_of` reads
    both. Points that came back to a batch after its day were lost with it.
    """
    start, end = _month(store, year, month)
    entries = LedgerEntry.objects.filter(transfer=OuterRef("pk"), reason=LedgerEntry.Reason.EXPIRED)
    sums = entries.order_by().values("transfer").annotate(sum=Sum("change")).values("sum")
    posted = Q(Exists(entries), state=State.EXPIRED, ended_at__gte=start, ended_at__lt=end)
    overdue = _losing(expires_at__gte=start, expires_at__lt=end, expires_at__lte=at)
    return (
        PointsTransfer.objects.filter(posted | overdue, store=store, price__isnull=False)
        .annotate(lost=Subquery(sums), over_at=Coalesce("ended_at", "expires_at"))
        .order_by("over_at", "id")
    )


def lost_of(batch: PointsTransfer) -> Decimal:
    """Give what a batch of `expired_paid_batches` lost."""
    lost: Decimal | None = batch.lost  # type: ignore[attr-defined]  # annotated there
    return batch.remaining if lost is None else batch.remaining - lost


def by_venue(
    store: Store, *, first_day: date, last_day: date, venues: Sequence[str] = ()
) -> dict[str, Figures]:
    """Give points added and used per venue in some local days, both included; "" is where no venue was named.

    What was cancelled or reverted since does not count, nor what customers gave one another. With `venues`, those
    only, also where nothing happened.
    Raises: InvalidInput at `last_day` when it comes before the first.
    """
    if last_day < first_day:
        raise InvalidInput(field="last_day", reason="The last day must not come before the first.")
    zone = store.programme.zone
    moved = PointsTransfer.objects.filter(
        store=store,
        kind__in=[Kind.ADDING, Kind.SPENDING],
        created_at__gte=calendar.start_of_day(first_day, zone),
        created_at__lt=calendar.start_of_day(last_day + timedelta(days=1), zone),
    ).exclude(state=State.CANCELED)
    if venues:
        moved = moved.filter(venue__in=venues)
    rows = (
        moved.order_by()
        .values("venue")
        .annotate(
            added=Sum("value", filter=Q(kind=Kind.ADDING)), used=Sum("value", filter=Q(kind=Kind.SPENDING))
        )
    )
    found = {row["venue"]: Figures(row["added"] or ZERO, row["used"] or ZERO) for row in rows}
    names = venues or sorted(found)
    return {name: found.get(name, Figures()) for name in names}


def _losing(**moments: datetime) -> Q:
    """Give the condition that a batch has points to lose at such moments, so that each half finds its own index."""
    return Q(state=State.ACTIVE, remaining__gt=0, **moments) | Q(
        state=State.PENDING, remaining__gt=0, **moments
    )


def _month(store: Store, year: int, month: int) -> tuple[datetime, datetime]:
    first, zone = date(year, month, 1), store.programme.zone
    return calendar.start_of_day(first, zone), calendar.start_of_day(calendar.month_after(first), zone)
