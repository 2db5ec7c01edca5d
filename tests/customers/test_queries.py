"""Lists of customers by filter, and counts by day."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from customers import queries
from customers.models import Customer, CustomerLabel
from customers.queries import CustomerFilter, Interval
from loyalty.refusals import NotFound
from tests.factories import NOON, make_customer, make_level, make_store
from tests.statements import noting_statements

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(store):
    alice = make_customer(
        store,
        "alice",
        last_name="Doe",
        email="Alice@Example.com",
        phone="+48234234000",
        card_number="4711",
        city="Warszawa",
        postal="00-000",
        purchases_count=3,
        purchases_amount=Decimal("5.00"),
        last_purchase_at=NOON - timedelta(days=5),
    )
    bob = make_customer(
        store,
        "bob",
        last_name="Dole",
        email="bob@example.com",
        phone="+48234234001",
        card_number="14711",
        purchases_count=1,
        purchases_amount=Decimal("100.00"),
        last_purchase_at=NOON - timedelta(days=40),
    )
    charlie = make_customer(store, "charlie", last_name="100%", email="charlie@example.org", status="blocked")
    make_customer(store, "deleted", last_name="Doe", status="deleted")
    foreign = make_customer(make_store("OTHER"), "foreign", last_name="Doe")
    for customer, value in ((alice, "yes"), (alice, "always"), (foreign, "yes"), (foreign, "no")):
        CustomerLabel.objects.create(customer=customer, key="vip", value=value)
    CustomerLabel.objects.create(customer=alice, key="size", value="XL")
    CustomerLabel.objects.create(customer=bob, key="vip", value="no")
    for number, customer in enumerate((alice, bob, charlie)):
        Customer.objects.filter(pk=customer.pk).update(updated_at=NOON - timedelta(hours=10 * number + 1))
    return store


def found(store, **wanted):
    rows = queries.filter_customers(
        queries.customers_of(store), CustomerFilter(**wanted), store=store, at=NOON
    )
    return sorted(customer.first_name.lower() for customer in rows)


EVERYBODY = ["alice", "bob", "charlie"]


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ({}, EVERYBODY),
        ({"first_name": "AL"}, ["alice"]),
        ({"first_name": "al", "is_strict": True}, []),
        ({"first_name": "Alice", "is_strict": True}, ["alice"]),
        ({"last_name": "do"}, ["alice", "bob"]),
        ({"last_name": "%"}, ["charlie"]),
        ({"last_name": "_"}, []),
        ({"email": "EXAMPLE.com"}, ["alice", "bob"]),
        ({"email": "example.com", "is_strict": True}, []),
        ({"email": "ALICE@example.com", "is_strict": True}, ["alice"]),
        ({"phone": "234 234"}, ["alice", "bob"]),
        ({"phone": " 48234234000"}, ["alice"]),
        ({"phone": "0048 234 234 000"}, ["alice"]),
        ({"phone": "+48 234-234-000", "is_strict": True}, ["alice"]),
        ({"phone": "234234000", "is_strict": True}, []),
        ({"phone": "call"}, []),
        ({"card_number": "4711"}, ["alice", "bob"]),
        ({"card_number": "4711", "is_strict": True}, ["alice"]),
        ({"city": "warsz"}, ["alice"]),
        ({"postal": "00-"}, ["alice"]),
        ({"amount_from": Decimal("5.00")}, ["alice", "bob"]),
        ({"amount_from": Decimal("5.01")}, ["bob"]),
        ({"amount_to": Decimal("5.00")}, ["alice", "charlie"]),
        ({"amount_to": Decimal("4.99")}, ["charlie"]),
        ({"count_from": 2}, ["alice"]),
        ({"count_to": 1}, ["bob", "charlie"]),
        ({"count_from": 1, "count_to": 1}, ["bob"]),
        # Alice's average is shown as 1.67.
        ({"average_from": Decimal("1.67")}, ["alice", "bob"]),
        ({"average_from": Decimal("1.68")}, ["bob"]),
        ({"average_to": Decimal("1.67")}, ["alice", "charlie"]),
        ({"average_to": Decimal("1.66")}, ["charlie"]),
        ({"average_from": Decimal(0)}, EVERYBODY),
        ({"average_from": Decimal("9999999999.99")}, []),
        ({"average_to": Decimal("9999999999.99")}, EVERYBODY),
        ({"days_from_last_purchase_to": 5}, ["alice"]),
        ({"days_from_last_purchase_to": 4}, []),
        ({"days_from_last_purchase_to": 36500}, ["alice", "bob"]),
        ({"hours_from_last_update_to": 11}, ["alice", "bob"]),
        ({"hours_from_last_update_to": 1}, ["alice"]),
        ({"labels": [("vip", None)]}, ["alice", "bob"]),
        ({"labels": [("vip", "yes")]}, ["alice"]),
        ({"labels": [("vip", None), ("size", "XL")]}, ["alice"]),
        ({"labels": [("vip", "no"), ("size", "XL")]}, []),
        ({"first_name": "bob", "count_from": 1, "email": "bob"}, ["bob"]),
    ],
    ids=str,
)
def test_a_filter_lets_through_whom_it_names_and_counts_them(people, wanted, names):
    assert found(people, **wanted) == names
    asked = CustomerFilter(**wanted)
    rows = queries.filter_customers(queries.customers_of(people), asked, store=people, at=NOON)
    assert queries.count_customers(people, rows, asked) == len(names)


@pytest.mark.parametrize("label", [("vip", None), ("vip", "yes"), ("vip", "nobody")])
def test_whoever_has_a_label_is_counted_without_a_look_at_customers(people, label):
    asked = CustomerFilter(labels=[label])
    rows = queries.filter_customers(queries.customers_of(people), asked, store=people, at=NOON)
    with noting_statements() as statements:
        total = queries.count_customers(people, rows, asked)
    assert total == len(rows)
    assert not [each for each in statements if "customers_customer" in each.split('"')]


def test_a_label_takes_its_store_from_its_customer_and_keeps_it(store):
    label = CustomerLabel.objects.create(customer=make_customer(store), key="vip")
    label.value = "yes"
    label.save()
    assert CustomerLabel.objects.get().store == store


@pytest.mark.parametrize("others", [1, 30])
def test_a_list_with_everything_shown_costs_two_queries(store, others, django_assert_num_queries):
    level = make_level(store)
    for _ in range(others):
        customer = make_customer(store, level=level)
        CustomerLabel.objects.create(customer=customer, key="vip", value="yes")
    with django_assert_num_queries(2):
        for customer in queries.customers_of(store):
            assert customer.level is not None
            assert customer.level.name
            assert [str(label) for label in customer.labels.all()] == ["vip:yes"]


def test_one_record_is_found_in_its_own_store_only(store):
    alice = make_customer(store)
    assert queries.customer_record(store, alice.pk) == alice
    for elsewhere in (make_store("OTHER"),):
        with pytest.raises(NotFound):
            queries.customer_record(elsewhere, alice.pk)
    Customer.objects.filter(pk=alice.pk).update(status="deleted")
    with pytest.raises(NotFound):
        queries.customer_record(store, alice.pk)


def test_levels_come_with_how_many_stand_on_them(store, django_assert_num_queries):
    bronze = make_level(store)
    make_level(store, "gold", 500)
    make_customer(store, level=bronze)
    make_customer(store, level=bronze, status="deleted")
    with django_assert_num_queries(1):
        counts = {level.name: level.customers_count for level in queries.levels_of(store)}
    assert counts == {"level0": 1, "gold": 0}
    assert queries.people_on(bronze).count() == 1
    with pytest.raises(NotFound):
        queries.level_of(make_store("OTHER"), bronze.pk)


def test_registrations_are_counted_by_the_stores_own_day(store):
    zone = ZoneInfo("Europe/Warsaw")
    for moment in (
        datetime(2026, 3, 12, 22, 59, tzinfo=UTC),
        datetime(2026, 3, 12, 23, 0, tzinfo=UTC),
        datetime(2026, 3, 14, 11, 0, tzinfo=UTC),
        datetime(2026, 3, 14, 23, 30, tzinfo=UTC),
    ):
        make_customer(store, created_at=moment)
    make_customer(store, created_at=NOON, status="deleted")
    make_customer(make_store("OTHER"), created_at=NOON)
    counts = queries.registrations(store, interval=Interval.DAY, days=3, at=NOON, zone=zone)
    assert counts == {"2026-03-12": 1, "2026-03-13": 1, "2026-03-14": 1}


@pytest.mark.parametrize(
    ("interval", "days", "counts"),
    [
        (Interval.MONTH, 60, {"2026-01": 0, "2026-02": 1, "2026-03": 1}),
        (Interval.YEAR, 60, {"2026": 2}),
        (Interval.DAY, 1, {"2026-03-14": 1}),
    ],
)
def test_registrations_are_counted_by_longer_periods(store, interval, days, counts):
    for day in (date(2026, 2, 10), date(2026, 3, 14)):
        make_customer(store, created_at=datetime(day.year, day.month, day.day, 10, tzinfo=UTC))
    assert queries.registrations(store, interval=interval, days=days, at=NOON, zone=ZoneInfo("UTC")) == counts
