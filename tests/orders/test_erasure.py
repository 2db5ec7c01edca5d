"""What till documents forget of a buyer."""

import pytest

from customers import erasure
from loyalty.actors import SYSTEM
from orders.documents import Buyer
from orders.erasure import BLANK
from orders.models import Purchase
from tests.factories import NOON, make_customer, make_store
from tests.orders.factories import register

pytestmark = pytest.mark.django_db


def whole(**fields):
    return Buyer(name="Alice Doe", tax_id="NIP", address={"city": "Gdynia"}, **fields)


def is_blank(purchase):
    row = Purchase.objects.get(pk=purchase.pk)
    return {name: getattr(row, name) for name in BLANK} == BLANK


@pytest.fixture(params=[erasure.anonymize, erasure.delete])
def erase(request):
    return lambda customer: request.param(customer, at=NOON, actor=SYSTEM)


def test_the_customer_s_own_documents_keep_everything_but_the_buyer(store, erase):
    alice = make_customer(store, card_number="4711")
    sale = register(store, buyer=whole(card_number="4711"))
    before = Purchase.objects.filter(pk=sale.pk).values().get()
    erase(alice)
    assert is_blank(sale)
    after = Purchase.objects.filter(pk=sale.pk).values().get()
    changed = {name for name, value in after.items() if value != dict(before)[name]}
    assert changed <= BLANK.keys()
    assert after["customer_id"] == alice.pk


@pytest.mark.parametrize(
    "buyer",
    [
        {"email": "ALICE@Example.com"},
        {"phone": "+48 601 987 123"},
        {"phone": "601-987-123"},
        {"phone": "0048601987123"},
        {"card_number": "4711"},
    ],
)
def test_documents_that_wait_for_somebody_with_that_address_forget_it(erase, buyer):
    store = make_store(locale="pl")
    waiting = register(store, buyer=whole(**buyer))
    alice = make_customer(store, email="alice@example.com", phone="+48601987123", card_number="4711")
    erase(alice)
    assert is_blank(waiting)


def test_documents_of_other_people_and_stores_stay_as_they_are(erase):
    store, other = make_store(locale="pl"), make_store("OTHER")
    alice = make_customer(store, email="alice@example.com", phone="+48601987123", card_number="4711")
    kept = [
        register(store, buyer=whole(email="bob@example.com", phone="+48601987124", card_number="47110")),
        register(store, buyer=whole()),
        register(other, buyer=whole(email="alice@example.com", card_number="4711")),
    ]
    before = [Purchase.objects.filter(pk=each.pk).values().get() for each in kept]
    erase(alice)
    assert [Purchase.objects.filter(pk=each.pk).values().get() for each in kept] == before
