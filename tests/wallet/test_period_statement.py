"""Statements: opening, movements and closing add up for any days."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from loyalty.refusals import InvalidInput
from tests.factories import NOON, make_customer, make_store
from tests.wallet.ledgers import TEST, add, spend
from wallet import period_statement

pytestmark = pytest.mark.django_db
TODAY = NOON.date()


@pytest.fixture
def alice():
    return make_customer(make_store(timezone="Europe/Warsaw"))


def statement(customer, first, last, *, at=NOON):
    return period_statement.for_period(customer, first_day=first, last_day=last, at=at)


def test_what_was_before_and_after_frames_the_movements(alice):
    add(alice, 100, at=NOON - timedelta(days=3))
    spend(alice, 30, at=NOON - timedelta(days=1))
    add(alice, 5, at=NOON)

    told = statement(alice, TODAY - timedelta(days=1), TODAY - timedelta(days=1))

    assert (told.opening, told.closing) == (Decimal(100), Decimal(70))
    assert [(each.reason, each.change) for each in told.movements()] == [("spent", Decimal(-30))]
    assert [(line["change"], line["balance"]) for line in told.lines()] == [("-30.00", "70.00")]


def test_two_statements_in_a_row_meet(alice):
    add(alice, 100, at=NOON - timedelta(days=3))
    spend(alice, 30, at=NOON - timedelta(days=1))

    first = statement(alice, TODAY - timedelta(days=9), TODAY - timedelta(days=2))
    second = statement(alice, TODAY - timedelta(days=1), TODAY)

    assert (first.opening, first.closing, second.opening) == (0, Decimal(100), Decimal(100))


def test_a_day_is_a_day_of_the_store(alice):
    # 23:30 UTC on the 13th is half past midnight of the 14th in Warsaw.
    add(alice, 8, at=NOON.replace(day=13, hour=23, minute=30))

    assert statement(alice, TODAY, TODAY).opening == 0
    assert statement(alice, date(2026, 3, 13), date(2026, 3, 13)).closing == 0


def test_what_expired_meanwhile_is_posted_first(alice):
    add(alice, 8, at=NOON - timedelta(days=9), expires_at=NOON - timedelta(days=1))

    told = statement(alice, TODAY - timedelta(days=9), TODAY)

    assert [each.reason for each in told.movements()] == ["added", "expired"]
    assert told.closing == 0


def test_rules_and_comments_say_why(alice):
    reasons = [{"name": "General spending", "points": "8", "executed": True}]
    add(alice, 8, origin=type(TEST)(source="purchase", reasons=reasons))
    add(alice, 2, origin=type(TEST)(source="cockpit", comment="Sorry"))

    assert [line["why"] for line in statement(alice, TODAY, TODAY).lines()] == [
        "General spending: 8",
        "Sorry",
    ]


@pytest.mark.parametrize("days", [-1, 3660])
def test_a_period_has_two_ends_within_ten_years(alice, days):
    with pytest.raises(InvalidInput):
        statement(alice, TODAY, TODAY + timedelta(days=days))
