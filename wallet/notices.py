"""Tell customers in time: points that will expire so many days from now, told once for each last day.

How many days before is a setting of the programme (`expire_points_notification_days`; 0 tells nobody), counted in the
store's zone. Every run looks at everything from tomorrow to that day and leaves out what was told before, so a day on
which no job ran is told late by the next run, not dropped.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import Sum

from customers.models import Customer
from loyalty import calendar, events
from loyalty.actors import SYSTEM
from loyalty.amounts import ZERO
from loyalty.events import Subject
from loyalty.models import Store
from wallet import expiry
from wallet.events import PointsExpireSoon
from wallet.models import ExpiryNotice, PointsTransfer

_CHUNK = 1000


@dataclass(frozen=True)
class _Due:
    """What one wallet loses at one moment."""

    wallet_id: UUID
    expires_at: datetime
    points: Decimal


def tell_of_expiring_points(store: Store, *, at: datetime, chunk: int = _CHUNK) -> int:
    """Record that points will expire, for every active customer of a store whose day to hear of it has come.

    Gives how many were told. Messages and webhooks follow from the event.
    Idempotent: on (wallet, last valid day); may be killed anywhere and run again.   Locks: none.
    """
    days = store.programme.expire_points_notification_days
    if days <= 0:
        return 0
    today = at.astimezone(store.programme.zone).date()
    told = 0
    ExpiryNotice.objects.filter(wallet__store=store, last_day__lt=today).delete()
    for portion in _portions(_due(store, today=today, days=days), chunk):
        told += _tell(store, portion, today=today, at=at)
    return told


def _due(store: Store, *, today: date, days: int) -> Iterator[_Due]:
    """Find what expires in the window, wallet by wallet; grouped by wallet and moment in the database."""
    zone = store.programme.zone
    rows = (
        PointsTransfer.objects.filter(
            store=store,
            state=PointsTransfer.State.ACTIVE,
            remaining__gt=0,
            expires_at__gt=calendar.start_of_day(today + timedelta(days=1), zone),
            expires_at__lte=calendar.start_of_day(today + timedelta(days=days + 1), zone),
            wallet__customer__status=Customer.Status.ACTIVE,
        )
        .order_by("wallet_id", "expires_at")
        .values("wallet_id", "expires_at")
        .annotate(points=Sum("remaining"))
    )
    for wallet_id, moment, points in rows.values_list("wallet_id", "expires_at", "points").iterator(_CHUNK):
        if moment is not None:
            yield _Due(wallet_id, moment, points)


def _portions(found: Iterator[_Due], size: int) -> Iterator[list[_Due]]:
    """Cut what was found into portions. What one wallet loses stays together: a day is told once, with all of it."""
    portion: list[_Due] = []
    for each in found:
        if len(portion) >= size and portion[-1].wallet_id != each.wallet_id:
            yield portion
            portion = []
        portion.append(each)
    if portion:
        yield portion


def _tell(store: Store, portion: list[_Due], *, today: date, at: datetime) -> int:
    zone = store.programme.zone
    with events.atomic():
        by_day: dict[tuple[UUID, date], Decimal] = {}
        for each in portion:
            key = each.wallet_id, expiry.last_valid_day(each.expires_at, zone)
            by_day[key] = by_day.get(key, ZERO) + each.points
        known = ExpiryNotice.objects.filter(
            wallet_id__in={wallet_id for wallet_id, _ in by_day}, last_day__gt=today
        )
        fresh = by_day.keys() - set(known.values_list("wallet_id", "last_day"))
        # Should another run tell the same at this moment, the database lets one of the two commit.
        ExpiryNotice.objects.bulk_create(
            [ExpiryNotice(wallet_id=wallet_id, last_day=day) for wallet_id, day in sorted(fresh)]
        )
        for wallet_id, day in sorted(fresh):
            points = str(by_day[wallet_id, day])
            events.record(
                PointsExpireSoon(points=points, last_day=day.isoformat(), days=(day - today).days),
                store_id=store.pk,
                actor=SYSTEM,
                subject=Subject.customer(wallet_id),
                at=at,
            )
    return len(fresh)
