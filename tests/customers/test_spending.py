"""What purchases count for: the worked table of docs/levels.md."""

from dataclasses import dataclass
from decimal import Decimal

import pytest

from customers import spending
from customers.models import Customer
from tests.factories import NOON
from tests.worked_tables import Row, read_table


@dataclass(frozen=True)
class Line:
    sku: str
    category: str
    gross_value: Decimal


def read_lines(cell: str) -> list[Line]:
    parts = (part.split() for part in cell.split(", "))
    return [Line(sku=sku, category=category, gross_value=Decimal(gross)) for sku, category, gross in parts]


def sums_of(row: Row) -> spending.PurchaseSums:
    return spending.sums_of(
        read_lines(row["lines"]),
        delivery_skus={"ship"},
        level_skus={"cigs"},
        level_categories={"tobacco"},
        delivery_counts_for_level=row["delivery counts"] == "yes",
    )


TABLE = pytest.mark.parametrize(
    "row", read_table("levels.md", "What a purchase counts for"), ids=lambda row: row["lines"]
)


@TABLE
def test_a_purchase_counts_for_levels_as_the_table_says(row: Row) -> None:
    customer = Customer()
    spending.count_purchase(customer, sums_of(row), purchased_at=NOON)
    counted = spending.amount_for_level(customer, with_delivery=row["delivery counts"] == "yes")
    assert (str(customer.purchases_amount), str(counted)) == (row["gross"], row["counts"])
    assert (customer.purchases_count, customer.first_purchase_at) == (1, NOON)


@TABLE
def test_a_return_of_everything_leaves_the_sums_at_zero(row: Row) -> None:
    customer = Customer()
    spending.count_purchase(customer, sums_of(row), purchased_at=NOON)
    spending.count_purchase(customer, sums_of(row), purchased_at=NOON, is_return=True)
    for with_delivery in (True, False):
        assert customer.purchases_amount == 0
        assert spending.amount_for_level(customer, with_delivery=with_delivery) == 0
    assert customer.purchases_count == 1
