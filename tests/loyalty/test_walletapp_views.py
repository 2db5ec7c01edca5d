"""The way of a request in the WalletApp dialect: token, ability, brand, then the handler."""

import csv
from pathlib import Path

import pytest

from loyalty import tokens
from loyalty.access import Grant
from loyalty.models import Event, Store
from tests.architecture.served import dialect_views
from tests.callers import Caller, as_partner, as_person
from tests.factories import make_customer, make_seller, make_staff, make_store
from tests.walletapp import BASE, FORBIDDEN, NOT_FOUND, NOWHERE, UNAUTHENTICATED, Member, read, refused

pytestmark = pytest.mark.django_db
LIST = f"{BASE}/members/list"
# Route -> the ability that the document names.
ABILITIES = {
    ("GET", "/walletapp/members/list"): "members.get",
    ("POST", "/walletapp/import/export"): "members.store",
    ("GET", "/walletapp/members"): "members.get",
    ("PATCH", "/walletapp/members/unsubscribe"): "members.store",
    ("POST", "/walletapp/members/unsubscribe"): "tags.get",
    ("POST", "/walletapp/members/signups"): "members.store",
    ("POST", "/walletapp/members/location"): "members.store",
    ("GET", "/walletapp/members/{}/coupons"): "members.get",
    ("GET", "/walletapp/members/{}/storecards"): "members.get",
    ("DELETE", "/walletapp/members/{}"): "members.store",
}


def answer(response):
    return response.status_code, read(response)


def test_each_route_asks_for_the_documented_ability_and_serves_nobody_else():
    asked = {
        (method, path): view.grants.get(method, view.grant)
        for path, view in dialect_views()
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE")
        if path.startswith(("/walletapp/members", "/walletapp/import"))
        if hasattr(view, method.lower())
    }
    assert asked == {route: Grant(ability=ability) for route, ability in ABILITIES.items()}


@pytest.mark.parametrize("token", [None, "garbage", "a.b.c", "x" * 5000])
def test_without_a_good_token_is_401(store, token):
    assert answer(Caller(token)("GET", LIST)) == UNAUTHENTICATED


def test_a_token_comes_as_a_bearer_or_in_its_own_header_and_nowhere_else(store):
    _, raw = tokens.create_permanent("partner", store=store, abilities=["*"])
    named = {"brand_id": str(store.pk)}
    assert Caller()("GET", LIST, named, headers={"X-AUTH-TOKEN": raw}).status_code == 200
    for headers in ({"X-AUTH-TOKEN": "x"}, {"Authorization": f"Basic {raw}"}, {"Authorization": "Bearer"}):
        assert answer(Caller()("GET", LIST, headers=headers)) == UNAUTHENTICATED
    assert answer(Caller()("GET", LIST, auth_token=raw)) == UNAUTHENTICATED


@pytest.mark.parametrize(
    "ability", ["members.store", "omniwallet", "CUSTOMER", "CUSTOMER:VIEW", "ROLE_WALLET"]
)
def test_a_token_with_other_abilities_is_forbidden(store, ability):
    assert Member(store, ability)("GET", "/members/list") == FORBIDDEN


@pytest.mark.parametrize(
    ("kind", "make"),
    [("admin", lambda store: make_staff()), ("seller", make_seller), ("customer", make_customer)],
)
def test_log_ins_of_people_open_nothing(store, kind, make):
    assert Member(store, caller=as_person(make(store), kind))("GET", "/members/list") == FORBIDDEN


def test_forbidden_comes_before_anything_is_looked_up(store):
    stranger = as_partner(store, "omniwallet")
    for path in (f"/members/{NOWHERE}", "/members/x", "/members/list"):
        method = "GET" if path.endswith("list") else "DELETE"
        assert answer(stranger(method, BASE + path, {"brand_id": "nonsense"})) == FORBIDDEN


@pytest.mark.parametrize(
    "brand_id", [None, "", "DEFAULT", 5, True, ["x"], {}, "x" * 5000, "\x00", NOWHERE[:-1]]
)
def test_a_missing_or_malformed_brand_is_422(store, brand_id):
    assert answer(as_partner(store)("GET", LIST, {"brand_id": brand_id})) == refused(at="brand_id")


def test_the_words_for_a_brand_that_is_not_there(store):
    words = "The brand id field is required."
    assert answer(as_partner(store)("GET", LIST)) == (
        422,
        {"message": words, "errors": {"brand_id": [words]}},
    )


def test_a_brand_of_somebody_else_does_not_exist(store):
    other = make_store("OTHER")
    for brand_id in (NOWHERE, str(other.pk)):
        assert answer(as_partner(store)("GET", LIST, {"brand_id": brand_id})) == NOT_FOUND


def test_a_closed_brand_does_not_exist(store):
    Store.objects.update(is_active=False)
    assert Member(store)("GET", "/members/list") == NOT_FOUND


def test_a_token_of_all_brands_says_which(store):
    other = make_store("OTHER")
    make_customer(other)
    everywhere = as_partner(None)
    totals = [
        read(everywhere("GET", LIST, {"brand_id": str(each.pk)}))["data"]["total"] for each in (store, other)
    ]
    assert totals == [0, 1]


def test_the_brand_may_be_written_in_capitals(store):
    assert as_partner(store)("GET", LIST, {"brand_id": str(store.pk).upper()}).status_code == 200


@pytest.mark.parametrize("path", ["", "/", "/nothing", "/members/list/more", "/oauth", "/shops"])
def test_unknown_addresses_answer_in_the_dialect(path):
    assert answer(Caller()("GET", BASE + (path or "/"))) == NOT_FOUND


def test_a_method_that_a_route_does_not_have_is_405(store):
    response = as_partner(store)("PUT", LIST, {"brand_id": str(store.pk)})
    assert (response.status_code, response.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert set(read(response)) == {"message", "errors"}


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("application/json", b"{", 400),
        ("application/json", b"[]", 400),
        ("application/json", b'{"brand_id":' * 5000, 400),
        ("application/json", b'{"brand_id": NaN}', 400),
        ("application/json", b"\xff", 400),
        ("text/plain", b"brand_id=1", 415),
        ("application/x-www-form-urlencoded", b"brand_id=1", 415),
    ],
)
@pytest.mark.parametrize(
    "method_and_path", ["GET /members/list", "POST /members/signups", f"DELETE /members/{NOWHERE}"]
)
def test_a_body_that_cannot_be_read_is_refused(store, method_and_path, kind, body, status):
    method, path = method_and_path.split()
    response = as_partner(store).client.generic(method, BASE + path, body, content_type=kind)
    assert (response.status_code, set(read(response))) == (status, {"message", "errors"})


def test_a_body_that_is_too_large_is_refused_before_it_is_read(store):
    response = as_partner(store).client.generic(
        "POST", f"{BASE}/members/signups", b" " * (10 * 1024 * 1024 + 1), content_type="application/json"
    )
    assert response.status_code == 413


def test_answers_are_not_cached(store):
    response = as_partner(store)("GET", LIST, {"brand_id": str(store.pk)})
    assert (response.headers["Cache-Control"], response.headers["Content-Type"]) == (
        "no-store",
        "application/json",
    )


def test_the_written_routes_are_those_of_the_document():
    rows = csv.DictReader(
        (Path(__file__).parents[1] / "architecture" / "routes.tsv").open(encoding="utf-8"), delimiter="\t"
    )
    ours = {
        (row["method"], row["path"].replace("{member}", "{}")) for row in rows if "/walletapp/" in row["path"]
    }
    assert ours >= set(ABILITIES)


@pytest.mark.parametrize("route", sorted(ABILITIES), ids=" ".join)
def test_no_value_breaks_a_route(store, route):
    method, path = route
    walletapp = Member(store)
    address = path.removeprefix(BASE).format(make_customer(store).pk)
    names = (
        "page",
        "per_page",
        "email",
        "user_identifier",
        "users",
        "location_id",
        "storecard_id",
        "brand_id",
    )
    values = [1, 1.5, -1, 10**30, True, "x", "\x00", "\ud800", "", [], [[]], [{}], [None], {}, {"\x00": 1}]
    for value in values:
        status, body = walletapp(method, address, **dict.fromkeys(names, value))
        assert 400 <= status < 500, value
        assert set(body) == {"message", "errors"}
    assert not Event.objects.exists()
