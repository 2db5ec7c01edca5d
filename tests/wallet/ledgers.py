"""Short words for ledger tests."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from customers.models import Customer
from loyalty import tallies
from loyalty.actors import SYSTEM
from tests.factories import NOON
from wallet import ledger, verification
from wallet.models import PointsTransfer, TransferTally, Wallet

TEST = ledger.Origin(source="test")


def add(customer: Customer, points: str | int, *, at: datetime = NOON, **fields: Any) -> PointsTransfer:
    origin = fields.pop("origin", TEST)
    return ledger.add(customer, Decimal(points), at=at, actor=SYSTEM, origin=origin, **fields)


def spend(customer: Customer, points: str | int, *, at: datetime = NOON, **fields: Any) -> PointsTransfer:
    return ledger.spend(customer, Decimal(points), at=at, actor=SYSTEM, origin=fields.pop("origin", TEST))


def block(customer: Customer, points: str | int, *, at: datetime = NOON) -> PointsTransfer:
    return ledger.block(customer, Decimal(points), at=at, actor=SYSTEM, origin=TEST)


def sums(customer: Customer) -> dict[str, str]:
    """The wallet's sums that are not zero, as text, after checking that the whole ledger adds up and is counted."""
    assert list(verification.find_drifts()) == []
    assert list(tallies.find_drifts(TransferTally)) == []
    wallet = Wallet.objects.get(pk=customer.pk)
    names = ("available", "pending", "blocked", "earned", "spent", "expired")
    return {name: str(getattr(wallet, name)) for name in names if getattr(wallet, name)}
