"""A customer's statement for some days: what they could spend before, every movement with its reason, and after.

Opening and closing are sums of entries, so they hold for any days, also for days on which points were granted with a
date in the past. Points that wait or are blocked are no part of it until they can be spent.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet, Sum

from customers.models import Customer
from loyalty import calendar
from loyalty.amounts import ZERO
from loyalty.refusals import InvalidInput
from wallet import ledger
from wallet.models import LedgerEntry
from wallet.statement import Movement

MAX_DAYS = 3660


@dataclass(frozen=True)
class PeriodStatement:
    """The statement of one customer, first and last day included. Units: points."""

    customer: Customer
    first_day: date
    last_day: date
    opening: Decimal
    closing: Decimal
    entries: QuerySet[LedgerEntry]

    def movements(self) -> Iterator[Movement]:
        """Give the movements in the order in which they counted, a portion of rows at a time."""
        for entry in self.entries.iterator(chunk_size=1000):
            yield Movement(entry=entry, transfer=entry.transfer)

    def lines(self) -> Iterator[dict[str, Any]]:
        """Give the movements as a file holds them: moment, reason, why, change, and the balance after each."""
        zone = self.customer.store.programme.zone
        balance = self.opening
        for movement in self.movements():
            balance += movement.change
            yield {
                "at": movement.at.astimezone(zone).isoformat(),
                "reason": movement.reason,
                "why": "; ".join(f"{share.rule}: {share.points}" for share in movement.shares)
                or movement.transfer.comment,
                "change": str(movement.change),
                "balance": str(balance),
                "transferId": str(movement.transfer.pk),
            }


def for_period(customer: Customer, *, first_day: date, last_day: date, at: datetime) -> PeriodStatement:
    """Give a customer's statement from one local day to another, both included.

    What time has changed by now is posted first, so that a late job leaves no gap.
    Raises: InvalidInput at `last_day` when it comes before the first, or the two are more than ten years apart.
    Locks: the wallet, when something is due.
    """
    if not timedelta() <= last_day - first_day < timedelta(days=MAX_DAYS):
        raise InvalidInput(field="last_day", reason="Choose a last day after the first, within ten years.")
    ledger.settle_wallet(customer, at=at)
    zone = customer.store.programme.zone
    start = calendar.start_of_day(first_day, zone)
    end = calendar.start_of_day(last_day + timedelta(days=1), zone)
    available = LedgerEntry.objects.filter(
        wallet_id=customer.pk, balance=LedgerEntry.Balance.AVAILABLE, created_at__lt=end
    )
    opening = available.filter(created_at__lt=start).aggregate(sum=Sum("change"))["sum"] or ZERO
    within = available.filter(created_at__gte=start)
    change = within.aggregate(sum=Sum("change"))["sum"] or ZERO
    return PeriodStatement(
        customer=customer,
        first_day=first_day,
        last_day=last_day,
        opening=opening,
        closing=opening + change,
        entries=within.select_related("transfer__store").order_by("created_at", "id"),
    )
