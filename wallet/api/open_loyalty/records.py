"""A points transfer in the dialect's words."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from loyalty.api.open_loyalty import wire
from loyalty.models import Store
from wallet import expiry, queries
from wallet.models import PointsTransfer


def transfer_record(
    transfer: PointsTransfer, *, store: Store, at: datetime, purchase: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Give the record of a transfer as it is at a moment. `purchase` is what the orders floor knows of its document.

    The document shows a batch's expiry once as `expireAt` and elsewhere as `expiresAt`; both are given.
    """
    customer, zone = transfer.wallet.customer, store.programme.zone
    expires = wire.instant(expiry.shown_expiry(transfer.expires_at, zone), zone)
    return wire.compact(
        {
            "pointsTransferId": transfer.pk,
            "accountId": transfer.wallet_id,
            "customerId": transfer.wallet_id,
            "customerFirstName": customer.first_name or None,
            "customerLastName": customer.last_name or None,
            "customerLoyaltyCardNumber": customer.card_number,
            "customerEmail": customer.email or None,
            "customerPhone": customer.phone,
            "createdAt": wire.instant(transfer.created_at, zone),
            "expiresAt": expires,
            "expireAt": expires,
            "lockedUntil": wire.instant(transfer.locked_until, zone),
            "value": wire.amount(transfer.value),
            "state": queries.state_of(transfer, at=at),
            "type": transfer.kind,
            "transactionId": _transaction_id(transfer),
            "comment": transfer.comment or None,
            "issuer": transfer.issuer,
            "store": {"id": store.pk, "code": store.code, "currency": store.currency.upper()},
            **(purchase or {}),
        }
    )


def _transaction_id(transfer: PointsTransfer) -> dict[str, Any] | None:
    return {"transactionId": transfer.purchase_id} if transfer.purchase_id else None
