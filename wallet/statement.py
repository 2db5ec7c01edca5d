"""A customer's statement: every change of what they own, as a movement a person recognises.

A movement is one ledger entry on the available points, or a pending add. Entries that only mirror another one (points
leaving *pending* when they become usable, or entering *blocked*) are left out, so the signs of the rest add up.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q

from customers.models import Customer
from loyalty.amounts import ZERO
from wallet import expiry
from wallet.models import LedgerEntry, PointsTransfer

Balance = LedgerEntry.Balance
Reason = LedgerEntry.Reason


@dataclass(frozen=True)
class RuleShare:
    """What one earning rule gave to a movement."""

    rule: str
    points: Decimal


@dataclass(frozen=True)
class Movement:
    """One line of the statement."""

    entry: LedgerEntry
    transfer: PointsTransfer

    @property
    def change(self) -> Decimal:
        return self.entry.change

    @property
    def reason(self) -> str:
        return self.entry.reason

    @property
    def at(self) -> datetime:
        return self.entry.created_at

    @property
    def is_pending(self) -> bool:
        return self.entry.balance == Balance.PENDING

    @property
    def is_purchase(self) -> bool:
        return self.transfer.purchase_id is not None

    @property
    def shares(self) -> list[RuleShare]:
        """What each rule gave, when this movement is the earning itself."""
        return _shares(self.transfer.reasons) if self.reason in {Reason.ADDED, Reason.UNLOCKED} else []

    @property
    def last_day(self) -> datetime | None:
        """The last moment at which what was added here is still valid, while some of it is left."""
        if self.reason not in {Reason.ADDED, Reason.UNLOCKED, Reason.RECEIVED} or not self.transfer.remaining:
            return None
        return expiry.shown_expiry(self.transfer.expires_at, self.transfer.store.programme.zone)


def _shares(reasons: Sequence[dict[str, Any]]) -> list[RuleShare]:
    shares = [
        RuleShare(rule=str(reason.get("name", "")), points=Decimal(str(reason.get("points", 0))))
        for reason in reasons
        if reason.get("executed", True)
    ]
    return [share for share in shares if share.points != ZERO]


def movements(customer: Customer, *, before: int | None = None, limit: int) -> list[Movement]:
    """Give a customer's movements, newest first, at most `limit`, older than the entry numbered `before`."""
    pending_adds = Q(balance=Balance.PENDING, reason=Reason.ADDED)
    entries = (
        LedgerEntry.objects.filter(pending_adds | Q(balance=Balance.AVAILABLE), wallet_id=customer.pk)
        .select_related("transfer__store")
        .order_by("-id")
    )
    if before is not None:
        entries = entries.filter(id__lt=before)
    return [Movement(entry=entry, transfer=entry.transfer) for entry in entries[:limit]]
