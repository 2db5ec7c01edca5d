"""The transaction routes of administrators: the document's examples, lists, labels, bad input."""

import json
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from loyalty.models import Event, IdempotencyKey
from orders.models import ItemLabel, Purchase, PurchaseLabel, PurchaseLine
from tests.callers import Caller, as_partner, as_person
from tests.factories import NOON, make_customer, make_level, make_pos, make_seller, make_staff, make_store
from tests.orders.factories import (
    PURCHASES,
    document,
    errors_at,
    line,
    point_per_unit,
    register,
    returning,
    till_body,
)
from tests.wallet.ledgers import add, sums
from wallet.models import PointsTransfer

pytestmark = pytest.mark.django_db
NOT_FOUND = {"error": {"code": 404, "message": "Not Found"}}


@pytest.fixture(params=["json", "brackets"])
def admin(request, store):
    return as_person(make_staff(), "admin", encoding=request.param)


@pytest.fixture
def staff(store):
    return as_person(make_staff(), "admin")


@pytest.fixture
def level(store):
    found = make_level(store)
    point_per_unit(found)
    return found


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


# --- Get and list ---------------------------------------------------------------------------------------------------


def test_the_list_counts_and_pages(staff, store, level):
    for number in range(12):
        register(store, number=f"doc {number:02}", at=NOON.replace(hour=number))

    first = staff("GET", PURCHASES).json()
    second = staff("GET", PURCHASES, page=2, perPage=10, sort="documentNumber", direction="DESC").json()

    assert (first["total"], len(first["transactions"])) == (12, 10)
    assert first["transactions"][0]["documentNumber"] == "doc 00"
    assert [each["documentNumber"] for each in second["transactions"]] == ["doc 01", "doc 00"]


@pytest.mark.parametrize("bad", [{"page": 0}, {"perPage": "many"}, {"sort": "color"}, {"direction": "up"}])
def test_a_bad_page_is_refused(staff, bad):
    assert staff("GET", PURCHASES, **bad).status_code == 400


@pytest.fixture
def three(store, alice):
    shop = make_pos(store)
    bob = make_customer(store, "bob", card_number="222", level=alice.level)
    first = register(
        store,
        line(gross="10"),
        number="A1",
        of="11111111111",
        point_of_sale_id=shop.pk,
        at=NOON.replace(day=1),
        labels=document(line(labels=[("scan", "1"), ("till", "7")])).lines[0].labels,
    )
    second = register(store, line(gross="20"), number="A2", of="222", at=NOON.replace(day=2))
    third = register(store, number="R1", what=returning(first, "5", number="R1", at=NOON.replace(day=3)))
    return {"shop": shop, "bob": bob, "A1": first, "A2": second, "R1": third}


FILTERS = {
    "documentNumber": ({"documentNumber": "A1"}, ["A1"]),
    "documentType": ({"documentType": "return"}, ["R1"]),
    "both": ({"documentType": "sell", "documentNumber": "R1"}, []),
    "customerId": (lambda made: {"customerId": made["bob"].pk}, ["A2"]),
    "unknown customerId": ({"customerId": uuid4()}, []),
    "posId": (lambda made: {"posId": made["shop"].pk}, ["A1"]),
    "name": ({"customerData_name": "ALICE"}, ["A1", "A2"]),
    "card": ({"customerData_loyaltyCardNumber": "222"}, ["A2"]),
    "e-mail": ({"customerData_email": "nobody@"}, []),
    "phone": ({"customerData_phone": "1"}, []),
    "from": ({"purchaseDateFrom": "2026-03-02"}, ["A2", "R1"]),
    "to a day": ({"purchaseDateTo": "2026-03-02"}, ["A1", "A2"]),
    "to a moment": ({"purchaseDateTo": "2026-03-02 11:59"}, ["A1"]),
    "gross from": ({"grossValueFrom": "10"}, ["A1", "A2"]),
    "gross between": ({"grossValueFrom": "6", "grossValueTo": "10.00"}, ["A1"]),
    "label": ({"labels[0][key]": "scan", "labels[0][value]": "1"}, ["A1"]),
    "labels": ({"labels[0][key]": "scan", "labels[1][key]": "till", "labels[1][value]": "7"}, ["A1"]),
    "other label": ({"labels[0][key]": "scan", "labels[0][value]": "2"}, []),
    "empty": ({"documentNumber": "", "customerId": ""}, ["A1", "A2", "R1"]),
}


@pytest.mark.parametrize("case", FILTERS)
def test_lists_are_narrowed(staff, three, case):
    query, expected = FILTERS[case]

    answer = staff("GET", PURCHASES, **(query(three) if callable(query) else query))

    assert answer.status_code == 200, answer.content
    body = answer.json()
    assert [each["documentNumber"] for each in body["transactions"]] == expected
    assert body["total"] == len(expected)


@pytest.mark.parametrize(
    "bad",
    [
        {"customerId": "1"},
        {"documentType": "gift"},
        {"purchaseDateFrom": "soon"},
        {"grossValueTo": "1.234"},
        {"posId": "x"},
    ],
)
def test_a_bad_filter_is_refused_at_its_name(staff, bad):
    answer = staff("GET", PURCHASES, **bad)

    assert answer.status_code == 400
    assert errors_at(answer, *bad)


def test_a_list_costs_the_same_for_one_and_for_thirty_rows(staff, store, alice):
    def statements():
        with CaptureQueriesContext(connection) as captured:
            assert staff("GET", PURCHASES, perPage=100).status_code == 200
        return len(captured)

    register(store, of="11111111111")
    one = statements()
    for _ in range(29):
        register(store, line(), line("milk"), of="11111111111")

    assert statements() == one


@pytest.mark.parametrize("who", ["unknown", "not an id", "another store's"])
def test_what_does_not_exist_is_404(staff, store, who):
    other = register(make_store("OTHER"), number="X")
    path = {"unknown": uuid4(), "not an id": "12", "another store's": other.pk}[who]

    answer = staff("GET", f"{PURCHASES}/{path}")

    assert (answer.status_code, answer.json()) == (404, NOT_FOUND)


def test_an_unknown_store_is_404(staff):
    answer = staff("POST", "/api/NOWHERE/transaction", till_body())
    assert (answer.status_code, answer.json()) == (404, NOT_FOUND)


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


# --- Labels ---------------------------------------------------------------------------------------------------------

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
        ("POST", LABELS, {"transaction_labels": {"transactionId": str(uuid4()), "labels": [RED]}}, 404),
        ("POST", LABELS, {"transaction_labels": {"transactionId": "12", "labels": [RED]}}, 400),
        ("POST", LABELS, {"transaction_labels": {"labels": [RED]}}, 400),
        ("PATCH", LABELS, {"append": {"transactionDocumentNumber": "nowhere", "labels": [RED]}}, 400),
        ("PATCH", LABELS, {"append": {"labels": [RED]}}, 400),
        ("PUT", f"{PURCHASES}/{uuid4()}/label", {"labels": [RED]}, 404),
        ("PUT", f"{PURCHASES}/12/label", {"labels": [RED]}, 404),
        ("DELETE", f"{PURCHASES}/{uuid4()}/label", {"labels": [RED]}, 404),
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
        ("POST", LABELS),
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
