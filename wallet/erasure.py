"""What names a customer in the wallet: comments and free attributes of movements, never the movements themselves.

Entries and sums hold no personal value. What customers wrote to one another goes whole, on both sides; of what staff
and partners wrote, only what names the customer.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q

from loyalty.erasure import Traces, forget_rows_that_made, rewrite
from loyalty.models import Event
from wallet import ledger
from wallet.events import PointsSent
from wallet.ledger.posting import lock_wallets
from wallet.models import PointsTransfer, QueuedBatch, Voucher, Wallet

_GIFTS = (PointsTransfer.Kind.P2P_ADDING, PointsTransfer.Kind.P2P_SPENDING)


def lock_wallet(customer_id: UUID) -> None:
    """Lock a customer's wallet, for whoever goes on to lock the customer."""
    lock_wallets([customer_id])


def forget(traces: Traces) -> None:
    """Take what names a customer out of movements; a deleted customer's points expire.

    Idempotent: a second call finds nothing.   Locks: the wallet, which the caller has locked.
    """
    own = PointsTransfer.objects.filter(wallet_id=traces.customer_id)
    own.filter(kind__in=_GIFTS).exclude(comment="").update(comment="")
    _forget_in_gifts_received(traces)
    rewrite(own.exclude(comment=""), ("comment",), traces)
    for transfer in own.exclude(extra={}).only("extra"):
        PointsTransfer.objects.filter(pk=transfer.pk).update(extra=_scrubbed(transfer.extra, traces))
    Wallet.objects.filter(pk=traces.customer_id).update(attributes={})
    _forget_in_the_queue(traces)
    for voucher in Voucher.objects.filter(Q(for_wallet=traces.customer_id) | Q(used_by=traces.customer_id)):
        Voucher.objects.filter(pk=voucher.pk).update(extra=_scrubbed(voucher.extra, traces))
    others = PointsTransfer.objects.filter(traces.naming("comment"), store_id=traces.store_id)
    rewrite(others, ("comment",), traces)
    forget_rows_that_made(own.values_list("pk", flat=True), traces)
    if traces.is_final:
        ledger.close(traces.customer_id, at=traces.at, actor=traces.actor)


def _forget_in_the_queue(traces: Traces) -> None:
    """What was handed in for a deleted customer is never added; for others it comes without their name."""
    queued = QueuedBatch.objects.filter(wallet_id=traces.customer_id)
    if traces.is_final:
        queued.delete()
        return
    rewrite(queued.exclude(comment=""), ("comment",), traces)
    for batch in queued.exclude(extra={}):
        QueuedBatch.objects.filter(pk=batch.pk).update(extra=_scrubbed(batch.extra, traces))


def _forget_in_gifts_received(traces: Traces) -> None:
    """The receivers' side of a gift repeats what the sender wrote."""
    sent = Event.objects.filter(
        store_id=traces.store_id,
        subject_kind="customer",
        subject_id=str(traces.customer_id),
        type=PointsSent.type,
    )
    for moment, payload in sent.values_list("occurred_at", "payload"):
        received = PointsTransfer.objects.filter(
            wallet_id=payload["other_customer_id"], created_at=moment, kind=PointsTransfer.Kind.P2P_ADDING
        )
        received.exclude(comment="").update(comment="")


def _scrubbed(value: Any, traces: Traces) -> Any:
    if isinstance(value, dict):
        return {name: _scrubbed(each, traces) for name, each in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_scrubbed(each, traces) for each in value]
    return traces.scrub(value) if isinstance(value, str) else value
