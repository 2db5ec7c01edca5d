"""The statement: every change of what a customer owns, once, newest first, with its reason."""

from datetime import timedelta
from decimal import Decimal

import pytest

from loyalty.actors import SYSTEM
from tests.factories import NOON, make_customer, make_store
from tests.wallet.ledgers import TEST, add, block, spend
from wallet import ledger, queries, statement
from wallet.ledger import Origin

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def alice(store):
    return make_customer(store, "alice")


def lines(customer, **paging):
    found = statement.movements(customer, limit=paging.pop("limit", 50), **paging)
    return [
        f"{movement.change:+} {movement.reason}{' pending' if movement.is_pending else ''}"
        for movement in found
    ]


def test_the_signs_add_up_to_what_is_available(store, alice):
    bob = make_customer(store, "bob")
    first = add(alice, 100)
    spend(alice, "12.40")
    ledger.give(alice, bob, Decimal(7), at=NOON, actor=SYSTEM, origin=TEST)
    blocking = block(alice, 5)
    ledger.cancel(blocking, at=NOON, actor=SYSTEM)
    ledger.cancel(first, at=NOON, actor=SYSTEM)
    assert lines(alice) == [
        "-80.60 canceled",
        "+5.00 released",
        "-5.00 blocked",
        "-7.00 sent",
        "-12.40 spent",
        "+100.00 added",
    ]
    assert lines(bob) == ["+7.00 received"]
    total = sum(movement.change for movement in statement.movements(alice, limit=50))
    assert total == queries.figures_of(alice.wallet, at=NOON).available


def test_pending_points_are_told_when_they_come_and_when_they_become_usable():
    store = make_store(all_time_not_locked=False, points_days_locked=7)
    alice = make_customer(store)
    add(alice, 10)
    assert lines(alice) == ["+10.00 added pending"]
    ledger.settle_due(at=NOON + 7 * DAY)
    assert lines(alice) == ["+10.00 unlocked", "+10.00 added pending"]


def test_an_expiry_is_a_line_of_its_own(alice):
    add(alice, 10)
    ledger.settle_due(at=NOON + 60 * DAY)
    assert lines(alice) == ["-10.00 expired", "+10.00 added"]


def test_pages_follow_each_other_without_gap_or_overlap(alice):
    for points in range(1, 8):
        add(alice, points)
    newest = statement.movements(alice, limit=3)
    assert [movement.change for movement in newest] == [7, 6, 5]
    older = statement.movements(alice, before=newest[-1].entry.pk, limit=10)
    assert [movement.change for movement in older] == [4, 3, 2, 1]


def test_an_earning_is_explained_by_the_rules_that_gave_something(alice):
    reasons = [
        {"name": "General spending", "points": "82.40", "executed": True},
        {"name": "Double dairy", "points": "-2.40", "executed": True},
        {"name": "Nothing today", "points": "0.00", "executed": True},
        {"name": "Stopped", "points": "5.00", "executed": False},
    ]
    add(alice, 80, origin=Origin(source="test", reasons=reasons))
    spend(alice, 1)
    spent, earned = statement.movements(alice, limit=2)
    assert [(share.rule, str(share.points)) for share in earned.shares] == [
        ("General spending", "82.40"),
        ("Double dairy", "-2.40"),
    ]
    assert spent.shares == []


def test_what_was_added_shows_its_last_day_while_some_of_it_is_left(alice):
    add(alice, 10)
    (earned,) = statement.movements(alice, limit=1)
    assert earned.last_day.date() == (NOON + 30 * DAY).date()
    spend(alice, 10)
    _spent, earned = statement.movements(alice, limit=2)
    assert earned.last_day is None


def test_one_query_whatever_the_length(alice, django_assert_num_queries):
    for _ in range(30):
        add(alice, 1)
    with django_assert_num_queries(1):
        for movement in statement.movements(alice, limit=30):
            assert movement.last_day
