"""Unsubscribing in the WalletApp dialect."""

import pytest

from customers.models import Customer
from loyalty.models import Event
from tests.factories import make_customer, make_store
from tests.walletapp import FORBIDDEN, NOT_FOUND, Member, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def walletapp(store):
    return Member(store, "members.store", "tags.get")


@pytest.fixture
def alice(store):
    return make_customer(store, "alice", email="Alice@Example.com")


def test_one_member_is_unsubscribed(walletapp, alice):
    answer = walletapp("PATCH", "/members/unsubscribe", email="alice@example.com")
    assert answer == (200, {"message": "Request successful", "data": "User unsubscribed"})
    assert Customer.objects.get().is_unsubscribed


def test_nobody_is_unsubscribed_by_an_unknown_address(walletapp, alice):
    make_customer(make_store("OTHER"), "bob", email="bob@example.com")
    for address in ("nobody@example.com", "bob@example.com"):
        assert walletapp("PATCH", "/members/unsubscribe", email=address) == NOT_FOUND
    assert not Customer.objects.filter(is_unsubscribed=True).exists()


def test_many_are_unsubscribed_and_counted_when_found(store, walletapp, alice):
    bob = make_customer(store, "bob", is_unsubscribed=True)
    make_customer(store, "charlie")
    emails = ["ALICE@example.com", "alice@example.com", bob.email, "nobody@example.com"]
    answer = walletapp("POST", "/members/unsubscribe", email=emails)
    told = {"amount": 2, "message": "Unsubscribed 2 members"}
    assert answer == (200, {"message": "Request successful", "data": told})
    assert set(Customer.objects.filter(is_unsubscribed=True)) == {alice, bob}


def test_nobody_at_all_is_no_problem(walletapp):
    answer = walletapp("POST", "/members/unsubscribe", email=["nobody@example.com"])
    assert answer[1]["data"] == {"amount": 0, "message": "Unsubscribed 0 members"}


def test_a_lone_address_as_in_the_documented_call_is_a_list_of_one(walletapp, alice):
    assert walletapp("POST", "/members/unsubscribe", email=alice.email)[1]["data"]["amount"] == 1


@pytest.mark.parametrize(
    ("value", "at"),
    [
        ([], "email"),
        (None, "email"),
        (5, "email"),
        ({"0": "alice@example.com"}, "email"),
        (["alice@example.com", "no address"], "email.1"),
        (["alice@example.com", None], "email.1"),
        (["alice@example.com", 5], "email.1"),
        (["alice@example.com"] * 10_001, "email"),
    ],
)
def test_one_bad_address_refuses_the_list(walletapp, alice, value, at):
    assert walletapp("POST", "/members/unsubscribe", email=value) == refused(at=at)
    assert not Customer.objects.get().is_unsubscribed
    assert not Event.objects.exists()


def test_each_method_asks_for_its_own_ability(store, alice):
    assert Member(store, "tags.get")("PATCH", "/members/unsubscribe", email=alice.email) == FORBIDDEN
    assert Member(store, "members.store")("POST", "/members/unsubscribe", email=[alice.email]) == FORBIDDEN
    assert not Customer.objects.get().is_unsubscribed
