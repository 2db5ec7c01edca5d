"""Labels of documents: replaced, hung on, taken off, offered."""

import pytest

from loyalty.models import Event
from orders.models import PurchaseLabel
from tests.factories import make_store
from tests.orders.factories import (
    PURCHASES,
    document,
    line,
    register,
)

pytestmark = pytest.mark.django_db


# The same in every process: parallel workers must collect tests of the same names.
NOWHERE = "0f5dd4b8-9c7e-4c55-8a35-3f3f6a1c2b10"
LABELS = "/api/DEFAULT/admin/transaction/labels"
RED, BLUE = {"key": "colour", "value": "red"}, {"key": "colour", "value": "blue"}


def labels_of(purchase):
    return [{"key": label.key, "value": label.value} for label in purchase.labels.all()]


@pytest.mark.parametrize("name", ["labels", "label"])
def test_labels_are_replaced(admin, store, level, name):
    purchase = register(store, labels=document(line(labels=[("old", "1")])).lines[0].labels)

    body = {"transaction_labels": {"transactionId": str(purchase.pk), name: [RED, BLUE]}}
    answer = admin("POST", LABELS, body)

    assert (answer.status_code, answer.json()) == (200, {"transactionId": str(purchase.pk)})
    assert labels_of(purchase) == [RED, BLUE]


def test_labels_are_appended(admin, store, level):
    purchase = register(store, number="123")
    for labels in ([RED], [RED, BLUE]):
        answer = admin("PATCH", LABELS, {"append": {"transactionDocumentNumber": "123", "labels": labels}})
        assert (answer.status_code, answer.json()) == (200, {"transactionId": str(purchase.pk)})

    assert labels_of(purchase) == [RED, BLUE]
    assert Event.objects.filter(type="purchase.labels_changed").count() == 2


def test_labels_are_put_and_deleted_one_by_one(admin, store, level):
    purchase = register(store)
    path = f"{PURCHASES}/{purchase.pk}/label"

    assert admin("PUT", path, {"labels": [RED, BLUE]}).status_code == 204
    assert labels_of(purchase) == [RED, BLUE]
    answer = admin("DELETE", path, {"labels": [RED, {"key": "none", "value": "x"}]})

    assert (answer.status_code, answer.content) == (204, b"")
    assert labels_of(purchase) == [BLUE]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", LABELS, {"transaction_labels": {"transactionId": NOWHERE, "labels": [RED]}}, 404),
        ("POST", LABELS, {"transaction_labels": {"transactionId": "12", "labels": [RED]}}, 400),
        ("POST", LABELS, {"transaction_labels": {"labels": [RED]}}, 400),
        ("PATCH", LABELS, {"append": {"transactionDocumentNumber": "nowhere", "labels": [RED]}}, 400),
        ("PATCH", LABELS, {"append": {"labels": [RED]}}, 400),
        ("PUT", f"{PURCHASES}/{NOWHERE}/label", {"labels": [RED]}, 404),
        ("PUT", f"{PURCHASES}/12/label", {"labels": [RED]}, 404),
        ("DELETE", f"{PURCHASES}/{NOWHERE}/label", {"labels": [RED]}, 404),
    ],
)
def test_labels_of_nothing(admin, method, path, body, status):
    assert admin(method, path, body).status_code == status
    assert PurchaseLabel.objects.count() == 0


def test_labels_without_a_key_change_nothing(admin, store, level):
    purchase = register(store)

    answer = admin("PUT", f"{PURCHASES}/{purchase.pk}/label", {"labels": [{"value": "red"}]})

    assert answer.status_code == 400
    assert labels_of(purchase) == []


def test_item_labels_are_offered_by_key(staff, store, level):
    register(store, line(labels=[("test", "label"), ("test", "label2")]))
    register(make_store("OTHER"), line(labels=[("foreign", "x")]))

    answer = staff("GET", f"{PURCHASES}/item/labels")

    assert (answer.status_code, answer.json()) == (200, {"labels": {"test": ["label", "label2"]}})
