"""What the wallet tells customers who ask for everything that is kept about them."""

from typing import Any

from django.utils import timezone

from customers.models import Customer
from customers.takeout import plain
from wallet import ledger, queries
from wallet.models import PointsTransfer, Wallet

_FIGURES = ("available", "pending", "blocked", "earned", "spent", "expired")
_COLUMNS = (
    *("id", "kind", "state", "value", "remaining", "locked_until", "expires_at", "ended_at"),
    *("issuer", "comment", "external_id", "purchase_id", "created_at"),
)


def points_of(customer: Customer) -> dict[str, Any]:
    """Give a customer's balances as they are now, what partners keep beside them, and every movement with the reasons
    for it, newest first."""
    wallet = Wallet.objects.get(pk=customer.pk)
    figures = queries.figures_of(wallet, at=timezone.now())
    transfers = PointsTransfer.objects.filter(wallet_id=customer.pk).order_by("-created_at", "id")
    return {
        "balances": {name: plain(getattr(figures, name)) for name in _FIGURES},
        "attributes": wallet.attributes,
        "transfers": [_transfer(transfer) for transfer in transfers.iterator(chunk_size=1000)],
    }


def _transfer(transfer: PointsTransfer) -> dict[str, Any]:
    reasons = [
        {
            "rule": reason.get("name", ""),
            "points": plain(reason.get("points")),
            "text": reason.get("text", ""),
        }
        for reason in transfer.reasons
    ]
    columns = {name: plain(getattr(transfer, name)) for name in _COLUMNS}
    return {**columns, "extra": ledger.extra_of(transfer.extra), "reasons": reasons}
