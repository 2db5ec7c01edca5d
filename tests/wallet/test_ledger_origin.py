"""An external id names one call: with `call`, everything that the caller said; without, customer, kind and points."""

from decimal import Decimal

import pytest

from loyalty.actors import SYSTEM
from tests.factories import NOON, make_customer
from tests.wallet.ledgers import add, spend, sums
from wallet import ledger
from wallet.ledger.refusals import ExternalIdTaken
from wallet.models import PointsTransfer

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(store):
    return make_customer(store, "alice")


def origin(call):
    return ledger.Origin(source="till", external_id="42", call=call, extra={"order_id": "7"})


def test_the_same_call_gets_the_first_movement_whatever_it_is_worth_now(alice):
    first = add(alice, 10, origin=origin("add 5 euro"))
    assert add(alice, 12, origin=origin("add 5 euro")) == first
    assert first.extra == {"order_id": "7", "call": "add 5 euro"}
    assert sums(alice) == {"available": "10.00", "earned": "10.00"}


def test_another_call_under_the_same_id_is_refused_even_for_the_same_points(store, alice):
    add(alice, 10, origin=origin("add 5 euro"))
    for verb, who, call in (
        (add, alice, "add 10 points"),
        (spend, alice, "spend 10 points"),
        (add, make_customer(store, "bob"), "add 5 euro"),
    ):
        with pytest.raises(ExternalIdTaken):
            verb(who, 10, origin=origin(call))
    with pytest.raises(ExternalIdTaken):
        ledger.spend(alice, Decimal(10), at=NOON, actor=SYSTEM, origin=origin("spend"))
    assert PointsTransfer.objects.count() == 1
    assert sums(alice) == {"available": "10.00", "earned": "10.00"}


def test_a_movement_without_a_call_keeps_only_its_own_facts(alice):
    transfer = add(alice, 10, origin=ledger.Origin(source="till", external_id="43", extra={"a": 1}))
    assert transfer.extra == {"a": 1}
