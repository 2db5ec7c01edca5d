"""A customer's movements in the Omniwallet dialect: documented shapes, filters, sorts, the running balance."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from loyalty.actors import SYSTEM
from tests.callers import as_partner, as_person
from tests.factories import NOON, make_customer, make_staff, make_store
from tests.wallet.ledgers import add, block, spend
from wallet import ledger
from wallet.models import PointsTransfer

pytestmark = pytest.mark.django_db
ALICE = "/omniwallet/api/v1/customers/alice@example.com"
LIST = f"{ALICE}/transactions"
RELATIONSHIP = f"{ALICE}/relationships/transactions"


@pytest.fixture
def partner(store):
    return as_partner(store, "omniwallet")


@pytest.fixture
def alice(store):
    return make_customer(store, "alice", email="alice@example.com")


def rows(answer):
    assert answer.status_code == 200, answer.content
    return answer.json()["data"]


def values(answer, name):
    return [row["attributes"][name] for row in rows(answer)]


@pytest.fixture
def calls(partner, alice):
    """Three calls: 10 points, a value of 1.50, and 4 points back."""
    partner("POST", f"{ALICE}/add-points", {"points": 10, "type": "Web", "external_id": "b", "order_id": "1"})
    partner("POST", f"{ALICE}/add-points-from-value", {"value": 1.5, "type": "Shop", "external_id": "c"})
    partner(
        "POST", f"{ALICE}/subtract-points", {"points": 4, "type": "Web", "external_id": "a", "order_id": "3"}
    )


def test_a_list_is_answered_as_documented(calls, partner):
    answer = partner("GET", LIST)
    body = answer.json()
    assert answer.headers["Content-Type"] == "application/vnd.api+json"
    assert set(body) == {"meta", "json_api", "links", "data"}
    assert body["meta"]["page"] == {
        "currentPage": 1, "from": 1, "lastPage": 1, "perPage": 15, "to": 3, "total": 3
    }  # fmt: skip
    assert body["json_api"] == {"version": "1.0"}
    assert set(body["links"]) == {"first", "last"}
    bought = body["data"][1]
    assert set(bought) == {"type", "id", "attributes"}
    assert (bought["type"], isinstance(bought["id"], str)) == ("transactions", True)
    moment = bought["attributes"].pop("created_at")
    assert abs(datetime.fromisoformat(moment) - timezone.now()) < timedelta(minutes=1)
    assert bought["attributes"] == {
        "external_id": "c",
        "order_id": "c",
        "action": "addition",
        "type": "Shop",
        "points": 150,
        "amount": 1.5,
        "exchange": 0.01,
        "total_points": 160,
    }
    assert values(answer, "total_points") == [10, 160, 156]
    assert values(answer, "action") == ["addition", "addition", "subtraction"]
    assert values(answer, "amount") == [None, 1.5, None]


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("external_id", "a b c"),
        ("-external_id", "c b a"),
        ("order_id", "b a c"),
        ("action,-points", "c b a"),
        ("-action", "a c b"),
        ("type,external_id", "c a b"),
        ("amount", "c b a"),
        ("points", "a b c"),
        ("-exchange,external_id", "c a b"),
        ("-total_points", "c a b"),
        ("created_at", "b c a"),
        ("-created_at", "a c b"),
    ],
)
def test_every_documented_sort(calls, partner, sort, order):
    assert values(partner("GET", LIST, sort=sort), "external_id") == order.split()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"filter[external_id]": "a"}, ["a"]),
        ({"filter[order_id]": "c"}, ["c"]),
        ({"filter[type]": "Web"}, ["b", "a"]),
        ({"filter[action]": "addition"}, ["b", "c"]),
        ({"filter[action]": "subtraction"}, ["a"]),
        ({"filter[action]": "addition", "filter[type]": "Web"}, ["b"]),
        ({"filter[type]": "web"}, []),
    ],
)
def test_every_documented_filter(calls, partner, query, found):
    answer = partner("GET", LIST, **query)
    assert values(answer, "external_id") == found
    assert answer.json()["meta"]["page"]["total"] == len(found)


@pytest.mark.parametrize(
    "query",
    [
        {"filter[action]": "both"},
        {"filter[points]": "1"},
        {"sort": "id"},
        {"page[size]": "0"},
        {"page[number]": "x"},
        {"include": "customer"},
    ],
)
def test_what_cannot_be_asked_is_400(calls, partner, query):
    answer = partner("GET", LIST, **query)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["source"] == {"parameter": next(iter(query))}


def test_movements_of_every_face_are_there_with_the_running_balance(store, partner, alice):
    bob = make_customer(store, "bob")
    now = timezone.now()
    batch = add(alice, 10, at=now)
    staff = as_person(make_staff(), "admin")
    staff("POST", "/api/DEFAULT/points/transfer/add", {"transfer": {"customer": alice.pk, "points": 7.5}})
    spend(alice, 2, at=now)
    blocked = block(alice, 3, at=now)
    partner("POST", f"{ALICE}/add-points", {"points": 1, "type": "Shop", "external_id": "e1"})
    gift = {"sender": str(alice.pk), "receiver": str(bob.pk), "points": 5}
    staff("POST", "/api/DEFAULT/admin/p2p-points-transfer", {"transfer": gift})
    ledger.cancel(blocked, at=timezone.now(), actor=SYSTEM)
    ledger.expire(PointsTransfer.objects.get(pk=batch.pk), at=timezone.now(), actor=SYSTEM)
    answer = partner("GET", LIST)
    balance = Decimal(0)
    for row in rows(answer):
        shown = row["attributes"]
        sign = 1 if shown["action"] == "addition" else -1
        balance += sign * Decimal(str(shown["points"]))
        assert Decimal(str(shown["total_points"])) == balance
    assert rows(partner("GET", ALICE))["attributes"]["points"] == float(balance)
    named = {row["attributes"]["external_id"] for row in rows(answer)}
    assert named == {None, "e1"}
    assert set(values(answer, "type")) == {"test", "open_loyalty", "Shop", "released", "expired"}


def test_the_relationship_is_answered_as_documented(calls, partner):
    listed = [{"type": row["type"], "id": row["id"]} for row in rows(partner("GET", LIST))]
    answer = partner("GET", RELATIONSHIP)
    assert answer.json() == {
        "jsonapi": {"version": "1.0"},
        "links": {"self": f"http://testserver{RELATIONSHIP}", "related": f"http://testserver{LIST}"},
        "data": listed,
    }


def test_the_relationship_is_paged(calls, partner):
    first = partner("GET", RELATIONSHIP, **{"page[size]": "2"})
    assert len(rows(first)) == 2
    last = partner("GET", first.json()["links"]["next"])
    assert len(rows(last)) == 1
    assert "next" not in last.json()["links"]
    assert partner("GET", RELATIONSHIP, sort="points").status_code == 400


@pytest.mark.parametrize("path", ["transactions", "relationships/transactions"])
def test_nobody_and_somebody_of_another_store_answer_alike(partner, path):
    add(make_customer(make_store("OTHER"), email="bob@example.com"), 5)
    answers = [
        partner("GET", f"/omniwallet/api/v1/customers/{email}/{path}")
        for email in ("bob@example.com", "nobody@example.com")
    ]
    assert {(answer.status_code, answer.content) for answer in answers} == {(404, answers[0].content)}


@pytest.mark.parametrize("address", [LIST, RELATIONSHIP])
def test_a_page_costs_the_same_statements_for_any_number_of_rows(partner, alice, address):
    def count():
        with CaptureQueriesContext(connection) as captured:
            answer = partner("GET", address, **{"page[size]": "100"})
        return len(captured), len(rows(answer))

    add(alice, 5, at=NOON)
    partner("GET", address)
    one = count()
    for _ in range(29):
        add(alice, 5, at=NOON)
    many = count()
    assert (one[1], many[1]) == (1, 30)
    assert one[0] == many[0] <= 4
