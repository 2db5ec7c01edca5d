"""The transaction routes of administrators: the document's examples, lists, labels, bad input."""

import json
from decimal import Decimal

import pytest
from django.utils import timezone

from loyalty.models import Event, IdempotencyKey
from orders.models import ItemLabel, Purchase, PurchaseLabel, PurchaseLine
from tests.callers import Caller, as_partner, as_person
from tests.factories import make_customer, make_level, make_seller, make_staff, make_store
from tests.orders.factories import (
    PURCHASES,
    errors_at,
    line,
    point_per_unit,
    register,
    till_body,
)
from tests.wallet.ledgers import add, sums
from wallet.models import PointsTransfer

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(store, level):
    return make_customer(store, "alice", card_number="11111111111", level=level)


def counts():
    models = (Purchase, PurchaseLine, PurchaseLabel, ItemLabel, PointsTransfer, Event)
    return [model.objects.count() for model in models]


# --- Register -----------------------------------------------------------------------------------------------------


def test_the_example_of_the_document_registers_a_purchase(admin, alice):
    answer = admin("POST", PURCHASES, till_body(labels=[{"key": "scan_id", "value": "123"}]))

    purchase = Purchase.objects.get()
    assert (answer.status_code, answer.json()) == (200, {"transactionId": str(purchase.pk)})
    assert purchase.customer == alice
    assert sums(alice)["available"] == "1500.00"


def test_what_was_registered_reads_as_the_document_shows(store, admin, alice):
    store.settings |= {
        "timezone": "Europe/Warsaw",
        "excludedLevelCategories": ["category_excluded_from_level"],
    }
    store.save()
    body = till_body(labels=[{"key": "scan_id", "value": "123"}], transactionData__purchasePlace="wroclaw")
    made = admin("POST", PURCHASES, body).json()["transactionId"]

    answer = admin("GET", f"{PURCHASES}/{made}")

    assert answer.status_code == 200
    shown = answer.json()
    assert shown.pop("assignedToCustomerDate")[-6:] in {"+01:00", "+02:00"}
    assert shown == {
        "grossValue": 1500,
        "transactionId": made,
        "documentNumber": "214124124125",
        "purchaseDate": "2019-02-20T09:28:00+0100",
        "purchasePlace": "wroclaw",
        "documentType": "sell",
        "customerId": str(alice.pk),
        "customerData": {
            "email": "tomasztest8@wp.pl",
            "name": "Firstname Lastname",
            "nip": "00000000000000",
            "phone": "00000000000000",
            "loyaltyCardNumber": "11111111111",
            "address": {
                "street": "Street name",
                "address1": "123",
                "province": "Dolnoslaskie",
                "city": "Wroclaw",
                "postal": "00-000",
                "country": "PL",
            },
        },
        "labels": [{"key": "scan_id", "value": "123"}],
        "items": [
            {
                "sku": {"code": "test0101"},
                "name": "Product name",
                "quantity": 1,
                "grossValue": 1500,
                "category": "Category Name",
                "maker": "Marker name",
                "labels": [{"key": "Label key", "value": "Label value"}],
            }
        ],
        "excludedLevelCategories": ["category_excluded_from_level"],
        "currency": "eur",
        "pointsEarned": 1500,
    }


def test_a_return_names_its_sale_and_earns_nothing(admin, alice, store):
    sale = register(store, line(gross="100"), of="11111111111", at=timezone.now())
    body = till_body(
        transactionData__documentType="return",
        items__0__grossValue="-40.00",
        revisedDocument=sale.document_number,
    )

    made = admin("POST", PURCHASES, body).json()["transactionId"]

    shown = admin("GET", f"{PURCHASES}/{made}").json()
    assert (shown["documentType"], shown["grossValue"]) == ("return", 40)
    assert shown["revisedDocument"] == sale.document_number
    assert "pointsEarned" not in shown
    assert sums(alice)["available"] == "60.00"


def test_without_a_date_a_purchase_is_of_this_moment(admin, alice):
    assert admin("POST", PURCHASES, till_body(transactionData__purchaseDate=None)).status_code == 200

    purchase = Purchase.objects.get()
    assert abs((purchase.purchased_at - purchase.created_at).total_seconds()) < 60


def test_a_second_sale_with_the_same_number_is_refused_at_the_number(admin, alice):
    admin("POST", PURCHASES, till_body())
    before = counts()

    answer = admin("POST", PURCHASES, till_body())

    assert answer.status_code == 400
    assert errors_at(answer, "transactionData", "documentNumber") == [
        "This document number is already registered."
    ]
    assert counts() == before
    assert sums(alice)["available"] == "1500.00"


def test_a_repeated_idempotency_key_has_one_effect(admin, alice):
    first, again = (
        admin("POST", PURCHASES, till_body(), headers={"Idempotency-Key": "till-7-1"}) for _ in range(2)
    )

    assert first.status_code == again.status_code == 200
    assert first.content == again.content
    assert (Purchase.objects.count(), IdempotencyKey.objects.count()) == (1, 1)
    assert sums(alice)["available"] == "1500.00"


def test_returns_are_refused_at_the_type_where_none_are_taken(admin, alice, store):
    sale = register(store, of="11111111111")
    store.settings |= {"returns": False}
    store.save()

    body = till_body(transactionData__documentType="return", revisedDocument=sale.document_number)
    answer = admin("POST", PURCHASES, body)

    assert answer.status_code == 400
    assert errors_at(answer, "transactionData", "documentType") == ["Returns are not accepted."]
    assert Purchase.objects.count() == 1


def test_a_hundred_million_fits(admin, alice):
    assert admin("POST", PURCHASES, till_body(items__0__grossValue="100000000.00")).status_code == 200
    assert sums(alice)["available"] == "100000000.00"


# --- Match ----------------------------------------------------------------------------------------------------------

ASSIGN = "/api/DEFAULT/admin/transaction/customer/assign"


def test_a_document_is_matched_with_the_customer_that_everything_names(admin, store, alice):
    purchase = register(store, number="888")
    named = {
        "transactionDocumentNumber": "888",
        "customerId": str(alice.pk),
        "customerLoyaltyCardNumber": "11111111111",
    }

    answer = admin("POST", ASSIGN, {"assign": named})

    assert (answer.status_code, answer.json()) == (200, {"transactionId": str(purchase.pk)})
    assert sums(alice)["available"] == "10.00"


def test_matching_twice_is_refused_word_for_word(admin, store, alice):
    register(store, number="888", of="11111111111")

    answer = admin(
        "POST", ASSIGN, {"assign": {"transactionDocumentNumber": "888", "customerId": str(alice.pk)}}
    )

    assert answer.status_code == 400
    assert answer.json() == {
        "form": {
            "children": {
                "transactionDocumentNumber": {"errors": ["Customer is already assigned to this transaction"]},
                "customerId": {},
                "customerLoyaltyCardNumber": {},
                "customerPhoneNumber": {},
            }
        },
        "errors": [],
    }


@pytest.mark.parametrize(
    ("named", "path"),
    [
        ({"transactionDocumentNumber": "nowhere", "customerPhoneNumber": "600"}, "transactionDocumentNumber"),
        ({"customerPhoneNumber": "600100200"}, "transactionDocumentNumber"),
        ({"transactionDocumentNumber": "888"}, "customerId"),
        ({"transactionDocumentNumber": "888", "customerId": "5"}, "customerId"),
        ({"transactionDocumentNumber": "888", "customerLoyaltyCardNumber": "7"}, "customerId"),
    ],
)
def test_a_match_that_names_nothing_is_refused_at_the_field(admin, store, alice, named, path):
    register(store, number="888")

    answer = admin("POST", ASSIGN, {"assign": named})

    assert answer.status_code == 400
    assert errors_at(answer, path)
    assert Purchase.objects.get().customer is None


# --- Simulate -------------------------------------------------------------------------------------------------------


def simulation(**buyer):
    body = {"items": till_body()["transaction"]["items"], "purchaseDate": "2022-02-20T09:45:04+0100"}
    return {"transaction": {**body, "customerData": {"name": "x", **buyer}} if buyer else body}


def test_a_simulation_gives_points_and_writes_nothing(admin, store, alice, level):
    point_per_unit(make_level(store, "gold", condition=10000), points="0.5", name="Gold")
    before = counts()

    for_alice = admin("POST", f"{PURCHASES}/simulate", simulation(loyaltyCardNumber="11111111111"))
    for_nobody = admin("POST", f"{PURCHASES}/simulate", simulation())

    assert (for_alice.status_code, for_alice.json()) == (200, {"points": 1500})
    assert for_nobody.json() == {"points": 2250}
    assert counts() == before


def test_a_simulation_reads_the_example_of_the_document(staff, store, level):
    sent = (
        "transaction[items][0][sku][code]=SKU1&transaction[items][0][name]=item+8"
        "&transaction[items][0][quantity]=1&transaction[items][0][grossValue]=1"
        "&transaction[items][0][category]=aaa&transaction[items][0][maker]=sss"
        "&transaction[items][0][labels][0]=labels&transaction[items][0][labels][0][key]=test"
        "&transaction[items][0][labels][0][value]=label&transaction[purchaseDate]=2022-02-20T09:45:04+0100"
    )

    answer = staff.client.post(
        f"{PURCHASES}/simulate", sent, content_type="application/x-www-form-urlencoded"
    )

    assert (answer.status_code, answer.json()) == (200, {"points": 1})


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"items": None}, ["items"]),
        ({"items__0__grossValue": "-1"}, ["items", "0", "grossValue"]),
        ({"purchaseDate": "soon"}, ["purchaseDate"]),
    ],
)
def test_a_bad_simulation_is_refused(admin, level, changes, path):
    body = till_body(**changes)
    answer = admin("POST", f"{PURCHASES}/simulate", {"transaction": body["transaction"]})

    assert answer.status_code == 400
    assert errors_at(answer, *path)


def test_customers_simulate_for_themselves_and_sellers_may(store, alice, level):
    point_per_unit(make_level(store, "gold", condition=10000), name="Gold")

    as_alice = as_person(alice, "customer")("POST", f"{PURCHASES}/simulate", simulation())
    as_seller = as_person(make_seller(store), "seller")("POST", f"{PURCHASES}/simulate", simulation())

    assert as_alice.json() == {"points": 1500}
    assert as_seller.json() == {"points": 3000}


# --- Access ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", PURCHASES),
        ("POST", PURCHASES),
        ("POST", ASSIGN),
        ("POST", "/api/DEFAULT/admin/transaction/labels"),
        ("POST", "/api/DEFAULT/admin/transaction/import"),
    ],
)
def test_only_staff_and_partners_with_the_ability_are_admitted(store, alice, method, path):
    assert Caller()(method, path).status_code == 401
    for caller in (
        as_person(alice, "customer"),
        as_person(make_seller(store), "seller"),
        as_partner(store, "CUSTOMER"),
        as_person(make_staff("reader", is_superuser=False), "admin"),
    ):
        assert caller(method, path).status_code == 403
    assert as_partner(make_store("OTHER"))(method, path).status_code == 404


def test_a_partner_registers_and_the_programme_issues_the_points(store, alice):
    as_partner(store, "TRANSACTION")("POST", PURCHASES, till_body())

    assert PointsTransfer.objects.get().issuer == "system"
    assert Event.objects.get(type="purchase.registered").actor_kind == "token"


def test_points_earned_shows_what_the_purchase_granted_only(staff, store, alice):
    purchase = register(store, line(gross="6.90"), of="11111111111")
    add(alice, 100)

    shown = staff("GET", f"{PURCHASES}/{purchase.pk}").json()

    assert json.dumps(shown["pointsEarned"]) == "6.9"
    assert Decimal(str(shown["grossValue"])) == Decimal("6.9")
