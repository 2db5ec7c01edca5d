"""Points go out."""

from datetime import datetime
from decimal import Decimal

from customers.models import Customer
from loyalty import events
from loyalty.actors import Actor
from wallet.events import PointsSpent
from wallet.ledger.drawing import draw_from_batches
from wallet.ledger.origin import Origin
from wallet.ledger.posting import (
    Balance,
    Posting,
    Reason,
    build_transfer,
    checked_points,
    find_repeat,
    lock_open_wallets,
)
from wallet.ledger.refusals import NotEnoughPoints
from wallet.ledger.settling import settle
from wallet.models import PointsTransfer

Kind = PointsTransfer.Kind


def spend(
    customer: Customer, points: Decimal, *, at: datetime, actor: Actor, origin: Origin
) -> PointsTransfer:
    """Spend a wallet's points, soonest-expiring first, and return the transfer.

    Units: `points` Decimal, two places, > 0.
    Raises: NotEnoughPoints, WalletFrozen, InvalidPoints, ExternalIdTaken, CustomerDeleted. Nothing is written then.
    Idempotent: on (`origin.source`, `origin.external_id`).   Locks: the wallet.
    Source: docs/ledger.md, "Spending".
    """
    checked_points(points)
    with events.atomic():
        (wallet,) = lock_open_wallets([customer.pk])
        if earlier := find_repeat(wallet, Kind.SPENDING, points, origin):
            return earlier
        settle([wallet], at=at)
        posting = Posting(wallet, at=at, actor=actor)
        posting.refuse_if_frozen()
        if wallet.available < points:
            raise NotEnoughPoints
        spending = build_transfer(wallet, Kind.SPENDING, points, at=at, actor=actor, origin=origin)
        posting.insert(spending)
        draw_from_batches(posting, spending, points)
        posting.change(spending, Balance.AVAILABLE, -points, Reason.SPENT)
        wallet.spent += points
        posting.record(PointsSpent, spending, points)
        posting.write()
        posting.review_level(customer)
    return spending
