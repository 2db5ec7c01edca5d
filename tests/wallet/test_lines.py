"""A wallet line by line: every movement is there, and the balance runs."""

from datetime import timedelta
from decimal import Decimal

import pytest

from loyalty.actors import SYSTEM
from tests.factories import NOON, make_customer, make_store
from tests.wallet.ledgers import add, block, spend
from wallet import ledger, lines
from wallet.models import Wallet

pytestmark = pytest.mark.django_db
SOURCE = "partner"


@pytest.fixture
def alice(store):
    return make_customer(store, "alice")


def said(**facts):
    return ledger.Origin(source=SOURCE, external_id=facts.pop("external_id", None), extra=facts)


def rows_of(customer):
    return list(lines.lines_of(customer.pk, source=SOURCE).order_by("pk"))


def shown(customer):
    return [(row.action, str(row.points), str(row.total_points), row.word) for row in rows_of(customer)]


def assert_the_balance_runs(customer, *, waiting=0):
    total = Decimal(0)
    for row in rows_of(customer):
        total += row.points if row.action == lines.ADDITION else -row.points
    assert total == Wallet.objects.get(pk=customer.pk).available + waiting


def test_every_kind_of_movement_is_a_line(store, alice):
    bob = make_customer(store, "bob")
    first = add(alice, 10, expires_at=NOON + timedelta(days=5))
    add(alice, 20, expires_at=None)
    spent = spend(alice, 4)
    blocked = block(alice, 3)
    ledger.give(alice, bob, Decimal(5), at=NOON, actor=SYSTEM, origin=said())
    ledger.cancel(blocked, at=NOON, actor=SYSTEM)
    ledger.reverse(spent, at=NOON, actor=SYSTEM)
    ledger.cancel(first, at=NOON, actor=SYSTEM)
    assert shown(alice) == [
        ("addition", "10.00", "10.00", "test"),
        ("addition", "20.00", "30.00", "test"),
        ("subtraction", "4.00", "26.00", "test"),
        ("subtraction", "3.00", "23.00", "test"),
        ("subtraction", "5.00", "18.00", SOURCE),
        ("addition", "3.00", "21.00", "released"),
        ("addition", "4.00", "25.00", "reversed"),
        ("subtraction", "7.00", "18.00", "canceled"),
    ]
    assert_the_balance_runs(alice)
    assert_the_balance_runs(bob)


def test_what_expires_is_a_line_of_its_day(alice):
    add(alice, 10, expires_at=NOON + timedelta(days=2))
    ledger.settle_due(at=NOON + timedelta(days=9))
    *_, expired = rows_of(alice)
    assert (expired.word, expired.created_at) == ("expired", NOON + timedelta(days=2))
    assert_the_balance_runs(alice)


def test_points_that_wait_are_a_line_until_their_day_comes(store):
    waiting = make_store("LOCKED", all_time_not_locked=False, points_days_locked=7)
    alice = make_customer(waiting)
    transfer = add(alice, 10, origin=said(external_id="42", type="shop"))
    assert shown(alice) == [("addition", "10.00", "0.00", "shop")]
    assert_the_balance_runs(alice, waiting=10)
    ledger.settle_due(at=NOON + timedelta(days=8))
    assert shown(alice) == [("addition", "10.00", "10.00", "shop")]
    assert [row.external_id for row in rows_of(alice)] == ["42"]
    assert_the_balance_runs(alice)
    assert lines.available_after(transfer) == 0


def test_points_that_wait_show_the_balance_beside_them(store):
    alice = make_customer(make_store("LOCKED", all_time_not_locked=False, points_days_locked=7))
    first = add(alice, 10)
    ledger.activate(first, at=NOON, actor=SYSTEM)
    add(alice, 5)
    assert [str(row.total_points) for row in rows_of(alice)] == ["10.00", "10.00"]


def test_the_first_line_says_what_its_caller_said_and_later_ones_do_not(alice):
    facts = {"type": "shop", "order_id": "A-7", "amount": "12.50", "exchange": "0.05"}
    transfer = add(alice, 250, origin=said(external_id="42", **facts))
    ledger.cancel(transfer, at=NOON, actor=SYSTEM)
    first, later = rows_of(alice)
    assert (first.external_id, first.order_id, first.amount, first.exchange) == ("42", "A-7", 12.5, 0.05)
    assert (later.external_id, later.order_id, later.amount, later.exchange) == (None, None, None, None)


def test_an_order_is_named_by_the_external_id_where_the_call_names_none(alice):
    add(alice, 1, origin=said(external_id="42"))
    (line,) = rows_of(alice)
    assert line.order_id == "42"


def test_what_other_sources_keep_is_not_taken_for_a_callers_words(alice):
    extra = {"type": 5, "amount": "many", "order_id": []}
    add(alice, 1, origin=ledger.Origin(source="voucher", external_id="42", extra=extra))
    (line,) = rows_of(alice)
    assert (line.word, line.order_id, line.external_id, line.amount) == ("voucher", "42", "42", None)


def test_what_could_be_spent_after_a_movement_stays_what_it_was(alice):
    first, second = add(alice, 10), spend(alice, 4)
    add(alice, 100)
    assert [str(lines.available_after(each)) for each in (first, second)] == ["10.00", "6.00"]
