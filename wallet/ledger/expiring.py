"""End a batch before its day: by hand, or all of them when a level is lost."""

from datetime import datetime

from loyalty import events
from loyalty.actors import Actor
from loyalty.amounts import ZERO
from loyalty.programme import DowngradeBase
from wallet.events import PointsExpired
from wallet.ledger.posting import Balance, Posting, Reason, lock_wallets, owner_of
from wallet.ledger.refusals import TransferNotExpirable
from wallet.ledger.settling import settle
from wallet.models import PointsTransfer

State = PointsTransfer.State


def expire(transfer: PointsTransfer, *, at: datetime, actor: Actor) -> PointsTransfer:
    """Expire an active batch now and return it.

    Raises: TransferNotExpirable unless it is an active adding transfer.
    Locks: the wallet, re-reading the transfer under the lock.
    """
    with events.atomic():
        (wallet,) = lock_wallets([transfer.wallet_id])
        settle([wallet], at=at)
        batch = PointsTransfer.objects.get(pk=transfer.pk)
        if not batch.is_adding or batch.state != State.ACTIVE:
            raise TransferNotExpirable
        posting = Posting(wallet, at=at, actor=actor)
        _expire_batch(posting, batch)
        posting.write()
        posting.review_level(owner_of(wallet.pk))
    return batch


def _expire_batch(posting: Posting, batch: PointsTransfer) -> None:
    lost, balance = batch.remaining, Balance.PENDING if batch.state == State.PENDING else Balance.AVAILABLE
    batch.state, batch.remaining, batch.ended_at = State.EXPIRED, ZERO, posting.at
    batch.save(update_fields=["state", "remaining", "ended_at"])
    posting.change(batch, balance, -lost, Reason.EXPIRED)
    posting.wallet.expired += lost
    posting.record(PointsExpired, batch, lost)


def expire_all_on_downgrade(recorded: events.Recorded) -> None:
    """Expire all active and pending points of a customer who fell to a lower level, where the programme says so.

    Runs in the transaction that lowered the level.   Locks: the wallet.   Source: spec 1c, levelResetPointsOnDowngrade.
    """
    if not getattr(recorded.event, "is_downgrade", False):
        return
    customer = owner_of(recorded.subject.id)
    programme = customer.store.programme
    is_by_active_points = programme.level_downgrade_base is DowngradeBase.ACTIVE
    if not (programme.level_reset_points_on_downgrade and is_by_active_points):
        return
    (wallet,) = lock_wallets([customer.pk])
    settle([wallet], at=recorded.at)
    posting = Posting(wallet, at=recorded.at, actor=recorded.actor)
    expire_everything(posting)
    posting.write()


def expire_everything(posting: Posting) -> None:
    """Expire all active and pending points of the locked, settled wallet; the caller writes the posting."""
    open_batches = PointsTransfer.objects.filter(
        wallet=posting.wallet, state__in=[State.ACTIVE, State.PENDING], remaining__gt=0
    )
    for batch in open_batches.order_by("created_at", "id"):
        _expire_batch(posting, batch)
