"""Wallets that do not add up are frozen, and opened again once they do."""

from decimal import Decimal

import pytest

from loyalty.actors import SYSTEM
from loyalty.models import AuditEntry, Event
from tests.factories import NOON, make_customer
from tests.wallet.ledgers import add, spend
from wallet import freezing, tasks, verification
from wallet.ledger.refusals import WalletFrozen
from wallet.models import Wallet

pytestmark = pytest.mark.django_db


def falsify(customer, available="99"):
    Wallet.objects.filter(pk=customer.pk).update(available=Decimal(available))


def is_frozen(customer) -> bool:
    return Wallet.objects.get(pk=customer.pk).is_frozen


def checks() -> list[dict[str, int]]:
    return list(Event.objects.filter(type="ledger.checked").values_list("payload", flat=True))


def test_a_clean_ledger_freezes_nobody_and_says_so(store):
    alice = make_customer(store)
    add(alice, 10)
    assert freezing.check_everything(at=NOON) == []
    assert not is_frozen(alice)
    assert checks() == [{"wallets": 1, "drifting": 0}]


def test_a_wallet_that_drifts_is_frozen_and_told_of(store):
    alice, bob = make_customer(store), make_customer(store, "bob")
    add(alice, 10)
    add(bob, 10)
    falsify(alice)
    assert tasks.verify_ledger() == 2, "available disagrees with the entries and with the batches"
    assert (is_frozen(alice), is_frozen(bob)) == (True, False)
    assert checks() == [{"wallets": 2, "drifting": 1}]
    froze = Event.objects.get(type="wallet.froze")
    assert (froze.subject_id, froze.payload) == (str(alice.pk), {"figure": "available (entries)"})
    with pytest.raises(WalletFrozen):
        spend(alice, 1)


def test_one_that_only_seemed_to_drift_while_points_moved_is_left_alone(store, monkeypatch):
    """The check reads in several statements; a movement between them looks like a drift."""
    alice = make_customer(store)
    add(alice, 10)
    seeming = verification.Drift(alice.pk, "available (entries)", Decimal(10), Decimal(9))
    monkeypatch.setattr(verification, "find_drifts", lambda: iter([seeming]))
    assert freezing.check_everything(at=NOON) == []
    assert not is_frozen(alice)


def test_a_second_check_tells_of_the_same_wallet_but_freezes_once(store):
    alice = make_customer(store)
    falsify(alice)
    for _ in range(2):
        freezing.check_everything(at=NOON)
    assert Event.objects.filter(type="wallet.froze").count() == 1
    assert [check["drifting"] for check in checks()] == [1, 1]


def test_a_wallet_that_still_drifts_stays_frozen(store):
    alice = make_customer(store)
    add(alice, 10)
    falsify(alice)
    freezing.check_everything(at=NOON)
    with pytest.raises(freezing.WalletDrifts) as refused:
        freezing.thaw(alice, at=NOON, actor=SYSTEM)
    assert "available (entries) is 99.00, should be 10.00" in str(refused.value)
    assert is_frozen(alice)
    assert not Event.objects.filter(type="wallet.thawed").exists()


def test_one_that_adds_up_again_is_opened(store):
    alice = make_customer(store)
    add(alice, 10)
    falsify(alice)
    freezing.check_everything(at=NOON)
    falsify(alice, "10")
    for _ in range(2):
        freezing.thaw(alice, at=NOON, actor=SYSTEM)
    assert not is_frozen(alice)
    assert Event.objects.filter(type="wallet.thawed").count() == 1
    assert AuditEntry.objects.filter(event_type="wallet.thawed", entity_id=str(alice.pk)).count() == 1
    spend(alice, 1)
