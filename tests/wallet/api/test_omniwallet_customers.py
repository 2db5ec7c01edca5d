"""Customers in the Omniwallet dialect: documented shapes, lists, writes, and what is refused."""

from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from customers.models import Customer
from loyalty.models import Event
from tests.callers import as_partner, as_person
from tests.factories import NOON, make_customer, make_staff, make_store
from tests.wallet.ledgers import add

pytestmark = pytest.mark.django_db
BASE = "/omniwallet/api/v1/customers"
ADA = {
    "name": "Ada",
    "last_name": "Lovelace",
    "email": "Ada@example.com",
    "phone": "+34600123123",
    "card": "9900",
}


@pytest.fixture
def partner(store):
    return as_partner(store, "omniwallet")


def resource(attributes, **members):
    return {"type": "customers", **members, "attributes": attributes}


def errors(answer):
    return [(error["status"], error["code"], error.get("source", {})) for error in answer.json()["errors"]]


def assert_resource(shown, email, /, **attributes):
    address = f"http://testserver{BASE}/{quote(email, safe='@')}"
    assert set(shown) == {"type", "id", "attributes", "relationships", "links"}
    assert (shown["type"], shown["id"]) == ("customers", email)
    assert set(shown["attributes"]) == {
        *("name", "last_name", "email", "card", "phone", "updatedAt", "createdAt", "points")
    }
    assert {name: shown["attributes"][name] for name in attributes} == attributes
    links = {"self": f"{address}/relationships/transactions", "related": f"{address}/transactions"}
    assert shown["relationships"] == {"transactions": {"links": links}}
    assert shown["links"]["self"] == address
    for moment in ("updatedAt", "createdAt"):
        assert datetime.fromisoformat(shown["attributes"][moment]).tzinfo is not None


# --- Making ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrapped", [True, False])
def test_a_new_customer_is_answered_as_documented_and_active_at_once(wrapped):
    store = make_store("STRICT", account_activation_required=True)
    body = resource(ADA)
    answer = as_partner(store)("POST", BASE, {"data": body} if wrapped else body)
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"http://testserver{BASE}/Ada@example.com"
    shown = answer.json()
    assert set(shown) == {"json_api", "links", "data"}
    assert shown["json_api"] == {"version": "1.0"}
    assert shown["links"] == {"self": f"http://testserver{BASE}/Ada@example.com"}
    assert_resource(shown["data"], "Ada@example.com", **ADA, points=0)
    customer = Customer.objects.get()
    assert (customer.status, customer.store_id) == ("active", store.pk)
    assert Event.objects.filter(type="customer.registered", payload__by="partner").exists()


@pytest.mark.parametrize("card", [{}, {"card": None}, {"card": " "}])
def test_a_card_is_given_where_none_is_named(partner, card):
    answer = partner("POST", BASE, resource({"name": "Ada", "email": "ada@example.com", **card}))
    shown = answer.json()["data"]["attributes"]
    assert shown["card"].isdigit()
    assert shown["card"] == Customer.objects.get().card_number
    assert (shown["last_name"], shown["phone"]) == (None, None)


@pytest.mark.parametrize(
    ("attributes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": 5}, "name"),
        ({"name": None}, "name"),
        ({"name": "x" * 256}, "name"),
        ({"last_name": True}, "last_name"),
        ({"email": "not an address"}, "email"),
        ({"email": ["a@b.c"]}, "email"),
        ({"email": "x" * 250 + "@b.c"}, "email"),
        ({"email": "a\x00@example.com"}, "email"),
        ({"phone": 600123123}, "phone"),
        ({"phone": "many"}, "phone"),
        ({"card": 4711}, "card"),
        ({"card": "x" * 129}, "card"),
    ],
)
def test_a_wrong_value_is_422_at_its_pointer_and_makes_nobody(partner, attributes, field):
    answer = partner("POST", BASE, {"data": resource({**ADA, **attributes})})
    assert answer.status_code == 422
    assert [source for _, _, source in errors(answer)] == [{"pointer": f"/data/attributes/{field}"}]
    assert not Customer.objects.exists()


def test_all_that_is_missing_is_named_at_once(partner):
    answer = partner("POST", BASE, resource({}))
    assert {source["pointer"] for _, _, source in errors(answer)} == {"/attributes/name", "/attributes/email"}


@pytest.mark.parametrize(
    ("attributes", "code", "field"),
    [
        ({"email": "ADA@EXAMPLE.COM"}, "customer.email_taken", "email"),
        ({"card": "9900"}, "customer.card_taken", "card"),
        ({"phone": "+34 600 123 123"}, "customer.phone_taken", "phone"),
    ],
)
def test_a_duplicate_is_409(partner, attributes, code, field):
    assert partner("POST", BASE, resource(ADA)).status_code == 201
    answer = partner("POST", BASE, resource({"name": "B", "email": "b@example.com", **attributes}))
    assert answer.status_code == 409
    assert errors(answer) == [("409", code, {"pointer": f"/attributes/{field}"})]
    assert Customer.objects.count() == 1


def test_the_same_customer_may_be_in_two_stores(store, partner):
    other = as_partner(make_store("OTHER"))
    assert {caller("POST", BASE, resource(ADA)).status_code for caller in (partner, other)} == {201}


def test_a_repeated_key_makes_one_customer(partner):
    key = {"Idempotency-Key": "make-ada"}
    first, again = (partner("POST", BASE, resource(ADA), headers=key) for _ in range(2))
    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert first.headers["Location"] == again.headers["Location"]
    assert partner("POST", BASE, resource({**ADA, "name": "B"}), headers=key).status_code == 422
    assert Customer.objects.count() == 1


# --- One ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "email", ["ada+x@example.com", "o'neil@example.com", "a/b%c@example.com", "ñu@example.com"]
)
def test_a_customer_is_found_by_e_mail_in_any_letter_case(store, partner, email):
    add(make_customer(store, email=email), "12.50", at=timezone.now())
    for written in (email, email.upper()):
        answer = partner("GET", f"{BASE}/{quote(written, safe='')}")
        assert answer.status_code == 200
        assert_resource(answer.json()["data"], email, points=12.5)
    shown = answer.json()["data"]
    for link in (shown["links"]["self"], *shown["relationships"]["transactions"]["links"].values()):
        assert partner("GET", link).status_code == 200


def test_points_are_those_that_can_be_spent_now(store, partner):
    alice = make_customer(store, email="alice@example.com")
    add(alice, 10, at=NOON, expires_at=timezone.now() - timedelta(minutes=1))
    add(alice, 5, at=NOON, expires_at=None)
    assert partner("GET", f"{BASE}/alice@example.com").json()["data"]["attributes"]["points"] == 5


def test_nobody_somebody_deleted_and_somebody_of_another_store_answer_alike(store, partner):
    make_customer(make_store("OTHER"), email="bob@example.com")
    make_customer(store, email="", status="deleted")
    answers = [
        partner(method, f"{BASE}/{email}", resource({}, id=email))
        for email in ("bob@example.com", "nobody@example.com", "nobody", "%00", "%20")
        for method in ("GET", "PATCH")
    ]
    assert {(answer.status_code, answer.content) for answer in answers} == {(404, answers[0].content)}


def test_a_customer_of_another_dialect_is_the_same_customer(store, partner):
    staff = as_person(make_staff(), "admin")
    made = {"firstName": "Eve", "lastName": "Doe", "email": "eve@example.com", "agreement1": True}
    assert staff("POST", "/api/DEFAULT/customer/register", {"customer": made}).status_code == 200
    shown = partner("GET", f"{BASE}/eve@example.com").json()["data"]
    assert_resource(shown, "eve@example.com", name="Eve", card=None, phone=None)
    partner("PATCH", f"{BASE}/eve@example.com", resource({"name": "Eva"}, id="eve@example.com"))
    customer = Customer.objects.get()
    seen = staff("GET", f"/api/DEFAULT/customer/{customer.pk}").json()
    assert (seen["firstName"], seen["loyaltyCardNumber"]) == ("Eva", customer.card_number)


# --- Changing -------------------------------------------------------------------------------------------------


def test_a_change_answers_with_the_bare_resource_and_leaves_the_rest(store, partner):
    alice = make_customer(store, email="alice@example.com", phone="+34600123123", card_number="4711")
    answer = partner(
        "PATCH", f"{BASE}/ALICE@example.com", {"data": resource({"name": "Al"}, id="Alice@Example.com")}
    )
    assert answer.status_code == 200
    assert_resource(
        answer.json(), "alice@example.com", name="Al", last_name="Doe", card="4711", phone="+34600123123"
    )
    alice.refresh_from_db()
    assert alice.first_name == "Al"


def test_a_new_e_mail_moves_the_resource(store, partner):
    make_customer(store, email="alice@example.com", card_number="4711")
    body = resource({"email": "new@example.com"}, id="alice@example.com")
    assert_resource(partner("PATCH", f"{BASE}/alice@example.com", body).json(), "new@example.com")
    assert partner("GET", f"{BASE}/alice@example.com").status_code == 404
    assert partner("GET", f"{BASE}/new@example.com").status_code == 200


def test_optional_values_are_cleared_by_null_or_blank(store, partner):
    make_customer(store, email="alice@example.com", phone="+34600123123", card_number="4711")
    body = resource({"last_name": None, "phone": "", "card": None}, id="alice@example.com")
    shown = partner("PATCH", f"{BASE}/alice@example.com", body).json()["attributes"]
    assert (shown["last_name"], shown["phone"], shown["card"]) == (None, None, "4711")


def test_what_was_shown_may_be_sent_back(store, partner):
    make_customer(store, email="alice@example.com", card_number="4711")
    shown = partner("GET", f"{BASE}/alice@example.com").json()["data"]
    again = partner("PATCH", f"{BASE}/alice@example.com", {"data": shown})
    assert (again.status_code, again.json()) == (200, shown)


@pytest.mark.parametrize(
    ("body", "status", "pointer"),
    [
        (resource({}, id="bob@example.com"), 409, "/id"),
        (resource({}), 422, "/id"),
        ({"type": "orders", "id": "alice@example.com", "attributes": {}}, 409, "/type"),
        ({"type": "customers", "id": "alice@example.com"}, 422, "/attributes"),
        (resource({"email": "bob@example.com"}, id="alice@example.com"), 409, "/attributes/email"),
        (resource({"card": "4712"}, id="alice@example.com"), 409, "/attributes/card"),
        (resource({"name": ""}, id="alice@example.com"), 422, "/attributes/name"),
        (resource({"email": None}, id="alice@example.com"), 422, "/attributes/email"),
        (resource({"email": "nonsense"}, id="alice@example.com"), 422, "/attributes/email"),
    ],
)
def test_a_wrong_change_is_refused_and_changes_nothing(store, partner, body, status, pointer):
    make_customer(store, email="alice@example.com", card_number="4711")
    make_customer(store, email="bob@example.com", card_number="4712")
    before = list(Customer.objects.order_by("pk").values())
    answer = partner("PATCH", f"{BASE}/alice@example.com", body)
    assert answer.status_code == status
    assert errors(answer)[0][2] == {"pointer": pointer}
    assert list(Customer.objects.order_by("pk").values()) == before


# --- Lists ----------------------------------------------------------------------------------------------------


def ids(answer):
    assert answer.status_code == 200, answer.content
    return [row["id"].partition("@")[0] for row in answer.json()["data"]]


@pytest.fixture
def people(store):
    made = {}
    for number, (name, last, points) in enumerate(
        [("carl", "Zed", 5), ("ann", "Young", 20), ("bea", "Xi", 0)]
    ):
        moment = datetime(2026, 3, 14 + number, 23, 30, tzinfo=UTC)
        made[name] = make_customer(
            store, name, email=f"{name}@example.com", last_name=last, created_at=moment, card_number=name
        )
        Customer.objects.filter(pk=made[name].pk).update(updated_at=moment + timedelta(days=30))
        if points:
            add(made[name], points, at=timezone.now())
    return made


def test_a_list_is_answered_as_documented(people, partner):
    answer = partner("GET", BASE)
    body = answer.json()
    assert answer.headers["Content-Type"] == "application/vnd.api+json"
    assert set(body) == {"meta", "json_api", "links", "data"}
    assert body["meta"] == {
        "page": {"currentPage": 1, "from": 1, "lastPage": 1, "perPage": 15, "to": 3, "total": 3}
    }
    assert body["json_api"] == {"version": "1.0"}
    assert set(body["links"]) == {"first", "last"}
    assert ids(answer) == ["carl", "ann", "bea"]
    assert_resource(body["data"][0], "carl@example.com", points=5)


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("name", "ann bea carl"),
        ("-name", "carl bea ann"),
        ("email", "ann bea carl"),
        ("last_name", "bea ann carl"),
        ("points", "bea carl ann"),
        ("-points", "ann carl bea"),
        ("createdAt", "carl ann bea"),
        ("-createdAt", "bea ann carl"),
        ("updatedAt", "carl ann bea"),
        ("-updatedAt,name", "bea ann carl"),
    ],
)
def test_every_documented_sort(people, partner, sort, order):
    assert ids(partner("GET", BASE, sort=sort)) == order.split()


def test_days_are_those_of_the_stores_zone(partner):
    store = make_store("WARSAW", timezone="Europe/Warsaw")
    for name, day in (("ann", 14), ("bea", 15)):
        moment = datetime(2026, 3, day, 23, 30, tzinfo=UTC)
        customer = make_customer(store, name, email=f"{name}@example.com", created_at=moment)
        Customer.objects.filter(pk=customer.pk).update(updated_at=moment + timedelta(days=10))
    caller = as_partner(store)
    assert ids(caller("GET", BASE, **{"filter[createdAt]": "2026-03-15"})) == ["ann"]
    assert ids(caller("GET", BASE, **{"filter[createdAt]": "2026-03-14"})) == []
    assert ids(caller("GET", BASE, **{"filter[updatedAt]": "2026-03-26"})) == ["bea"]
    both = {"filter[createdAt]": "2026-03-16", "filter[updatedAt]": "2026-03-26"}
    answer = caller("GET", BASE, **both)
    assert ids(answer) == ["bea"]
    assert answer.json()["data"][0]["attributes"]["createdAt"] == "2026-03-16T00:30:00+01:00"


def test_pages_are_walked_by_their_links(store, partner):
    for number in range(7):
        make_customer(store, email=f"c{number}@example.com", created_at=NOON + timedelta(hours=number))
    query = {"page[size]": "3", "sort": "-createdAt", "filter[createdAt]": "2026-03-14"}
    answer, seen = partner("GET", BASE, **query), []
    while True:
        seen += ids(answer)
        links = answer.json()["links"]
        if "next" not in links:
            break
        answer = partner("GET", links["next"])
    assert seen == [f"c{number}" for number in range(6, -1, -1)]
    assert answer.json()["meta"]["page"] == {
        "currentPage": 3, "from": 7, "lastPage": 3, "perPage": 3, "to": 7, "total": 7
    }  # fmt: skip
    assert ids(partner("GET", links["first"])) == ["c6", "c5", "c4"]
    assert ids(partner("GET", links["last"])) == ["c0"]
    past = partner("GET", BASE, **{**query, "page[number]": "9"})
    assert ids(past) == []
    assert past.json()["meta"]["page"]["total"] == 7


@pytest.mark.parametrize(
    "query",
    [
        {"filter[createdAt]": "yesterday"},
        {"filter[name]": "x"},
        {"sort": "card"},
        {"page[size]": "101"},
        {"q": "x"},
    ],
)
def test_what_cannot_be_asked_is_a_400_at_its_parameter(people, partner, query):
    answer = partner("GET", BASE, **query)
    assert answer.status_code == 400
    assert errors(answer) == [("400", "parameter_invalid", {"parameter": next(iter(query))})]


def test_who_has_no_e_mail_or_is_of_another_store_is_not_listed(store, partner):
    make_customer(store, email="")
    make_customer(store, email="", status="deleted")
    make_customer(make_store("OTHER"), email="bob@example.com")
    make_customer(store, email="ann@example.com", status="blocked")
    for query in ({"sort": "name"}, {"sort": "points"}, {"filter[createdAt]": "2026-03-14"}):
        answer = partner("GET", BASE, **query)
        assert ids(answer) == ["ann"]
        assert answer.json()["meta"]["page"]["total"] == 1


@pytest.mark.parametrize("sort", ["createdAt", "-points"])
def test_a_page_costs_the_same_statements_for_any_number_of_rows(store, partner, sort):
    def count():
        with CaptureQueriesContext(
            connection,
        ) as captured:
            answer = partner("GET", BASE, **{"page[size]": "100", "sort": sort})
        return len(captured), len(answer.json()["data"])

    add(make_customer(store), 5, at=NOON, expires_at=timezone.now() - timedelta(days=1))
    partner("GET", BASE)
    one = count()
    for _ in range(29):
        add(make_customer(store), 5, at=NOON, expires_at=timezone.now() - timedelta(days=1))
    many = count()
    assert (one[1], many[1]) == (1, 30)
    assert one[0] == many[0] <= 6
