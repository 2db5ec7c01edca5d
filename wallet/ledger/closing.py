"""The end of a wallet: nothing is left in it, and its history stays."""

from datetime import datetime
from uuid import UUID

from loyalty import events
from loyalty.actors import Actor
from loyalty.amounts import ZERO
from wallet.ledger.canceling import release
from wallet.ledger.expiring import expire_everything
from wallet.ledger.posting import Posting, lock_wallets
from wallet.ledger.settling import settle
from wallet.models import PointsTransfer

State = PointsTransfer.State


def close(customer_id: UUID, *, at: datetime, actor: Actor) -> None:
    """Release what is blocked, expire everything a wallet holds, active and pending, and let nothing in any more.

    Points nobody can ever spend are owed to nobody: they must not count as outstanding for ever.
    Idempotent: an empty wallet stays as it is.   Locks: the wallet.   Source: docs/ledger.md, "Closing".
    """
    with events.atomic():
        for wallet in lock_wallets([customer_id]):
            settle([wallet], at=at)
            posting = Posting(wallet, at=at, actor=actor)
            if wallet.blocked != ZERO:
                _release_all(posting)
            expire_everything(posting)
            wallet.next_change_at = None
            posting.write()
            wallet.closed_at = wallet.closed_at or at
            wallet.save(update_fields=["closed_at"])


def _release_all(posting: Posting) -> None:
    blocks = PointsTransfer.objects.filter(
        wallet=posting.wallet, kind=PointsTransfer.Kind.BLOCKED, state=State.ACTIVE
    )
    for blocking in blocks.order_by("created_at", "id"):
        release(posting, blocking)
        blocking.state, blocking.ended_at = State.CANCELED, posting.at
        blocking.save(update_fields=["state", "ended_at"])
