"""Lists and look-ups of purchases, through the route that offers every filter."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import NOON, make_customer, make_pos, make_store
from tests.orders.factories import (
    PURCHASES,
    document,
    errors_at,
    line,
    register,
    returning,
    till_body,
)

pytestmark = pytest.mark.django_db
NOT_FOUND = {"error": {"code": 404, "message": "Not Found"}}


@pytest.fixture
def alice(store, level):
    return make_customer(store, "alice", card_number="11111111111", level=level)


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
