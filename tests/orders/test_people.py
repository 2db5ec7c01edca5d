"""The transaction routes of customers and sellers."""

from uuid import uuid4

import pytest

from orders.models import Purchase
from tests.callers import as_person
from tests.factories import NOON, make_customer, make_seller, make_staff, make_store
from tests.orders.factories import errors_at, line, register, returning
from tests.wallet.ledgers import sums

pytestmark = pytest.mark.django_db
OWN = "/api/DEFAULT/customer/transaction"
SELLER = "/api/DEFAULT/seller/transaction"
NOT_FOUND = {"error": {"code": 404, "message": "Not Found"}}


@pytest.fixture
def alice(store, level):
    return make_customer(store, "alice", card_number="111", level=level)


@pytest.fixture
def bob(store, level):
    return make_customer(store, "bob", card_number="222", level=level)


@pytest.fixture(params=["json", "brackets"])
def as_alice(request, alice):
    return as_person(alice, "customer", encoding=request.param)


@pytest.fixture(params=["json", "brackets"])
def seller(request, store):
    return as_person(make_seller(store), "seller", encoding=request.param)


def numbers(answer):
    body = answer.json()
    assert body["total"] == len(body["transactions"])
    return [each["documentNumber"] for each in body["transactions"]]


@pytest.fixture
def bought(store, alice, bob):
    first = register(store, line(gross="6.90"), number="A1", of="111", at=NOON.replace(day=1))
    register(store, number="B1", of="222", at=NOON.replace(day=2))
    register(store, number="N1", at=NOON.replace(day=3))
    register(store, what=returning(first, "1", number="R1", at=NOON.replace(day=4)))
    return first


def test_customers_see_their_own_purchases_only(as_alice, alice, bob, bought):
    assert numbers(as_alice("GET", OWN)) == ["A1", "R1"]
    assert numbers(as_alice("GET", OWN, documentType="return")) == ["R1"]
    assert numbers(as_alice("GET", OWN, documentNumber="B1")) == []
    assert numbers(as_alice("GET", OWN, customerId=bob.pk)) == []
    shown = as_alice("GET", f"{OWN}/{bought.pk}").json()
    assert (shown["documentNumber"], shown["pointsEarned"]) == ("A1", 6.9)


@pytest.mark.parametrize("number", ["B1", "N1"])
def test_what_is_not_theirs_does_not_exist(as_alice, bought, number):
    foreign = Purchase.objects.get(document_number=number)

    for path in (f"{OWN}/{foreign.pk}", f"{OWN}/{uuid4()}"):
        answer = as_alice("GET", path)
        assert (answer.status_code, answer.json()) == (404, NOT_FOUND)


def test_customers_match_receipts_with_themselves_whatever_else_they_say(as_alice, alice, bob, bought):
    body = {"assign": {"transactionDocumentNumber": "N1", "customerId": str(bob.pk)}}

    answer = as_alice("POST", f"{OWN}/customer/assign", body)

    purchase = Purchase.objects.get(document_number="N1")
    assert (answer.status_code, answer.json()) == (200, {"transactionId": str(purchase.pk)})
    assert purchase.customer == alice
    assert sums(bob)["available"] == "10.00"


def test_guessing_the_numbers_of_receipts_ends_in_a_429(alice, bob, bought):
    caller = as_person(alice, "customer")

    def claim(number):
        body = {"assign": {"transactionDocumentNumber": number}}
        return caller("POST", f"{OWN}/customer/assign", body).status_code

    assert [claim(number) for number in ["B1", *(f"X{place}" for place in range(9))]] == [400] * 10
    assert claim("N1") == 429
    assert Purchase.objects.get(document_number="N1").customer is None
    assert (
        as_person(bob, "customer")(
            "POST", f"{OWN}/customer/assign", {"assign": {"transactionDocumentNumber": "N1"}}
        ).status_code
        == 200
    )


def test_nobody_has_more_than_twenty_receipts_a_day(store, alice, level):
    caller = as_person(alice, "customer")
    for number in range(21):
        register(store, number=f"N{number}")
    answers = [
        caller("POST", f"{OWN}/customer/assign", {"assign": {"transactionDocumentNumber": f"N{number}"}})
        for number in range(21)
    ]
    assert [answer.status_code for answer in answers] == [200] * 20 + [429]
    assert Purchase.objects.filter(customer=alice).count() == 20


@pytest.mark.parametrize(
    ("number", "message"),
    [
        ("B1", "Customer is already assigned to this transaction"),
        ("A1", "Customer is already assigned to this transaction"),
        ("nowhere", "No such transaction"),
    ],
)
def test_a_receipt_that_cannot_be_matched_is_refused(as_alice, alice, bought, number, message):
    before = sums(alice)

    answer = as_alice("POST", f"{OWN}/customer/assign", {"assign": {"transactionDocumentNumber": number}})

    assert answer.status_code == 400
    assert errors_at(answer, "transactionDocumentNumber") == [message]
    assert sums(alice) == before


@pytest.mark.parametrize(("method", "path"), [("PATCH", f"{OWN}/labels"), ("PUT", f"{OWN}/labels/append")])
def test_customers_add_labels_to_their_own_purchases(as_alice, bought, method, path):
    labels = [{"key": "some label", "value": "some value"}]

    answer = as_alice(method, path, {"append": {"transactionDocumentNumber": "A1", "labels": labels}})

    assert (answer.status_code, answer.json()) == (200, {"transactionId": str(bought.pk)})
    assert list(bought.labels.values_list("key", "value")) == [("some label", "some value")]


def test_customers_add_no_labels_to_purchases_of_others(as_alice, bought):
    body = {"append": {"transactionDocumentNumber": "B1", "labels": [{"key": "mine", "value": "1"}]}}

    answer = as_alice("PATCH", f"{OWN}/labels", body)

    assert answer.status_code == 400
    assert errors_at(answer, "transactionDocumentNumber") == ["No such transaction"]
    assert not Purchase.objects.get(document_number="B1").labels.exists()


def test_sellers_see_the_purchases_of_a_customer(seller, alice, bought):
    path = f"{SELLER}/customer/{alice.pk}"

    assert numbers(seller("GET", path)) == ["A1", "R1"]
    assert numbers(seller("GET", path, documentNumber="R1")) == ["R1"]
    assert numbers(seller("GET", path, sort="purchaseDate", direction="DESC")) == ["R1", "A1"]


def test_sellers_find_documents_by_number(seller, store, bought):
    register(store, number="2026/03/7", at=NOON.replace(day=5))

    assert numbers(seller("GET", f"{SELLER}/B1")) == ["B1"]
    assert numbers(seller("GET", f"{SELLER}/2026/03/7")) == ["2026/03/7"]
    assert numbers(seller("GET", f"{SELLER}/nowhere")) == []
    assert numbers(seller("GET", SELLER)) == ["A1", "B1", "N1", "R1", "2026/03/7"]


def test_a_customer_who_does_not_exist_is_404_for_sellers(seller, level):
    stranger = make_customer(make_store("OTHER"), "dora")

    for customer in (uuid4(), stranger.pk, "12"):
        assert seller("GET", f"{SELLER}/customer/{customer}").status_code == 404


def test_sellers_match_by_whatever_the_customer_shows(seller, store, alice, bought):
    body = {"assign": {"transactionDocumentNumber": "N1", "customerLoyaltyCardNumber": "111"}}

    answer = seller("POST", "/api/DEFAULT/pos/transaction/customer/assign", body)

    assert answer.status_code == 200
    assert Purchase.objects.get(document_number="N1").customer == alice


def test_each_kind_of_person_keeps_to_its_own_routes(store, alice, bought):
    callers = {
        "customer": as_person(alice, "customer"),
        "seller": as_person(make_seller(store), "seller"),
        "admin": as_person(make_staff(), "admin"),
    }
    doors = {OWN: "customer", SELLER: "seller", f"{SELLER}/A1": "seller", f"{OWN}/{bought.pk}": "customer"}
    for path, admitted in doors.items():
        for kind, caller in callers.items():
            assert caller("GET", path).status_code == (200 if kind == admitted else 403), (path, kind)
