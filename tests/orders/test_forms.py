"""Bodies that tills get wrong: refused at the field, and nothing is written."""

from uuid import uuid4

import pytest

from loyalty.models import Event
from orders.models import ItemLabel, Purchase, PurchaseLabel, PurchaseLine
from tests.factories import make_customer
from tests.orders.factories import (
    PURCHASES,
    errors_at,
    till_body,
)
from tests.wallet.ledgers import sums
from wallet.models import PointsTransfer

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(store, level):
    return make_customer(store, "alice", card_number="11111111111", level=level)


def counts():
    models = (Purchase, PurchaseLine, PurchaseLabel, ItemLabel, PointsTransfer, Event)
    return [model.objects.count() for model in models]


LONG, LONGER = "x" * 256, "9" * 20
BAD = {
    "no document number": ({"transactionData__documentNumber": None}, ["transactionData", "documentNumber"]),
    "empty document number": ({"transactionData__documentNumber": ""}, ["transactionData", "documentNumber"]),
    "long document number": (
        {"transactionData__documentNumber": LONG},
        ["transactionData", "documentNumber"],
    ),
    "unknown type": ({"transactionData__documentType": "gift"}, ["transactionData", "documentType"]),
    "no type": ({"transactionData__documentType": None}, ["transactionData", "documentType"]),
    "no date at all": ({"transactionData__purchaseDate": "yesterday"}, ["transactionData", "purchaseDate"]),
    "a day that is none": (
        {"transactionData__purchaseDate": "2019-02-30"},
        ["transactionData", "purchaseDate"],
    ),
    "the end of time": ({"transactionData__purchaseDate": "9999-12-31"}, ["transactionData", "purchaseDate"]),
    "no SKU": ({"items__0__sku": None}, ["items", "0", "sku", "code"]),
    "long SKU": ({"items__0__sku__code": LONG}, ["items", "0", "sku", "code"]),
    "no name": ({"items__0__name": None}, ["items", "0", "name"]),
    "no quantity": ({"items__0__quantity": None}, ["items", "0", "quantity"]),
    "negative quantity": ({"items__0__quantity": "-1"}, ["items", "0", "quantity"]),
    "quantity in words": ({"items__0__quantity": "two"}, ["items", "0", "quantity"]),
    "no gross value": ({"items__0__grossValue": None}, ["items", "0", "grossValue"]),
    "negative gross value": ({"items__0__grossValue": "-0.01"}, ["items", "0", "grossValue"]),
    "three decimals": ({"items__0__grossValue": "1.005"}, ["items", "0", "grossValue"]),
    "not a number": ({"items__0__grossValue": "NaN"}, ["items", "0", "grossValue"]),
    "infinity": ({"items__0__grossValue": "Infinity"}, ["items", "0", "grossValue"]),
    "an exponent": ({"items__0__grossValue": "1e3"}, ["items", "0", "grossValue"]),
    "an underscore": ({"items__0__grossValue": "1_000"}, ["items", "0", "grossValue"]),
    "other digits": ({"items__0__grossValue": "١٢"}, ["items", "0", "grossValue"]),
    "too much": ({"items__0__grossValue": LONGER}, ["items", "0", "grossValue"]),
    "a label without key": ({"items__0__labels__0__key": ""}, ["items", "0", "labels", "0", "key"]),
    "a long label": ({"items__0__labels__0__value": LONG}, ["items", "0", "labels", "0", "value"]),
    "no customer": ({"customerData": None}, ["customerData", "name"]),
    "no customer name": ({"customerData__name": None}, ["customerData", "name"]),
    "long customer e-mail": ({"customerData__email": LONG}, ["customerData", "email"]),
    "long card number": (
        {"customerData__loyaltyCardNumber": "9" * 129},
        ["customerData", "loyaltyCardNumber"],
    ),
    "long street": ({"customerData__address__street": LONG}, ["customerData", "address", "street"]),
    "a purchase label without key": ({"labels": [{"value": "x"}]}, ["labels", "0", "key"]),
    "no point of sale's id": ({"posId": "till 7"}, ["posId"]),
    "an unknown point of sale": ({"posId": str(uuid4())}, ["posId"]),
    "a return of nothing": ({"transactionData__documentType": "return"}, ["revisedDocument"]),
    "a return of the unknown": (
        {"transactionData__documentType": "return", "revisedDocument": "nowhere"},
        ["revisedDocument"],
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_refused_at_its_field_and_writes_nothing(admin, alice, case):
    changes, path = BAD[case]
    before = counts()

    answer = admin("POST", PURCHASES, till_body(**changes))

    assert answer.status_code == 400, answer.content
    assert errors_at(answer, *path)
    assert counts() == before
    assert sums(alice) == {}


BAD_TYPES = {
    "a number for text": ({"transactionData__documentNumber": 12}, ["transactionData", "documentNumber"]),
    "a list for text": ({"items__0__name": ["a"]}, ["items", "0", "name"]),
    "a boolean for a number": ({"items__0__grossValue": True}, ["items", "0", "grossValue"]),
    "an object for a number": ({"items__0__quantity": {}}, ["items", "0", "quantity"]),
    "text for a list": ({"items": "bread"}, ["items"]),
    "no items": ({"items": []}, ["items"]),
    "a nul character": ({"items__0__name": "a\x00b"}, ["items", "0", "name"]),
}


@pytest.mark.parametrize("case", BAD_TYPES)
def test_wrong_types_are_refused(staff, alice, case):
    changes, path = BAD_TYPES[case]

    answer = staff("POST", PURCHASES, till_body(**changes))

    assert answer.status_code == 400, answer.content
    here = answer.json()["form"]
    for name in path:
        here = here["children"][name]
    assert here.get("errors") or here.get("children")
    assert Purchase.objects.count() == 0
