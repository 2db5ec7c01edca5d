"""Customers are forgotten while everything else goes on: nobody waits in a circle, and nothing slips in behind."""

from decimal import Decimal

import pytest

from customers import devices, erasure, profile
from customers.models import Customer, PushToken
from customers.refusals import CustomerDeleted
from loyalty.actors import SYSTEM
from loyalty.amounts import ZERO
from loyalty.models import Event
from loyalty.refusals import Refusal
from tests.factories import NOON, make_customer, make_level, make_store
from tests.orders.factories import point_per_unit, register
from tests.wallet.ledgers import TEST
from tests.wallet.test_races import run_at_once
from wallet import ledger, verification

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def store():
    # Levels by points: a movement goes on to lock the customer.
    store = make_store(tier_assign_type="points")
    for name, condition in (("bronze", 0), ("silver", 20), ("gold", 60)):
        point_per_unit(make_level(store, name, condition))
    return store


def acts(customer):
    return [
        lambda: register(customer.store, of=customer.card_number),
        lambda: ledger.add(customer, Decimal(15), at=NOON, actor=SYSTEM, origin=TEST),
        lambda: ledger.spend(customer, Decimal(3), at=NOON, actor=SYSTEM, origin=TEST),
        lambda: profile.update_profile(customer, profile={"city": "Marker"}, at=NOON, actor=SYSTEM),
        lambda: devices.add_token(customer, "Marker"),
    ]


def test_everything_at_once_neither_deadlocks_nor_leaves_a_name(store):
    people = [make_customer(store, f"m{number}", card_number=f"47{number}") for number in range(6)]

    def work(number):
        if number < 2:
            for person in people[number::2]:
                erasure.delete(person, at=NOON, actor=SYSTEM)
            return []
        return [str(problem) for person in people for act in acts(person) if (problem := attempt(act))]

    problems = [problem for each in run_at_once(8, work) for problem in each]
    assert problems == []
    for person in people:
        row = Customer.objects.get(pk=person.pk)
        assert {name: getattr(row, name) for name in erasure.BLANK} == erasure.BLANK
        assert row.level is None
        assert {row.wallet.available, row.wallet.pending, row.wallet.blocked} == {ZERO}
    assert not PushToken.objects.exists()
    assert list(verification.find_drifts()) == []


def attempt(act):
    """Do something to a customer who may be gone by now; give what went wrong besides."""
    try:
        act()
    except (Refusal, Customer.DoesNotExist):
        return None
    except Exception as error:  # noqa: BLE001  # whatever it is, it is what is looked for
        return error
    return None


def test_of_many_who_delete_one_customer_one_does(store):
    alice = make_customer(store)

    def work(_number):
        try:
            erasure.delete(alice, at=NOON, actor=SYSTEM)
        except CustomerDeleted:
            return "too late"
        return "done"

    assert sorted(run_at_once(6, work)) == ["done", *["too late"] * 5]
    assert Event.objects.filter(type="customer.deleted").count() == 1
