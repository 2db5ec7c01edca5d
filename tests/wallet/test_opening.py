"""Opening wallets, and what partners keep in them."""

import pytest

from customers import erasure
from customers.models import Customer
from customers.refusals import CustomerAnonymized
from loyalty.actors import SYSTEM
from loyalty.models import AuditEntry, Event
from loyalty.refusals import InvalidInput, NotFound
from tests.factories import NOON, make_customer
from wallet import opening
from wallet.models import Wallet

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(store):
    return make_customer(store)


def happened():
    return list(Event.objects.values_list("type", flat=True))


def kept(customer):
    return Wallet.objects.get(pk=customer.pk).attributes


def test_a_wallet_is_opened_once(alice):
    assert opening.open_wallet(alice, at=NOON, actor=SYSTEM).is_new
    assert not opening.open_wallet(alice, at=NOON, actor=SYSTEM).is_new
    assert Wallet.objects.get(pk=alice.pk).opened_at == NOON
    assert happened() == ["wallet.opened"]
    assert AuditEntry.objects.get().event_type == "wallet.opened"


def test_overwriting_leaves_what_is_not_given_or_empty(alice):
    first = opening.overwrite_attributes(alice, {"a": "1", "b": "2", "c": ""}, at=NOON, actor=SYSTEM)
    assert first.is_new
    assert first.wallet.attributes == {"a": "1", "b": "2"}
    opening.overwrite_attributes(alice, {"a": "", "b": "3"}, at=NOON, actor=SYSTEM)
    assert kept(alice) == {"a": "1", "b": "3"}


def test_replacing_leaves_nothing_else(alice):
    opening.replace_attributes(alice, {"a": "1"}, at=NOON, actor=SYSTEM)
    opening.replace_attributes(alice, {"b": ""}, at=NOON, actor=SYSTEM, opens=False)
    assert kept(alice) == {"b": ""}


def test_what_stays_as_it_is_is_not_reported(alice):
    for _ in range(2):
        opening.replace_attributes(alice, {"a": "1"}, at=NOON, actor=SYSTEM)
    opening.overwrite_attributes(alice, {"a": ""}, at=NOON, actor=SYSTEM)
    assert happened() == ["wallet.opened", "wallet.attributes_changed"]


@pytest.mark.parametrize("write", [opening.overwrite_attributes, opening.replace_attributes])
def test_nothing_is_written_down_about_who_was_forgotten_meanwhile(alice, write):
    opening.open_wallet(alice, at=NOON, actor=SYSTEM)
    erasure.anonymize(Customer.objects.get(pk=alice.pk), at=NOON, actor=SYSTEM)
    with pytest.raises(CustomerAnonymized):
        write(alice, {"nickname": "Al"}, at=NOON, actor=SYSTEM)
    assert kept(alice) == {}


def test_events_hold_neither_names_nor_values(alice):
    opening.replace_attributes(alice, {"alice's phone": "+44"}, at=NOON, actor=SYSTEM)
    assert Event.objects.get(type="wallet.attributes_changed").payload == {"count": 1}


def test_a_wallet_that_is_to_be_open_is_not_opened(alice):
    with pytest.raises(NotFound):
        opening.replace_attributes(alice, {"a": "1"}, at=NOON, actor=SYSTEM, opens=False)
    assert kept(alice) == {}
    assert happened() == []


def test_too_many_attributes_leave_everything_as_it_was(alice):
    opening.overwrite_attributes(alice, {"mine": "1"}, at=NOON, actor=SYSTEM)
    with pytest.raises(InvalidInput):
        opening.overwrite_attributes(
            alice, {str(number): "x" for number in range(opening.MAX_ATTRIBUTES)}, at=NOON, actor=SYSTEM
        )
    assert kept(alice) == {"mine": "1"}
