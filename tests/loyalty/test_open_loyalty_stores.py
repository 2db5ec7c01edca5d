"""The store routes."""

import pytest

from loyalty.models import Store
from tests.callers import Caller, as_partner, as_person
from tests.factories import make_customer, make_seller, make_staff, make_store

pytestmark = pytest.mark.django_db
NORTH = {"code": "NORTH", "name": "North", "currency": "eur", "active": "1"}
ABSENT = "00000000-0000-474c-b092-b0dd880c07e2"


@pytest.fixture
def admin():
    return as_person(make_staff(), "admin")


@pytest.mark.parametrize("encoding", ["json", "form"])
def test_create_and_read(encoding):
    caller = as_partner(None, "SETTINGS", encoding=encoding)
    created = caller("POST", "/api/store", {"store": NORTH})
    assert created.status_code == 200
    store_id = created.json()["storeId"]
    shown = caller("GET", f"/api/store/{store_id}").json()
    assert shown.pop("createdAt").endswith("+0000")
    assert shown == {"storeId": store_id, "code": "NORTH", "name": "North", "currency": "EUR", "active": True}


def test_the_document_s_example_with_blanks_around_its_values(admin):
    text = "store[active] = 1&store[name] = store_name&store[currency] = EUR&store[code] = store_code"
    response = admin.client.generic(
        "POST", "/api/store", text, content_type="application/x-www-form-urlencoded"
    )
    assert response.status_code == 200
    assert Store.objects.get().code == "store_code"


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"code": ""}, "code", "This value should not be blank."),
        ({"code": "a b"}, "code", "This value is not valid."),
        ({"code": "x" * 65}, "code", "This value is not valid."),
        ({"code": "admin"}, "code", "This value is not valid."),
        ({"code": "TAKEN"}, "code", "This value is already used."),
        ({"name": None}, "name", "This value should not be blank."),
        ({"name": "x" * 256}, "name", "This value is too long. It should have 255 characters or less."),
        ({"name": "a\x00b"}, "name", "This value is not valid."),
        ({"name": 5}, "name", "This value is not valid."),
        ({"currency": "XYZZY"}, "currency", "This value is not valid."),
        ({"active": "maybe"}, "active", "This value is not valid."),
    ],
)
def test_bad_input_is_named_and_nothing_is_written(admin, change, field, message):
    make_store("TAKEN")
    response = admin("POST", "/api/store", {"store": {**NORTH, **change}})
    assert response.status_code == 400
    expected: dict[str, object] = {name: {} for name in ("code", "name", "currency", "active")}
    expected[field] = {"errors": [message]}
    assert response.json() == {"form": {"children": expected}, "errors": []}
    assert Store.objects.count() == 1


def test_update_in_part(admin):
    store = make_store("NORTH")
    assert admin("PUT", f"/api/store/{store.pk}", {"store": {"active": "0"}}).status_code == 204
    store.refresh_from_db()
    assert (store.name, store.is_active) == ("Store NORTH", False)
    refused = admin("PUT", f"/api/store/{store.pk}", {"store": {"name": ""}})
    assert refused.json()["form"]["children"]["name"]["errors"] == ["This value should not be blank."]


def test_list_and_filters(admin, django_assert_num_queries):
    for number in range(3):
        make_store(f"S{number}")
    Store.objects.filter(code="S1").update(is_active=False)
    body = admin("GET", "/api/store").json()
    assert ([store["code"] for store in body["stores"]], body["total"]) == (["S0", "S1", "S2"], 3)
    assert admin("GET", "/api/store", active="1").json()["total"] == 2
    assert admin("GET", "/api/store", active="inactive").json()["total"] == 1
    assert admin("GET", "/api/store", name="s2").json()["total"] == 1
    assert admin("GET", "/api/store", active="maybe").status_code == 400


@pytest.mark.parametrize("number", [1, 30])
def test_a_list_costs_the_same_for_many_rows(number, django_assert_num_queries):
    for index in range(number):
        make_store(f"S{index}")
    caller = as_partner(None)
    caller("GET", "/api/store")
    with django_assert_num_queries(3):
        assert len(caller("GET", "/api/store", perPage="30").json()["stores"]) == number


def test_a_store_out_of_reach_answers_as_an_unknown_one(store):
    foreign = make_store("FOREIGN")
    caller = as_partner(store)
    answers = {caller("GET", f"/api/store/{key}").content for key in (foreign.pk, ABSENT, "x")}
    assert answers == {b'{"error":{"code":404,"message":"Not Found"}}'}
    assert caller("PUT", f"/api/store/{foreign.pk}", {"store": {"name": "Mine"}}).status_code == 404
    assert caller("GET", "/api/store").json()["total"] == 1
    assert caller("POST", "/api/store", {"store": NORTH}).status_code == 403
    foreign.refresh_from_db()
    assert foreign.name == "Store FOREIGN"


def test_who_may(store):
    path = f"/api/store/{store.pk}"
    assert Caller()("GET", path).status_code == 401
    assert as_person(make_seller(store), "seller")("GET", path).status_code == 403
    assert as_person(make_customer(store), "customer")("GET", path).status_code == 403
    assert as_partner(store, "CUSTOMER")("GET", path).status_code == 403
    assert as_partner(store, "SETTINGS:VIEW")("GET", path).status_code == 200
    assert as_partner(store, "SETTINGS:VIEW")("PUT", path, {"store": {"name": "x"}}).status_code == 403
    limited = make_staff("bob", is_superuser=False)
    assert as_person(limited, "admin")("GET", path).status_code == 403
