"""Points from one customer to another."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from customers.models import Customer
from loyalty import events
from loyalty.actors import Actor
from wallet.events import PointsReceived, PointsSent
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
from wallet.ledger.refusals import NotEnoughPoints, SameWallet
from wallet.ledger.settling import settle
from wallet.models import Draw, PointsTransfer

Kind = PointsTransfer.Kind


def give(
    sender: Customer, receiver: Customer, points: Decimal, *, at: datetime, actor: Actor, origin: Origin
) -> PointsTransfer:
    """Move points from one customer to another of the same store and return the sender's transfer.

    The receiver gets one `p2p_adding` per batch that was drawn from, each keeping its expiry, usable at once. It is
    not earning.
    Units: `points` Decimal, two places, > 0.
    Raises: NotEnoughPoints, SameWallet, WalletFrozen, InvalidPoints, ExternalIdTaken, CustomerDeleted (either). Nothing
    is written then.
    Idempotent: on (`origin.source`, `origin.external_id`), the receiver being the same.
    Locks: both wallets, in order of id.   Source: docs/ledger.md, "Giving".
    """
    checked_points(points)
    if sender.pk == receiver.pk:
        raise SameWallet
    if origin.external_id is not None and not origin.call:
        # The points alone do not make two gifts the same.
        origin = replace(origin, call=f"{points} to {receiver.pk}")
    with events.atomic():
        wallets = lock_open_wallets([sender.pk, receiver.pk])
        by_owner = {wallet.pk: Posting(wallet, at=at, actor=actor) for wallet in wallets}
        out, into = by_owner[sender.pk], by_owner[receiver.pk]
        if earlier := find_repeat(out.wallet, Kind.P2P_SPENDING, points, origin):
            return earlier
        settle(wallets, at=at)
        out.refuse_if_frozen()
        if out.wallet.available < points:
            raise NotEnoughPoints
        sent = build_transfer(out.wallet, Kind.P2P_SPENDING, points, at=at, actor=actor, origin=origin)
        out.insert(sent)
        drawn = draw_from_batches(out, sent, points)
        out.change(sent, Balance.AVAILABLE, -points, Reason.SENT)
        out.wallet.spent += points
        out.record(PointsSent, sent, points, other_customer_id=receiver.pk)
        _receive(into, drawn, origin=origin, sender=sender)
        out.write()
        into.write()
        out.review_level(sender)
        into.review_level(receiver)
    return sent


def _receive(into: Posting, drawn: list[Draw], *, origin: Origin, sender: Customer) -> None:
    batches = [_slice(into, draw, origin) for draw in drawn]
    PointsTransfer.objects.bulk_create(batches)
    for batch in batches:
        into.change(batch, Balance.AVAILABLE, batch.value, Reason.RECEIVED)
        into.expect_change_at(batch.expires_at)
        into.record(PointsReceived, batch, batch.value, other_customer_id=sender.pk)


def _slice(into: Posting, draw: Draw, origin: Origin) -> PointsTransfer:
    """Make the receiver's batch for one drawn slice; the external id names the sender's side only."""
    batch = build_transfer(
        into.wallet,
        Kind.P2P_ADDING,
        draw.value,
        at=into.at,
        actor=into.actor,
        origin=Origin(source=origin.source, comment=origin.comment),
    )
    batch.remaining = draw.value
    batch.expires_at = draw.batch.expires_at
    return batch
