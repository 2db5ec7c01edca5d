"""Series of vouchers: ordered at once, made a portion at a time, so that nobody waits for a hundred thousand.

The order makes the first portion; each portion says, within its own transaction, how many are left, and the outbox
makes the next one after the commit. A worker that dies leaves a whole number of portions, and the series goes on.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from loyalty import events
from loyalty.actors import Actor, ActorKind
from loyalty.events import Subject
from loyalty.models import Event, Store
from loyalty.refusals import InvalidInput
from wallet import vouchers
from wallet.events import VouchersOrdered
from wallet.models import Voucher

PORTION = 5_000


@dataclass(frozen=True)
class Progress:
    """How far the newest series of a store is."""

    series: str
    made: int
    count: int

    @property
    def is_running(self) -> bool:
        return self.made < self.count


def order(store: Store, terms: vouchers.Terms, *, count: int, series: str, at: datetime, actor: Actor) -> int:
    """Order a series under a name of its own and give how many of its vouchers are made already.

    Raises: InvalidInput (no name, a name taken, no sensible count, already expired), InvalidPoints. Nothing is made
    then.   Idempotent: a second order of the same name is refused.   Locks: the store's row.
    """
    if not series:
        raise InvalidInput(field="series", reason="Give the series a name.")
    if not 0 < count <= vouchers.MAX_AT_ONCE:
        raise InvalidInput(field="count", reason=f"Make 1 to {vouchers.MAX_AT_ONCE} vouchers at a time.")
    with events.atomic():
        Store.objects.select_for_update().get(pk=store.pk)
        if Voucher.objects.filter(store=store, series=series).exists():
            raise InvalidInput(field="series", reason="There is a series of this name already.")
        return _make_portion(store, terms, series=series, count=count, left=count, at=at, actor=actor)


def make_ordered(event: Event) -> None:
    """Make the next portion of a series that was ordered.

    Idempotent: runs in one transaction with the mark that it ran.
    """
    ordered = event.payload
    _make_portion(
        Store.objects.get(pk=str(event.store_id)),
        _terms_of(ordered),
        series=ordered["series"],
        count=ordered["count"],
        left=ordered["left"],
        # The moment of the order, so that all portions are the same and none finds the series expired.
        at=event.occurred_at,
        actor=Actor(kind=ActorKind(event.actor_kind), id=event.actor_id),
    )


def newest(store: Store) -> Progress | None:
    """Give how far the newest large series of a store is; None where none was ever ordered."""
    known = Event.objects.filter(store=store, type=VouchersOrdered.type).order_by("-id").first()
    if known is None:
        return None
    series = known.payload["series"]
    made = Voucher.objects.filter(store=store, series=series).count()
    return Progress(series=series, made=made, count=known.payload["count"])


def _make_portion(
    store: Store,
    terms: vouchers.Terms,
    *,
    series: str,
    count: int,
    left: int,
    at: datetime,
    actor: Actor,
) -> int:
    now = min(left, PORTION)
    vouchers.create_series(store, terms, count=now, series=series, at=at, actor=actor)
    if left > now:
        events.record(
            VouchersOrdered(
                series=series,
                count=count,
                left=left - now,
                points=str(terms.amount),
                price=None if terms.price is None else str(terms.price),
                expires_at=terms.expires_at.isoformat() if terms.expires_at else None,
                points_expire_in_days=terms.points_expire_in_days,
            ),
            store_id=store.pk,
            actor=actor,
            subject=Subject("store", str(store.pk)),
            at=at,
        )
    return now


def _terms_of(ordered: dict[str, Any]) -> vouchers.Terms:
    return vouchers.Terms(
        amount=Decimal(ordered["points"]),
        price=None if ordered["price"] is None else Decimal(ordered["price"]),
        expires_at=datetime.fromisoformat(ordered["expires_at"]) if ordered["expires_at"] else None,
        points_expire_in_days=ordered["points_expire_in_days"],
    )
