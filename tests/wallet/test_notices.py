"""Customers hear of points that will expire on the day that the programme says, once."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from customers.models import Customer
from loyalty.models import Event
from tests.factories import NOON, make_customer, make_store
from tests.wallet.ledgers import add, spend
from wallet import notices
from wallet.models import ExpiryNotice

pytestmark = pytest.mark.django_db
# The first instant after the 21st in Warsaw, seven days after today.
AFTER_A_WEEK = datetime(2026, 3, 21, 23, tzinfo=UTC)


@pytest.fixture
def store():
    return make_store(timezone="Europe/Warsaw", expire_points_notification_days=7)


def tell(store, *, days_later=0):
    return notices.tell_of_expiring_points(store, at=NOON + timedelta(days=days_later))


def told():
    return [
        (row.subject_id, row.payload)
        for row in Event.objects.filter(type="points.expire_soon").order_by("id")
    ]


def test_a_customer_is_told_what_is_left_and_until_when(store):
    alice = make_customer(store)
    add(alice, 10, expires_at=AFTER_A_WEEK)
    add(alice, "2.50", expires_at=AFTER_A_WEEK - timedelta(hours=5))
    spend(alice, 4)

    assert tell(store) == 1
    assert told() == [(str(alice.pk), {"points": "8.50", "last_day": "2026-03-21", "days": 7})]


def test_what_expires_on_one_day_is_told_together_wherever_a_portion_ends(store):
    for _ in range(3):
        alice = make_customer(store)
        for hours in range(2):
            add(alice, 10, expires_at=AFTER_A_WEEK - timedelta(hours=hours))

    assert notices.tell_of_expiring_points(store, at=NOON, chunk=3) == 3
    assert {payload["points"] for _, payload in told()} == {"20.00"}


def test_nobody_is_told_twice(store):
    add(make_customer(store), 10, expires_at=AFTER_A_WEEK)

    assert [tell(store), tell(store), tell(store, days_later=1)] == [1, 0, 0]


def test_nobody_is_told_before_the_day(store):
    add(make_customer(store), 10, expires_at=AFTER_A_WEEK + timedelta(days=1))

    assert [tell(store), tell(store, days_later=1)] == [0, 1]


def test_a_day_without_a_run_is_made_up_for(store):
    add(make_customer(store), 10, expires_at=AFTER_A_WEEK)

    assert tell(store, days_later=3) == 1
    assert told()[0][1]["days"] == 4


def test_points_that_never_expire_or_are_gone_are_no_news(store):
    alice = make_customer(store)
    add(alice, 10, expires_at=None)
    add(alice, 10, expires_at=AFTER_A_WEEK)
    spend(alice, 10)

    assert tell(store) == 0


def test_who_is_not_active_is_not_told(store):
    add(make_customer(store, status=Customer.Status.BLOCKED), 10, expires_at=AFTER_A_WEEK)
    assert tell(store) == 0


def test_without_the_setting_nobody_is_told():
    store = make_store("QUIET")
    add(make_customer(store), 10, expires_at=AFTER_A_WEEK)
    assert tell(store) == 0


def test_what_was_told_is_forgotten_once_the_day_has_passed(store):
    add(make_customer(store), 10, expires_at=AFTER_A_WEEK)
    tell(store)

    tell(store, days_later=9)

    assert not ExpiryNotice.objects.exists()


def test_many_are_told_in_portions_with_the_same_number_of_statements_each(
    store, django_assert_max_num_queries
):
    for _ in range(5):
        add(make_customer(store), 10, expires_at=AFTER_A_WEEK)
    with django_assert_max_num_queries(12):
        assert tell(store) == 5
    assert {payload["points"] for _, payload in told()} == {str(Decimal("10.00"))}
