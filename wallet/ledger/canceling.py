"""Undo an add or release a block."""

from datetime import datetime

from loyalty import events
from loyalty.actors import Actor
from loyalty.amounts import ZERO
from wallet.events import PointsCanceled, PointsReleased
from wallet.ledger.drawing import return_to_batches
from wallet.ledger.posting import Balance, Posting, Reason, lock_wallets, owner_of
from wallet.ledger.refusals import TransferNotCancelable
from wallet.ledger.settling import settle
from wallet.models import PointsTransfer

Kind = PointsTransfer.Kind
State = PointsTransfer.State


def cancel(transfer: PointsTransfer, *, at: datetime, actor: Actor) -> PointsTransfer:
    """Cancel an add, removing what is left of it, or release a block into its batches; return the transfer.

    Raises: TransferNotCancelable for spends, customer-to-customer transfers, and what already ended.
    Locks: the wallet, re-reading the transfer under the lock.   Source: docs/ledger.md, "Cancelling".
    """
    with events.atomic():
        (wallet,) = lock_wallets([transfer.wallet_id])
        settle([wallet], at=at)
        current = PointsTransfer.objects.get(pk=transfer.pk)
        posting = Posting(wallet, at=at, actor=actor)
        if current.kind == Kind.ADDING and current.state in {State.PENDING, State.ACTIVE}:
            _undo_add(posting, current)
        elif current.kind == Kind.BLOCKED and current.state == State.ACTIVE:
            release(posting, current)
        else:
            raise TransferNotCancelable
        current.state, current.ended_at = State.CANCELED, at
        current.save(update_fields=["state", "ended_at", "remaining"])
        posting.write()
        posting.review_level(owner_of(wallet.pk))
    return current


def _undo_add(posting: Posting, batch: PointsTransfer) -> None:
    left, batch.remaining = batch.remaining, ZERO
    if batch.state == State.PENDING:
        posting.change(batch, Balance.PENDING, -left, Reason.CANCELED)
    else:
        posting.change(batch, Balance.AVAILABLE, -left, Reason.CANCELED)
        posting.wallet.earned -= batch.value
    posting.record(PointsCanceled, batch, left)


def release(posting: Posting, blocking: PointsTransfer) -> None:
    """Put the points of an active block back into their batches; the caller ends the block."""
    posting.change(blocking, Balance.BLOCKED, -blocking.value, Reason.RELEASED)
    back, _lost = return_to_batches(posting, blocking, reason=Reason.RELEASED, at=posting.at)
    posting.record(PointsReleased, blocking, back)
