"""Who meets which criterion: those that look at the customer and what hangs on them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from customers.models import Customer, CustomerLabel
from tests.customers.segmenting import criterion, found, one_of
from tests.factories import NOON, make_customer, make_store

pytestmark = pytest.mark.django_db


def bought(store, name, *, count=0, amount="0", **fields):
    return make_customer(store, name, purchases_count=count, purchases_amount=Decimal(amount), **fields)


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(0, 0, {"Alice"}), (1, 2, {"Bob", "Carol"}), (2, 9, {"Carol"}), (3, 9, set())],
)
def test_counts_of_purchases_include_both_ends(store, low, high, expected):
    bought(store, "alice")
    bought(store, "bob", count=1)
    bought(store, "carol", count=2)
    assert found(store, one_of(criterion("transaction_count", min=low, max=high))) == expected


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        ("0", "9.99", {"Alice"}),
        ("10", "20.00", {"Bob", "Carol"}),
        ("10.01", "19.99", set()),
        ("20", "20", {"Carol"}),
    ],
)
def test_amounts_include_both_ends(store, low, high, expected):
    bought(store, "alice")
    bought(store, "bob", count=1, amount="10")
    bought(store, "carol", count=1, amount="20")
    assert found(store, one_of(criterion("transaction_amount", fromAmount=low, toAmount=high))) == expected


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        ("0", "1", {"Alice"}),
        ("3.34", "3.34", {"Bob"}),
        ("3.33", "3.33", set()),
        ("3", "5", {"Bob", "Carol"}),
        ("5.01", "9", set()),
    ],
)
def test_averages_are_compared_as_they_are_shown(store, low, high, expected):
    bought(store, "alice")
    bought(store, "bob", count=3, amount="10.01")
    bought(store, "carol", count=2, amount="10.00")
    wanted = criterion("average_transaction_amount", fromAmount=low, toAmount=high)
    assert found(store, one_of(wanted)) == expected


@pytest.mark.parametrize(("days", "expected"), [(0, {"Alice"}), (1, {"Alice", "Bob"}), (2, {"Alice", "Bob"})])
def test_bought_within_the_last_days_counts_days_of_the_store(days, expected):
    # Noon in UTC is 01:00 of the next day in Auckland, so that day began at 11:00 UTC.
    store = make_store(timezone="Pacific/Auckland")
    bought(store, "alice", last_purchase_at=datetime(2026, 3, 14, 11, 0, tzinfo=UTC))
    bought(store, "bob", last_purchase_at=datetime(2026, 3, 14, 10, 59, tzinfo=UTC))
    bought(store, "carol", last_purchase_at=NOON - timedelta(days=4))
    bought(store, "dave")
    assert found(store, one_of(criterion("last_purchase_n_days_before", days=days))) == expected


BORN = {
    "alice": date(1990, 3, 14),
    "bob": date(1980, 3, 20),
    "carol": date(2000, 2, 29),
    "dave": date(1970, 1, 2),
}


@pytest.mark.parametrize(
    ("today", "days", "expected"),
    [
        ((2026, 3, 14), 0, {"Alice"}),
        ((2026, 3, 14), 5, {"Alice"}),
        ((2026, 3, 14), 6, {"Alice", "Bob"}),
        ((2026, 3, 15), 0, set()),
        ((2026, 12, 30), 3, {"Dave"}),
        ((2026, 12, 30), 2, set()),
        ((2026, 2, 28), 0, {"Carol"}),
        ((2026, 2, 20), 8, {"Carol"}),
        ((2026, 2, 20), 7, set()),
        ((2026, 3, 1), 0, set()),
        ((2028, 2, 28), 0, set()),
        ((2028, 2, 28), 1, {"Carol"}),
        ((2028, 2, 29), 0, {"Carol"}),
        ((2026, 3, 15), 364, {"Alice", "Bob", "Carol", "Dave"}),
        ((2026, 3, 15), 363, {"Bob", "Carol", "Dave"}),
        ((2026, 3, 14), 400, {"Alice", "Bob", "Carol", "Dave"}),
    ],
)
def test_birthdays_from_today_over_year_ends_and_leap_days(store, today, days, expected):
    for name, born in BORN.items():
        make_customer(store, name, birth_date=born)
    make_customer(store, "ageless")
    wanted = criterion("anniversary", anniversaryType="birthday", days=days)
    assert found(store, one_of(wanted), at=datetime(*today, 12, tzinfo=UTC)) == expected


def test_an_anniversary_of_registration_is_a_day_of_the_store():
    store = make_store(timezone="America/New_York")
    # Both are the 13th in New York until four in the morning UTC.
    make_customer(store, "alice", created_at=datetime(2024, 3, 14, 3, 59, tzinfo=UTC))
    make_customer(store, "bob", created_at=datetime(2024, 3, 14, 4, 1, tzinfo=UTC))
    wanted = one_of(criterion("anniversary", anniversaryType="registration", days=0))
    assert found(store, wanted, at=datetime(2026, 3, 14, 3, 0, tzinfo=UTC)) == {"Alice"}
    assert found(store, wanted, at=datetime(2026, 3, 14, 5, 0, tzinfo=UTC)) == {"Bob"}


def test_labels_by_key_and_by_key_and_value(store):
    for name, key, value in (("alice", "news", "yes"), ("bob", "news", "no"), ("carol", "vip", "yes")):
        CustomerLabel.objects.create(customer=make_customer(store, name), key=key, value=value)
    make_customer(store, "dave")
    has_key = criterion("customer_has_labels", labels=[{"key": "news"}])
    assert found(store, one_of(has_key)) == {"Alice", "Bob"}
    for name in ("customer_with_labels_values", "customer_has_labels_with_values"):
        pairs = [{"key": "news", "value": "no"}, {"key": "vip", "value": "yes"}]
        assert found(store, one_of(criterion(name, labels=pairs))) == {"Bob", "Carol"}


def test_a_list_names_customers_by_id_phone_card_or_email(store):
    alice = make_customer(store, "alice")
    make_customer(store, "bob", phone="+48600700800")
    make_customer(store, "carol", card_number="c-1")
    make_customer(store, "dave", email="Dave@example.com")
    make_customer(store, "erin")
    wanted = [str(alice.pk), "+48 600 700 800", "c-1", "dave@EXAMPLE.com"]
    assert found(store, one_of(criterion("customer_list", customers=wanted))) == {
        "Alice",
        "Bob",
        "Carol",
        "Dave",
    }


def test_parts_narrow_and_criteria_of_a_part_widen(store):
    alice = bought(store, "alice", count=5, amount="10", birth_date=date(1990, 3, 14))
    bought(store, "bob", count=1, amount="10")
    bought(store, "carol", count=1, amount="90")
    CustomerLabel.objects.create(customer=alice, key="vip")
    often = criterion("transaction_count", min=5, max=99)
    much = criterion("transaction_amount", fromAmount="50", toAmount="99")
    little = criterion("transaction_amount", fromAmount="0", toAmount="20")
    vip = criterion("customer_has_labels", labels=[{"key": "vip"}])
    birthday = criterion("anniversary", anniversaryType="birthday", days=0)
    assert found(store, one_of(often, much)) == {"Alice", "Carol"}
    assert found(store, one_of(vip, much)) == {"Alice", "Carol"}
    assert found(store, one_of(often, much), one_of(little)) == {"Alice"}
    assert found(store, one_of(vip, much), one_of(birthday, little)) == {"Alice"}
    assert found(store, one_of(vip), one_of(much)) == set()


@pytest.mark.parametrize("status", [Customer.Status.NEW, Customer.Status.BLOCKED, Customer.Status.DELETED])
def test_only_active_customers_of_the_store_are_found(store, status):
    make_customer(store, "alice")
    make_customer(store, "bob", status=status)
    make_customer(make_store("OTHER"), "carol")
    assert found(store, one_of(criterion("transaction_count", min=0, max=9))) == {"Alice"}
