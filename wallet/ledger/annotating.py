"""Say afterwards where a movement happened and what else is kept with it. Its points stay as they are."""

from datetime import datetime
from typing import Any

from loyalty import events
from loyalty.actors import Actor
from wallet.events import TransferAnnotated
from wallet.ledger.origin import call_of, with_call
from wallet.ledger.posting import lock_wallets
from wallet.models import PointsTransfer


def annotate(
    transfer: PointsTransfer,
    *,
    venue: str | None = None,
    extra: dict[str, Any] | None = None,
    at: datetime,
    actor: Actor,
) -> PointsTransfer:
    """Change a movement's venue and free attributes, each where it is given, and return the transfer.

    What made a call safe to repeat stays with it.
    Idempotent: nothing is recorded where nothing changes.
    Locks: the wallet, re-reading the transfer under the lock.
    """
    with events.atomic():
        lock_wallets([transfer.wallet_id])
        current = PointsTransfer.objects.get(pk=transfer.pk)
        changed = []
        if venue is not None and venue != current.venue:
            current.venue = venue
            changed.append("venue")
        if extra is not None and (kept := with_call(extra, call_of(current.extra))) != current.extra:
            current.extra = kept
            changed.append("extra")
        if changed:
            current.save(update_fields=changed)
            events.record(
                TransferAnnotated(transfer_id=str(current.pk), fields=", ".join(changed)),
                store_id=current.store_id,
                actor=actor,
                subject=events.Subject.customer(current.wallet_id),
                at=at,
            )
    return current
