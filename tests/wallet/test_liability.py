"""What the programme owes, by the month in which it expires."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from tests.factories import NOON, make_customer, make_store
from tests.wallet.ledgers import add, block, spend
from wallet import liability
from wallet.models import PointsTransfer

pytestmark = pytest.mark.django_db


@pytest.fixture
def store():
    return make_store(timezone="Europe/Warsaw", points_value=Decimal("0.05"))


def until(*day):
    return datetime(*day, tzinfo=UTC)


def test_points_are_owed_by_the_month_of_their_last_valid_day(store):
    alice, bob = make_customer(store), make_customer(store, "bob")
    # The first instant of April in Warsaw: the last valid day is in March.
    add(alice, 10, expires_at=until(2026, 3, 31, 22))
    add(bob, 20, expires_at=until(2026, 4, 30, 22))
    add(bob, 5, expires_at=None)
    spend(bob, 4)

    owed = liability.of_store(store, at=NOON)

    assert {month: each.points for month, each in owed.by_month.items()} == {
        date(2026, 3, 1): Decimal(10),
        date(2026, 4, 1): Decimal(16),
    }
    assert owed.never_expiring.points == Decimal(5)
    assert (owed.total.points, owed.total.worth) == (Decimal(31), Decimal("1.55"))


def test_the_whole_is_worth_what_all_points_are_though_its_parts_are_rounded(store):
    for month in (3, 4, 5):
        add(make_customer(store, f"c{month}"), "0.10", expires_at=until(2026, month, 15))

    owed = liability.of_store(store, at=NOON)

    assert [each.worth for each in owed.by_month.values()] == [Decimal("0.01")] * 3
    assert (owed.total.points, owed.total.worth) == (Decimal("0.30"), Decimal("0.02"))


def test_pending_points_are_owed_and_told_apart(store):
    make_batch = add(make_customer(store), 10)
    PointsTransfer.objects.filter(pk=make_batch.pk).update(
        state="pending", locked_until=NOON + timedelta(days=9)
    )

    (month,) = liability.of_store(store, at=NOON).by_month.values()

    assert (month.points, month.pending) == (Decimal(10), Decimal(10))


def test_blocked_points_are_owed_though_no_batch_holds_them(store):
    alice = make_customer(store)
    add(alice, 10, expires_at=None)
    block(alice, 4)

    owed = liability.of_store(store, at=NOON)

    found = [owed.never_expiring.points, owed.blocked.points, owed.total.points]
    assert found == [Decimal(6), Decimal(4), Decimal(10)]


def test_what_has_expired_is_not_owed_though_the_job_is_late(store):
    add(make_customer(store), 10, at=NOON - timedelta(days=9), expires_at=NOON)
    assert liability.of_store(store, at=NOON).total.points == 0


def test_another_store_owes_its_own(store):
    add(make_customer(make_store("OTHER")), 10)
    assert liability.of_store(store, at=NOON).total.points == 0


def test_it_costs_two_statements_for_any_number_of_batches(store, django_assert_num_queries):
    for number in range(5):
        add(make_customer(store), 10, expires_at=until(2026, 4 + number, 1))
    with django_assert_num_queries(2):
        liability.of_store(store, at=NOON)
