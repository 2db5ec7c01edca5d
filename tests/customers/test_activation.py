"""Opening and closing accounts."""

import pytest

from customers import activation
from customers.models import Customer
from customers.refusals import CustomerDeleted
from loyalty.actors import SYSTEM
from loyalty.models import Event
from tests.factories import NOON, make_customer

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("status", ["new", "blocked"])
def test_activating_opens_the_account_once(store, status):
    alice = make_customer(store, status=status)
    for _ in range(2):
        assert activation.activate(alice, at=NOON, actor=SYSTEM).is_active
    assert Event.objects.filter(type="customer.activated").count() == 1


def test_deactivating_blocks_once_and_ends_every_session(store):
    alice = make_customer(store)
    before = alice.token_version
    for _ in range(2):
        activation.deactivate(alice, at=NOON, actor=SYSTEM)
    row = Customer.objects.get(pk=alice.pk)
    assert (row.status, row.token_version, row.version) == ("blocked", before + 1, 2)
    assert Event.objects.filter(type="customer.deactivated").count() == 1


@pytest.mark.parametrize("change", [activation.activate, activation.deactivate])
def test_a_deleted_customer_stays_deleted(store, change):
    alice = make_customer(store, status="deleted")
    with pytest.raises(CustomerDeleted):
        change(alice, at=NOON, actor=SYSTEM)
    assert Customer.objects.get(pk=alice.pk).status == "deleted"
    assert not Event.objects.exists()
