"""What customers are told about their points."""

from datetime import timedelta

import pytest
from django.utils import timezone

from loyalty.actors import SYSTEM
from tests.factories import make_customer
from tests.wallet.ledgers import add, spend
from wallet import ledger, opening, takeout

pytestmark = pytest.mark.django_db


def test_balances_are_as_they_are_now_and_movements_come_with_their_reasons(store):
    now = timezone.now()
    alice, bob = make_customer(store), make_customer(store, "bob")
    reasons = [{"rule": "r", "name": "General spending", "points": "10.00", "text": "× 1: 10.00"}]
    add(alice, 10, at=now - timedelta(hours=2), origin=ledger.Origin(source="test", reasons=reasons))
    tea = ledger.Origin(source="till", comment="tea", external_id="7", extra={"table": 3}, call="digest")
    spend(alice, "2.50", at=now - timedelta(hours=1), origin=tea)
    add(bob, 7)
    told = takeout.points_of(alice)
    assert told["balances"] == {
        "available": 7.5,
        "pending": 0,
        "blocked": 0,
        "earned": 10,
        "spent": 2.5,
        "expired": 0,
    }
    spent, added = told["transfers"]
    assert (spent["kind"], spent["value"], spent["comment"]) == ("spending", 2.5, "tea")
    assert spent["extra"] == {"table": 3}
    assert (added["kind"], added["remaining"]) == ("adding", 7.5)
    assert added["reasons"] == [{"rule": "General spending", "points": "10.00", "text": "× 1: 10.00"}]


def test_what_has_expired_is_told_as_expired(store):
    now = timezone.now()
    alice = make_customer(store)
    add(alice, 10, at=now - timedelta(days=9), expires_at=now - timedelta(days=1))
    balances = takeout.points_of(alice)["balances"]
    assert (balances["available"], balances["expired"]) == (0, 10)


def test_what_partners_keep_beside_the_points_is_told(store):
    alice = make_customer(store)
    opening.replace_attributes(alice, {"nickname": "Al"}, at=timezone.now(), actor=SYSTEM)
    assert takeout.points_of(alice)["attributes"] == {"nickname": "Al"}
