"""What movements forget of a customer."""

from decimal import Decimal

import pytest

from customers import erasure
from loyalty.actors import SYSTEM
from tests.factories import NOON, make_customer
from tests.wallet.ledgers import add, sums
from wallet import ledger
from wallet.ledger import Origin
from wallet.models import LedgerEntry, PointsTransfer, Voucher, Wallet

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(store):
    return make_customer(store, "alice", last_name="Marker", email="alice@example.com")


@pytest.fixture
def bob(store):
    return make_customer(store, "bob")


def comments_of(customer):
    return sorted(PointsTransfer.objects.filter(wallet_id=customer.pk).values_list("comment", flat=True))


def give(sender, receiver, comment):
    origin = Origin(source="portal", comment=comment)
    ledger.give(sender, receiver, Decimal(1), at=NOON, actor=SYSTEM, origin=origin)


def test_what_customers_wrote_to_each_other_goes_on_both_sides(alice, bob):
    add(alice, 10)
    give(alice, bob, "for the tickets")
    add(bob, 10, origin=Origin(source="test", comment="bonus"))
    erasure.anonymize(alice, at=NOON, actor=SYSTEM)
    assert comments_of(alice) == ["", ""]
    assert comments_of(bob) == ["", "bonus"]


def test_what_somebody_else_wrote_goes_from_the_customer_s_side(alice, bob):
    add(bob, 10)
    give(bob, alice, "thank you")
    erasure.anonymize(alice, at=NOON, actor=SYSTEM)
    assert comments_of(alice) == [""]
    assert comments_of(bob) == ["", "thank you"]


def test_what_staff_and_partners_wrote_loses_the_name_only(alice, bob):
    extra = {"content": {"who": "Alice Marker", "items": ["alice@example.com", 3]}}
    add(alice, 10, origin=Origin(source="test", comment="Sorry, Mrs Marker!", extra=extra))
    add(bob, 10, origin=Origin(source="test", comment="as for ALICE@example.com"))
    erasure.anonymize(alice, at=NOON, actor=SYSTEM)
    hers = PointsTransfer.objects.get(wallet_id=alice.pk)
    assert hers.comment == "Sorry, Mrs [erased]!"
    assert hers.extra == {"content": {"who": "[erased]", "items": ["[erased]", 3]}}
    assert comments_of(bob) == ["as for [erased]"]


def test_partners_attributes_go_and_vouchers_lose_the_name(store, alice):
    Wallet.objects.filter(pk=alice.pk).update(attributes={"shoe size": "39"})
    voucher = Voucher.objects.create(
        store=store,
        code="1",
        amount=Decimal(5),
        for_wallet_id=alice.pk,
        extra={"to": "Alice Marker"},
        created_at=NOON,
    )
    erasure.anonymize(alice, at=NOON, actor=SYSTEM)
    voucher.refresh_from_db()
    assert (Wallet.objects.get(pk=alice.pk).attributes, voucher.extra) == ({}, {"to": "[erased]"})


def test_anonymising_moves_no_point(alice):
    add(alice, 10)
    entries = LedgerEntry.objects.count()
    erasure.anonymize(alice, at=NOON, actor=SYSTEM)
    assert sums(alice) == {"available": "10.00", "earned": "10.00"}
    assert LedgerEntry.objects.count() == entries
