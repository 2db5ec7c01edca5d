"""Give a spending back, batch by batch."""

from datetime import datetime

from loyalty import events
from loyalty.actors import Actor
from wallet.events import PointsReversed
from wallet.ledger.drawing import return_to_batches
from wallet.ledger.posting import Posting, Reason, lock_wallets, owner_of
from wallet.ledger.refusals import TransferNotReversible
from wallet.ledger.settling import settle
from wallet.models import PointsTransfer


def reverse(transfer: PointsTransfer, *, at: datetime, actor: Actor) -> PointsTransfer:
    """Return exactly what a spending drew to the batches it came from; return the transfer.

    What would return to a batch that has expired meanwhile is lost, and counted as expired.
    Raises: TransferNotReversible unless it is an active spending: a second reversal finds it cancelled.
    Locks: the wallet, re-reading the transfer under the lock.   Source: docs/ledger.md, "Reversing".
    """
    with events.atomic():
        (wallet,) = lock_wallets([transfer.wallet_id])
        settle([wallet], at=at)
        spending = PointsTransfer.objects.get(pk=transfer.pk)
        if spending.kind != PointsTransfer.Kind.SPENDING or spending.state != PointsTransfer.State.ACTIVE:
            raise TransferNotReversible
        posting = Posting(wallet, at=at, actor=actor)
        spending.state, spending.ended_at = PointsTransfer.State.CANCELED, at
        spending.save(update_fields=["state", "ended_at"])
        back, _lost = return_to_batches(posting, spending, reason=Reason.REVERSED, at=at)
        wallet.spent -= spending.value
        posting.record(PointsReversed, spending, back)
        posting.write()
        posting.review_level(owner_of(wallet.pk))
    return spending
