"""What is said of a movement afterwards."""

import pytest

from loyalty.actors import SYSTEM
from loyalty.models import Event
from tests.factories import NOON, make_customer
from tests.wallet.ledgers import add, spend, sums
from wallet import ledger

pytestmark = pytest.mark.django_db


@pytest.fixture
def spending(store):
    alice = make_customer(store)
    add(alice, 10)
    origin = ledger.Origin(source="test", external_id="e1", venue="north", extra={"a": 1}, call="digest")
    return spend(alice, 4, origin=origin)


def annotated():
    return list(Event.objects.filter(type="transfer.annotated").values_list("payload__fields", flat=True))


def test_venue_and_extra_change_each_where_given(spending):
    ledger.annotate(spending, venue="south", at=NOON, actor=SYSTEM)
    ledger.annotate(spending, extra={"b": 2}, at=NOON, actor=SYSTEM)
    spending.refresh_from_db()
    assert (spending.venue, spending.extra) == ("south", {"b": 2, "call": "digest"})
    assert annotated() == ["venue", "extra"]
    assert sums(spending.wallet.customer) == {"available": "6.00", "earned": "10.00", "spent": "4.00"}


def test_nothing_is_recorded_where_nothing_changes(spending):
    ledger.annotate(spending, venue="north", extra={"a": 1}, at=NOON, actor=SYSTEM)
    assert annotated() == []


def test_the_call_that_made_it_stays_the_same_call(spending):
    ledger.annotate(spending, extra={"call": "mine"}, at=NOON, actor=SYSTEM)
    spending.refresh_from_db()
    assert spending.extra == {"call": "digest"}
