"""The end of a wallet."""

from datetime import timedelta
from decimal import Decimal

import pytest

from customers.refusals import CustomerDeleted
from loyalty.actors import SYSTEM
from loyalty.models import Event
from tests.factories import NOON, make_customer, make_store
from tests.wallet.ledgers import add, block, spend, sums
from wallet import ledger, opening
from wallet.models import PointsTransfer, Wallet

pytestmark = pytest.mark.django_db


def close(customer, at=NOON):
    ledger.close(customer.pk, at=at, actor=SYSTEM)


def test_everything_that_is_left_expires(store):
    alice, bob = make_customer(store), make_customer(store, "bob")
    add(bob, 5)
    add(alice, 10)
    spend(alice, 4)
    close(alice)
    assert sums(alice) == {"earned": "10.00", "spent": "4.00", "expired": "6.00"}
    assert sums(bob) == {"available": "5.00", "earned": "5.00"}


def test_blocked_points_are_released_and_expire_with_the_rest(store):
    alice = make_customer(store)
    add(alice, 10)
    blocking = block(alice, 7)
    close(alice)
    assert sums(alice) == {"earned": "10.00", "expired": "10.00"}
    blocking.refresh_from_db()
    assert blocking.state == PointsTransfer.State.CANCELED


def test_points_that_wait_expire_unearned():
    alice = make_customer(make_store(all_time_not_locked=False, points_days_locked=7))
    add(alice, 10)
    close(alice)
    assert sums(alice) == {"expired": "10.00"}


def test_what_has_expired_before_is_dated_when_it_did(store):
    alice = make_customer(store)
    add(alice, 10, expires_at=NOON + timedelta(days=1))
    close(alice, at=NOON + timedelta(days=9))
    assert Event.objects.get(type="points.expired").occurred_at == NOON + timedelta(days=1)
    assert sums(alice) == {"earned": "10.00", "expired": "10.00"}


def test_closing_again_changes_nothing_and_time_has_nothing_to_do(store):
    alice = make_customer(store)
    add(alice, 10, expires_at=NOON + timedelta(days=1))
    for _ in range(2):
        close(alice)
    assert Event.objects.filter(type="points.expired").count() == 1
    assert Wallet.objects.get(pk=alice.pk).next_change_at is None
    assert ledger.settle_due(at=NOON + timedelta(days=2)) == 0


@pytest.mark.parametrize(
    "act",
    [
        lambda alice, bob: add(alice, 1),
        lambda alice, bob: spend(alice, 1),
        lambda alice, bob: block(alice, 1),
        lambda alice, bob: ledger.give(
            bob, alice, Decimal(1), at=NOON, actor=SYSTEM, origin=ledger.Origin(source="test")
        ),
        lambda alice, bob: opening.overwrite_attributes(alice, {"a": "b"}, at=NOON, actor=SYSTEM),
    ],
)
def test_nothing_new_happens_to_a_closed_wallet(store, act):
    alice, bob = make_customer(store), make_customer(store, "bob")
    add(bob, 5)
    close(alice)
    events = Event.objects.count()
    with pytest.raises(CustomerDeleted):
        act(alice, bob)
    assert (sums(alice), sums(bob)) == ({}, {"available": "5.00", "earned": "5.00"})
    assert Event.objects.count() == events
    assert Wallet.objects.get(pk=alice.pk).attributes == {}
