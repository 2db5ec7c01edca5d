"""Points per day, month or year: what was earned, spent, expired or waits, past and to come."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db.models import QuerySet, Sum
from django.db.models.functions import TruncDay, TruncMonth, TruncYear

from loyalty import calendar
from loyalty.amounts import ZERO
from loyalty.models import Store
from wallet.models import LedgerEntry, PointsTransfer

Kind = PointsTransfer.Kind
State = PointsTransfer.State


class Interval(StrEnum):
    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class PointType(StrEnum):
    EARNED = "earned"
    SPENT = "spent"
    EXPIRED = "expired"
    PENDING = "pending"


_TRUNCATIONS: dict[Interval, Any] = {
    Interval.DAY: TruncDay,
    Interval.MONTH: TruncMonth,
    Interval.YEAR: TruncYear,
}
_FORMATS = {Interval.DAY: "%Y-%m-%d", Interval.MONTH: "%Y-%m", Interval.YEAR: "%Y"}


@dataclass(frozen=True)
class _Source:
    """Rows whose `column` counts at `moment`; entries of losses are negative and count with `sign` -1."""

    rows: QuerySet[Any]
    moment: str
    column: str
    sign: int = 1


def points_by_interval(
    store: Store,
    *,
    at: datetime,
    point_type: PointType = PointType.EARNED,
    interval: Interval = Interval.DAY,
    last_days: int = 30,
    future_days: int = 0,
) -> dict[str, Decimal]:
    """Give points per interval of the store's local calendar, zeros included, oldest first.

    Units: days counted from today, today included. `expired` of days to come is what will expire if nobody spends
    it; `pending` falls on the day it unlocks.
    """
    zone = store.programme.zone
    today = at.astimezone(zone).date()
    first, last = today - timedelta(days=last_days - 1), today + timedelta(days=future_days)
    start, end = calendar.start_of_day(first, zone), calendar.start_of_day(last + timedelta(days=1), zone)
    periods = dict.fromkeys(_periods(first, last, interval), ZERO)
    for source in _sources(store, point_type):
        sums = (
            source.rows.filter(**{f"{source.moment}__gte": start, f"{source.moment}__lt": end})
            .order_by()
            .annotate(period=_TRUNCATIONS[interval](source.moment, tzinfo=zone))
            .values_list("period")
            .annotate(Sum(source.column))
        )
        for period, total in sums:
            periods[period.strftime(_FORMATS[interval])] += source.sign * total
    return periods


def _periods(first: date, last: date, interval: Interval) -> list[str]:
    days = (first + timedelta(days=offset) for offset in range((last - first).days + 1))
    return list(dict.fromkeys(day.strftime(_FORMATS[interval]) for day in days))


def _sources(store: Store, point_type: PointType) -> list[_Source]:
    transfers = PointsTransfer.objects.filter(store=store)
    match point_type:
        case PointType.EARNED:
            earned = transfers.filter(kind=Kind.ADDING).exclude(state__in=[State.PENDING, State.CANCELED])
            return [_Source(earned, "created_at", "value")]
        case PointType.SPENT:
            spent = transfers.filter(kind__in=[Kind.SPENDING, Kind.P2P_SPENDING]).exclude(
                state=State.CANCELED
            )
            return [_Source(spent, "created_at", "value")]
        case PointType.PENDING:
            return [_Source(transfers.filter(state=State.PENDING), "locked_until", "remaining")]
        case PointType.EXPIRED:
            gone = LedgerEntry.objects.filter(wallet__store=store, reason=LedgerEntry.Reason.EXPIRED)
            going = transfers.filter(state__in=[State.ACTIVE, State.PENDING], remaining__gt=0)
            return [_Source(gone, "created_at", "change", sign=-1), _Source(going, "expires_at", "remaining")]
