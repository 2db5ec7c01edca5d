"""Documents at once: one sale number lands once, returns of one sale never take more than it gave."""

from decimal import Decimal

import pytest

from loyalty.actors import SYSTEM
from orders import purchases
from orders.models import Purchase
from orders.purchases.refusals import AlreadyAssigned, DocumentAlreadyRegistered
from tests.factories import NOON, make_customer, make_level, make_store
from tests.orders.factories import document, line, point_per_unit, register, returning
from tests.wallet.ledgers import add, sums
from tests.wallet.test_races import run_at_once
from wallet.models import PointsTransfer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def alice():
    store = make_store()
    level = make_level(store)
    point_per_unit(level)
    return make_customer(store, "alice", card_number="111", level=level)


def test_one_number_lands_once(alice):
    what = document(of="111", number="A1")

    def work(_number):
        try:
            register(alice.store, what=what)
        except DocumentAlreadyRegistered:
            return "refused"
        return "registered"

    outcomes = run_at_once(8, work)

    assert sorted(outcomes) == ["refused"] * 7 + ["registered"]
    assert sums(alice)["available"] == "10.00"
    alice.refresh_from_db()
    assert (alice.purchases_count, alice.purchases_amount) == (1, Decimal(10))


def test_purchases_at_once_all_count(alice):
    run_at_once(12, lambda number: register(alice.store, line(labels=[("new", "same")]), of="111"))

    alice.refresh_from_db()
    assert (alice.purchases_count, alice.purchases_amount) == (12, Decimal(120))
    assert sums(alice)["available"] == "120.00"


def test_twenty_returns_at_once_never_take_more_than_the_sale_gave(alice):
    sale = register(alice.store, line(gross="40"), of="111")
    add(alice, 1000)

    run_at_once(20, lambda number: register(alice.store, what=returning(sale, "10")))

    assert sums(alice)["available"] == "1000.00"
    revoked = PointsTransfer.objects.filter(revised_purchase_id=sale.pk)
    assert sum(transfer.value for transfer in revoked) == Decimal(40)


def test_two_customers_cannot_both_have_one_receipt(alice):
    bob = make_customer(alice.store, "bob", level=alice.level)
    register(alice.store, number="A1")

    def work(number):
        try:
            purchases.assign_customer(
                alice.store,
                document_number="A1",
                customer_id=(alice, bob)[number % 2].pk,
                at=NOON,
                actor=SYSTEM,
            )
        except AlreadyAssigned:
            return "refused"
        return "matched"

    outcomes = run_at_once(8, work)

    assert sorted(outcomes) == ["matched"] + ["refused"] * 7
    owner = Purchase.objects.get().customer
    assert [sums(customer) for customer in (alice, bob)].count({}) == 1
    assert sums(owner)["available"] == "10.00"
