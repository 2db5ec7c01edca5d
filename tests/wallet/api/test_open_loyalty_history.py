"""A customer's history over its Open Loyalty route."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers import activation, profile
from loyalty.actors import SYSTEM
from loyalty.models import Event
from tests.callers import as_partner, as_person
from tests.factories import NOON, make_customer, make_seller, make_staff, make_store
from tests.wallet.ledgers import add, spend
from wallet import ledger

pytestmark = pytest.mark.django_db
BASE = "/api/DEFAULT"
NOT_FOUND = {"error": {"code": 404, "message": "Not Found"}}


@pytest.fixture
def admin(store):
    return as_person(make_staff(), "admin")


@pytest.fixture
def alice(store):
    return make_customer(store, "alice", status="new")


def path_of(customer):
    return f"{BASE}/admin/customer/{customer.pk}/history"


def test_it_is_told_as_documented_newest_first(admin, alice):
    activation.activate(alice, at=NOON, actor=SYSTEM)
    add(alice, 100, at=NOON + timedelta(minutes=1))
    add(alice, 10, at=NOON + timedelta(minutes=2), origin=ledger.Origin(source="test", comment="sorry"))
    answer = admin("GET", path_of(alice))
    assert answer.status_code == 200
    newest, older, oldest = answer.json()
    assert older == {
        "flatVariables": {"points": 100, "transactionId": ""},
        "customerId": str(alice.pk),
        "type": "PointsWereAdded",
        "createdAt": "2026-03-14T12:01:00+00:00",
        "variables": [
            {"key": "points", "value": 100},
            {"key": "transactionId", "value": ""},
            {"key": "comment"},
        ],
        "pointsBalance": 100,
    }
    assert newest["flatVariables"] == {"points": 10, "transactionId": "", "comment": "sorry"}
    assert newest["variables"][2] == {"key": "comment", "value": "sorry"}
    assert newest["pointsBalance"] == 110
    assert oldest == {
        "flatVariables": [],
        "customerId": str(alice.pk),
        "type": "CustomerWasActivated",
        "createdAt": "2026-03-14T12:00:00+00:00",
        "variables": [],
    }


def test_it_names_fields_that_changed_but_no_value(admin, alice):
    details = {"first_name": "Alicia", "last_name": "Marker"}
    profile.update_profile(alice, profile=details, at=NOON, actor=SYSTEM)
    (entry,) = admin("GET", path_of(alice)).json()
    assert entry["type"] == "CustomerDetailsWereUpdated"
    assert entry["variables"] == [{"key": "fields", "value": "first_name, last_name"}]


def test_moments_are_those_of_the_store(admin):
    store = make_store("EAST", timezone="Europe/Warsaw")
    alice = make_customer(store)
    add(alice, 5)
    (entry,) = admin("GET", f"/api/EAST/admin/customer/{alice.pk}/history").json()
    assert entry["createdAt"] == "2026-03-14T13:00:00+01:00"


def test_a_purchase_is_named_by_its_id(admin, alice):
    purchase_id = "00000000-0000-474c-b092-b0dd880c07e9"
    add(alice, 5, origin=ledger.Origin(source="test", purchase_id=purchase_id))
    (entry,) = admin("GET", path_of(alice)).json()
    assert entry["flatVariables"]["transactionId"] == purchase_id


def test_the_amounts_of_a_purchase_are_numbers(admin, store, alice):
    payload = {"purchase_id": "x", "document_number": "1", "gross_value": "4.99", "points": "8.00"}
    Event.objects.create(
        store=store, type="purchase.assigned", subject_kind="customer", subject_id=alice.pk,
        actor_kind="system", payload=payload, occurred_at=NOON,
    )  # fmt: skip
    (entry,) = admin("GET", path_of(alice)).json()
    assert entry["type"] == "CustomerWasAssignedToTransaction"
    flat = {"transactionId": "x", "documentNumber": "1", "grossValue": 4.99, "points": 8}
    assert entry["flatVariables"] == flat
    assert {each["key"]: each["value"] for each in entry["variables"]} == flat


def test_it_can_be_read_page_by_page(admin, alice):
    for number in range(1, 6):
        add(alice, number, at=NOON + timedelta(minutes=number))
    points = [
        entry["flatVariables"]["points"] for entry in admin("GET", path_of(alice), page=2, perPage=2).json()
    ]
    assert points == [3, 2]
    assert admin("GET", path_of(alice), page=9, perPage=2).json() == []
    assert admin("GET", path_of(alice), perPage="many").status_code == 400


def test_other_people_s_history_is_not_in_it(admin, store, alice):
    add(make_customer(store, "bob"), 5)
    assert admin("GET", path_of(alice)).json() == []


def test_nobody_has_no_history(admin, store):
    for nobody in (make_customer(make_store("OTHER")), make_customer(store, status="deleted")):
        answer = admin("GET", path_of(nobody))
        assert (answer.status_code, answer.json()) == (404, NOT_FOUND)


def test_only_staff_read_it(store, alice):
    for caller in (as_person(make_seller(store), "seller"), as_partner(store, "LEVEL")):
        assert caller("GET", path_of(alice)).status_code == 403


def test_it_costs_the_same_for_any_number_of_entries(admin, alice):
    def statements():
        with CaptureQueriesContext(connection) as captured:
            assert admin("GET", path_of(alice)).status_code == 200
        return len(captured)

    add(alice, 50)
    few = statements()
    for _ in range(15):
        add(alice, Decimal(1))
        spend(alice, Decimal(1))
    assert statements() == few
