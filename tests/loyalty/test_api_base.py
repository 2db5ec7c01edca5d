"""The way of a request: who, may they, whose store, then the handler; problems in the dialect's shape."""

import pytest
from django.db import OperationalError
from django.test import override_settings
from django.urls import include, path
from rest_framework.response import Response

import loyalty.api.open_loyalty.paths  # noqa: F401
from loyalty import tokens
from loyalty.access import Grant
from loyalty.api.open_loyalty.fields import TextField
from loyalty.api.open_loyalty.forms import Form
from loyalty.api.open_loyalty.views import NotFoundView, OpenLoyaltyView
from loyalty.refusals import InvalidInput
from tests.callers import Caller, as_partner, as_person
from tests.factories import make_customer, make_seller, make_staff, make_store

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]

FORBIDDEN = {"error": {"code": 403, "message": "Forbidden"}}
NOT_FOUND = {"error": {"code": 404, "message": "Not Found"}}


class NameForm(Form):
    name = TextField(required=True)


class Guarded(OpenLoyaltyView):
    grants = {"GET": Grant("CUSTOMER", seller=True), "POST": Grant("CUSTOMER")}
    form_class = NameForm

    def get(self, request):
        return Response({"store": self.store.code, "actor": self.actor.kind, "params": self.params})

    def post(self, request):
        name = self.read()["name"]
        if name == "taken":
            raise InvalidInput(field="name", reason="This value is already used.")
        if name == "broken":
            raise RuntimeError("a secret of the inside")
        if name == "unwritable":
            return Response({"name": object()})
        if name == "locked":
            raise OperationalError("database is locked")
        return Response({"name": name})


class Own(OpenLoyaltyView):
    grant = Grant("CUSTOMER", customer=True)

    def get(self, request, customer):
        self.check_self(customer)
        return Response({})


class Open(OpenLoyaltyView):
    grant = Grant(public=True)

    def get(self, request):
        return Response({"known": self.principal is not None})


class Undeclared(OpenLoyaltyView):
    def get(self, request):
        return Response({})


urlpatterns = [
    path(
        "api/",
        include(
            [
                path("<str:store_code>/guarded", Guarded.as_view()),
                path("<str:store_code>/own/<id:customer>", Own.as_view()),
                path("open", Open.as_view()),
                path("undeclared", Undeclared.as_view()),
                path("<path:rest>", NotFoundView.as_view()),
            ]
        ),
    )
]


def answer(response):
    return response.status_code, response.json()


def test_anonymous_is_401(store):
    assert answer(Caller()("GET", "/api/DEFAULT/guarded")) == (
        401,
        {"code": 401, "message": "JWT Token not found"},
    )


@pytest.mark.parametrize("token", ["garbage", "a.b.c", "x" * 5000])
def test_a_bad_credential_is_401(store, token):
    assert answer(Caller(token)("GET", "/api/DEFAULT/guarded")) == (
        401,
        {"code": 401, "message": "Invalid JWT Token"},
    )


def test_a_deactivated_person_is_403(store):
    seller = make_seller(store)
    caller = as_person(seller, "seller")
    assert caller("GET", "/api/DEFAULT/guarded").status_code == 200
    seller.is_active = False
    seller.save()
    assert answer(caller("GET", "/api/DEFAULT/guarded")) == (403, FORBIDDEN)


def test_the_decision_comes_before_the_store(store):
    caller = as_person(make_customer(store), "customer")
    for code in ("DEFAULT", "UNKNOWN"):
        assert answer(caller("GET", f"/api/{code}/guarded")) == (403, FORBIDDEN)


def test_a_method_has_its_own_grant(store):
    caller = as_person(make_seller(store), "seller")
    assert caller("GET", "/api/DEFAULT/guarded").status_code == 200
    assert caller("POST", "/api/DEFAULT/guarded", {"name": "x"}).status_code == 403


def test_unknown_inactive_and_foreign_stores_answer_alike(store):
    foreign = make_store("FOREIGN")
    inactive = make_store("CLOSED")
    inactive.is_active = False
    inactive.save()
    caller = as_person(make_seller(store), "seller")
    answers = {
        caller("GET", f"/api/{code}/guarded").content
        for code in (foreign.code, "CLOSED", "UNKNOWN", "default", "%00")
    }
    assert answers == {b'{"error":{"code":404,"message":"Not Found"}}'}


def test_staff_of_some_stores_reach_only_those(store):
    make_store("FOREIGN")
    staff = make_staff()
    caller = as_person(staff, "admin")
    assert caller("GET", "/api/FOREIGN/guarded").status_code == 200
    staff.stores.add(store)
    assert caller("GET", "/api/DEFAULT/guarded").status_code == 200
    assert caller("GET", "/api/FOREIGN/guarded").status_code == 404


def test_a_token_reaches_its_store_with_its_ability(store):
    make_store("FOREIGN")
    caller = as_partner(store, "CUSTOMER:VIEW")
    assert caller("GET", "/api/DEFAULT/guarded").json()["actor"] == "token"
    assert caller("GET", "/api/FOREIGN/guarded").status_code == 404
    assert caller("POST", "/api/DEFAULT/guarded", {"name": "x"}).status_code == 403


def test_a_token_may_come_in_its_own_header(store):
    _, token = tokens.create_permanent("partner", store=store, abilities=["*"])
    assert Caller()("GET", "/api/DEFAULT/guarded", headers={"X-AUTH-TOKEN": token}).status_code == 200


def test_a_token_in_the_query_counts_only_where_allowed(store):
    _, token = tokens.create_permanent("partner", store=store, abilities=["*"])
    assert Caller()("GET", "/api/DEFAULT/guarded", auth_token=token).status_code == 401
    with override_settings(ALLOW_TOKEN_IN_QUERY=True):
        assert Caller()("GET", "/api/DEFAULT/guarded", auth_token=token).status_code == 200


def test_customers_see_themselves_and_nobody_else(store):
    alice, bob = make_customer(store, "alice"), make_customer(store, "bob")
    caller = as_person(alice, "customer")
    assert caller("GET", f"/api/DEFAULT/own/{alice.pk}").status_code == 200
    absent = "00000000-0000-474c-b092-b0dd880c07e2"
    foreign, unknown = (
        caller("GET", f"/api/DEFAULT/own/{bob.pk}"),
        caller("GET", f"/api/DEFAULT/own/{absent}"),
    )
    assert (foreign.status_code, foreign.content) == (unknown.status_code, unknown.content)
    assert answer(foreign) == (404, NOT_FOUND)


def test_what_is_no_id_is_404(store):
    assert answer(as_partner(store)("GET", "/api/DEFAULT/own/12")) == (404, NOT_FOUND)


def test_public_routes_do_not_mind_a_stale_credential():
    assert answer(Caller("stale")("GET", "/api/open")) == (200, {"known": False})


def test_a_route_without_a_grant_is_closed(store):
    caller = as_partner(store)
    caller.client.raise_request_exception = False
    assert caller("GET", "/api/undeclared").status_code == 500


def test_other_methods_are_405_and_the_right_ones_named(store):
    response = as_partner(store)("DELETE", "/api/DEFAULT/guarded")
    assert answer(response) == (405, {"error": {"code": 405, "message": "Method Not Allowed"}})
    assert {"GET", "POST"} <= set(response.headers["Allow"].split(", "))


@pytest.mark.parametrize("code", ["DEFAULT", "UNKNOWN"])
def test_options_name_the_methods_and_nothing_else(store, code):
    response = Caller()("OPTIONS", f"/api/{code}/guarded")
    assert (response.status_code, response.content) == (204, b"")
    assert "POST" in response.headers["Allow"]


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b'{"name": ', "application/json", 400),
        (b"[1]", "application/json", 400),
        (b"<a/>", "text/xml", 415),
        (b"\xff\xfe", "application/x-www-form-urlencoded", 400),
        (b"x", "multipart/form-data", 400),
        (b"name=" + b"x" * (6 * 1024 * 1024), "application/x-www-form-urlencoded", 413),
        (b"x" * (11 * 1024 * 1024), "application/json", 413),
    ],
)
def test_bodies_that_cannot_be_read(store, body, kind, status):
    response = as_partner(store).client.generic("POST", "/api/DEFAULT/guarded", body, content_type=kind)
    assert response.status_code == status
    assert response.json()["error"]["code"] == status


def test_a_refusal_is_shown_at_its_field(store):
    response = as_partner(store)("POST", "/api/DEFAULT/guarded", {"name": "taken"})
    assert answer(response) == (
        400,
        {"form": {"children": {"name": {"errors": ["This value is already used."]}}}, "errors": []},
    )


@pytest.mark.parametrize("name", ["broken", "unwritable"])
@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "k1"}])
def test_a_failure_says_nothing_of_its_inside(store, name, headers):
    caller = as_partner(store)
    caller.client.raise_request_exception = False
    response = caller("POST", "/api/DEFAULT/guarded", {"name": name}, headers=headers)
    assert answer(response) == (500, {"error": {"code": 500, "message": "Internal Server Error"}})
    assert response.headers["X-Request-ID"]


def test_a_database_that_is_away_is_503(store):
    response = as_partner(store)("POST", "/api/DEFAULT/guarded", {"name": "locked"})
    assert response.status_code == 503
    assert response.headers["Retry-After"]


def test_query_and_body_count_as_one(store):
    caller = as_partner(store)
    assert caller("GET", "/api/DEFAULT/guarded", {"a": "1"}, b="2").json()["params"] == {"a": "1", "b": "2"}
    assert caller("POST", "/api/DEFAULT/guarded", None, name="x").json() == {"name": "x"}


def test_three_encodings_are_one(store):
    json, form = as_partner(store), as_partner(store, encoding="form")
    assert json("POST", "/api/DEFAULT/guarded", {"name": "x"}).json() == {"name": "x"}
    assert form("POST", "/api/DEFAULT/guarded", {"name": "x"}).json() == {"name": "x"}
    assert form.client.post("/api/DEFAULT/guarded", {"name": "x"}).json() == {"name": "x"}


def test_answers_to_known_parties_are_not_stored(store):
    assert as_partner(store)("GET", "/api/DEFAULT/guarded").headers["Cache-Control"] == "no-store"
    assert "Cache-Control" not in Caller()("GET", "/api/open").headers


def test_any_accept_header_gets_json(store):
    response = as_partner(store)("GET", "/api/DEFAULT/guarded", headers={"Accept": "text/html"})
    assert response.headers["Content-Type"] == "application/json"


def test_a_party_and_its_own_store_cost_one_query(store, django_assert_num_queries):
    caller = as_person(make_seller(store), "seller")
    with django_assert_num_queries(1):
        caller("GET", "/api/DEFAULT/guarded")
