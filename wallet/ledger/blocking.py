"""Points set aside by staff: drawn from their batches as a spend would, spendable by nobody until released."""

from datetime import datetime
from decimal import Decimal

from customers.models import Customer
from loyalty import events
from loyalty.actors import Actor
from wallet.events import PointsBlocked
from wallet.ledger.drawing import draw_from_batches
from wallet.ledger.origin import Origin
from wallet.ledger.posting import (
    Balance,
    Posting,
    Reason,
    build_transfer,
    checked_points,
    lock_open_wallets,
)
from wallet.ledger.refusals import NotEnoughPoints
from wallet.ledger.settling import settle
from wallet.models import PointsTransfer


def block(
    customer: Customer, points: Decimal, *, at: datetime, actor: Actor, origin: Origin
) -> PointsTransfer:
    """Set points aside and return the blocking transfer; `cancel` releases it.

    Units: `points` Decimal, two places, > 0.
    Raises: NotEnoughPoints, WalletFrozen, InvalidPoints, CustomerDeleted. Nothing is written then.
    Locks: the wallet.   Source: docs/ledger.md, "Blocking".
    """
    checked_points(points)
    with events.atomic():
        (wallet,) = lock_open_wallets([customer.pk])
        settle([wallet], at=at)
        posting = Posting(wallet, at=at, actor=actor)
        posting.refuse_if_frozen()
        if wallet.available < points:
            raise NotEnoughPoints
        blocking = build_transfer(
            wallet, PointsTransfer.Kind.BLOCKED, points, at=at, actor=actor, origin=origin
        )
        posting.insert(blocking)
        draw_from_batches(posting, blocking, points)
        posting.change(blocking, Balance.AVAILABLE, -points, Reason.BLOCKED)
        posting.change(blocking, Balance.BLOCKED, points, Reason.BLOCKED)
        posting.record(PointsBlocked, blocking, points)
        posting.write()
        posting.review_level(customer)
    return blocking
