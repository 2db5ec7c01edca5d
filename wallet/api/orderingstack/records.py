"""Wallets, batches, operations and vouchers as the dialect shows them."""

from datetime import datetime
from typing import Any

from loyalty.api.orderingstack.wire import instant, number
from wallet import ledger, queries, vouchers
from wallet.models import PointsTransfer, Voucher, Wallet

State = PointsTransfer.State
# What a wallet shows of its own; attributes of these names are left alone.
RESERVED = frozenset({"id", "balance", "pending", "blocked", "opened", "batches", "operations"})
# As many batches and operations an extended wallet lists.
MOST = 1000

_BATCH_EXAMPLE = {
    "id": "7c9e6679-7425-40de-944b-e07fc1f90ae7",
    "wallet": "1c596f49-6bbe-43f6-a405-e2f35389a324",
    "amount": 100,
    "remaining": 60,
    "state": "active",
    "price": 25.5,
    "expires": "2027-03-14T12:00:00Z",
    "usableFrom": None,
    "order": "A-1001",
    "description": "Gift card",
    "venue": "north",
    "extra": {},
    "created": "2026-03-14T12:00:00Z",
}
BATCH_EXAMPLE = {"type": "object", "example": _BATCH_EXAMPLE}
_OPERATION_EXAMPLE = {
    "id": "fc63ceec-84f0-4df1-a7e8-77c5f8c0b283",
    "wallet": "1c596f49-6bbe-43f6-a405-e2f35389a324",
    "type": "spending",
    "amount": 40,
    "state": "active",
    "order": "A-1002",
    "venue": "north",
    "extra": {},
    "created": "2026-03-15T09:30:00Z",
    "reverted": None,
}
OPERATION_EXAMPLE = {"type": "object", "example": _OPERATION_EXAMPLE}
_WALLET_EXAMPLE = {"id": "1c596f49-6bbe-43f6-a405-e2f35389a324", "balance": 60, "nickname": "Al"}
WALLET_EXAMPLE = {"type": "object", "example": _WALLET_EXAMPLE}
EXTENDED_EXAMPLE = {
    "type": "object",
    "example": {
        **_WALLET_EXAMPLE,
        "pending": 0,
        "blocked": 0,
        "opened": "2026-03-14T11:00:00Z",
        "batches": [_BATCH_EXAMPLE],
        "operations": [_OPERATION_EXAMPLE],
    },
}
VOUCHER_EXAMPLE = {
    "type": "object",
    "example": {
        "id": "f54d9d74-3755-45a8-b042-f5b2aefca818",
        "code": "7K3M-9QXT-4RWZP",
        "amount": 50,
        "price": None,
        "expires": "2026-12-31T23:00:00Z",
        "pointsExpireInDays": 90,
        "forWallet": None,
        "extra": {},
        "created": "2026-03-14T12:00:00Z",
    },
}


def wallet_record(wallet: Wallet, *, at: datetime) -> dict[str, Any]:
    """Give a wallet with what can be spent and its attributes."""
    balance = queries.figures_of(wallet, at=at).available
    return _with_attributes(wallet, {"id": str(wallet.pk), "balance": number(balance)})


def extended_record(wallet: Wallet, *, at: datetime) -> dict[str, Any]:
    """Give a wallet with batches (those with points first) and operations (newest first)."""
    figures = queries.figures_of(wallet, at=at)
    own = {
        "id": str(wallet.pk),
        "balance": number(figures.available),
        "pending": number(figures.pending),
        "blocked": number(figures.blocked),
        "opened": instant(wallet.opened_at),
        "batches": [batch_record(batch, at=at) for batch in queries.batches_of(wallet, limit=MOST)],
        "operations": [operation_record(operation) for operation in queries.outgoing_of(wallet, limit=MOST)],
    }
    return _with_attributes(wallet, own)


def batch_record(batch: PointsTransfer, *, at: datetime) -> dict[str, Any]:
    """Give a batch as it is at a moment, whether or not its wallet has been settled."""
    state = queries.state_of(batch, at=at)
    return {
        "id": str(batch.pk),
        "wallet": str(batch.wallet_id),
        "amount": number(batch.value),
        "remaining": 0 if state == State.EXPIRED else number(batch.remaining),
        "state": state,
        "price": number(batch.price),
        "expires": instant(batch.expires_at),
        "usableFrom": instant(batch.locked_until),
        "order": batch.order_number or None,
        "description": batch.comment or None,
        "venue": batch.venue or None,
        "extra": ledger.extra_of(batch.extra),
        "created": instant(batch.created_at),
    }


def operation_record(operation: PointsTransfer) -> dict[str, Any]:
    """Give points that left the wallet, and when they came back if they did."""
    is_reverted = operation.state == State.CANCELED
    return {
        "id": str(operation.pk),
        "wallet": str(operation.wallet_id),
        "type": operation.kind,
        "amount": number(operation.value),
        "state": "reverted" if is_reverted else "active",
        "order": operation.order_number or None,
        "venue": operation.venue or None,
        "extra": ledger.extra_of(operation.extra),
        "created": instant(operation.created_at),
        "reverted": instant(operation.ended_at) if is_reverted else None,
    }


def voucher_record(voucher: Voucher) -> dict[str, Any]:
    """Give a voucher that has just been made."""
    return {
        "id": str(voucher.pk),
        "code": vouchers.spell_code(voucher.code),
        "amount": number(voucher.amount),
        "price": number(voucher.price),
        "expires": instant(voucher.expires_at),
        "pointsExpireInDays": voucher.points_expire_in_days,
        "forWallet": str(voucher.for_wallet_id) if voucher.for_wallet_id else None,
        "extra": voucher.extra,
        "created": instant(voucher.created_at),
    }


def _with_attributes(wallet: Wallet, own: dict[str, Any]) -> dict[str, Any]:
    return {**own, **{name: text for name, text in wallet.attributes.items() if name not in RESERVED}}
