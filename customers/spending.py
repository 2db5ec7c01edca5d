"""What a customer has bought, in sums on the customer's row: amounts, count, first and last day.

The orders floor says what each purchase adds or takes away; nothing here reads purchases, so the cost of one does not
grow with the customer's history. The row is changed in memory only: `levels.review(..., also_save=…)` writes it once,
level and sums together.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from customers.models import Customer
from loyalty.amounts import ZERO, quantize

SUMS = (
    "purchases_count",
    "purchases_amount",
    "purchases_amount_without_delivery",
    "amount_excluded_for_level",
)
DATES = ("first_purchase_at", "last_purchase_at")


class Line(Protocol):
    """What the sums need to know of a line of a document."""

    @property
    def sku(self) -> str: ...
    @property
    def category(self) -> str: ...
    @property
    def gross_value(self) -> Decimal: ...


@dataclass(frozen=True)
class PurchaseSums:
    """The sums of one document, all of them positive for a return too."""

    gross: Decimal
    without_delivery: Decimal
    excluded_for_level: Decimal


def sums_of(
    lines: Iterable[Line],
    *,
    delivery_skus: Collection[str] = (),
    level_skus: Collection[str] = (),
    level_categories: Collection[str] = (),
    delivery_counts_for_level: bool = True,
) -> PurchaseSums:
    """Add up one document's lines.

    A line excluded from levels by its SKU and by its category is excluded once. A delivery line is not excluded a
    second time when delivery does not count for levels anyway (`delivery_counts_for_level` False).
    """
    gross = without_delivery = excluded = ZERO
    for line in lines:
        is_delivery = line.sku in delivery_skus
        gross += line.gross_value
        if not is_delivery:
            without_delivery += line.gross_value
        if (line.sku in level_skus or line.category in level_categories) and (
            delivery_counts_for_level or not is_delivery
        ):
            excluded += line.gross_value
    return PurchaseSums(
        gross=quantize(gross),
        without_delivery=quantize(without_delivery),
        excluded_for_level=quantize(excluded),
    )


def count_purchase(
    customer: Customer, sums: PurchaseSums, *, purchased_at: datetime, is_return: bool = False
) -> tuple[str, ...]:
    """Put a purchase, or a return, into the customer's sums in memory; give the names of the changed fields.

    A return takes its amounts away; it is no purchase, so count and dates stay.
    Locks: none; the caller holds the customer's row and saves the fields named (`levels.review(also_save=…)`).
    """
    sign = -1 if is_return else 1
    customer.purchases_amount += sign * sums.gross
    customer.purchases_amount_without_delivery += sign * sums.without_delivery
    customer.amount_excluded_for_level += sign * sums.excluded_for_level
    if is_return:
        return SUMS[1:]
    customer.purchases_count += 1
    customer.first_purchase_at = min(filter(None, (customer.first_purchase_at, purchased_at)))
    customer.last_purchase_at = max(filter(None, (customer.last_purchase_at, purchased_at)))
    return SUMS + DATES


def average_purchase(customer: Customer) -> Decimal:
    """Give what the customer spends per purchase, rounded to two places; zero before the first."""
    if customer.purchases_count == 0:
        return ZERO
    return quantize(customer.purchases_amount / customer.purchases_count)


def amount_for_level(customer: Customer, *, with_delivery: bool) -> Decimal:
    """Give the sum of purchases that a level by purchases looks at."""
    amount = customer.purchases_amount if with_delivery else customer.purchases_amount_without_delivery
    return amount - customer.amount_excluded_for_level
