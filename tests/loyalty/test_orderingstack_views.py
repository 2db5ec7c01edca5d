"""Who gets into the Wallet2 dialect, whose tenant it is, how what is wrong is said, and what browsers may do."""

import pytest
from django.db import OperationalError
from django.test import Client

from loyalty.api.orderingstack.scopes import SCOPES
from tests.callers import Caller, as_partner, as_person
from tests.factories import make_customer, make_seller, make_staff, make_store
from tests.wallet2 import BASE, NOWHERE, at_wallet, opened, refused
from wallet import reports

pytestmark = pytest.mark.django_db
STATS = f"{BASE}/stats?from=2026-03-01&to=2026-03-01"
EVERYTHING = {"ROLE_SU", "ROLE_WALLET"}
# Route -> the words of the document that open it, besides those that open everything.
ROLES = {
    ("GET", "/wallet/{}"): {"ROLE_WALLET_RO", "ROLE_VIEWWALLET"},
    ("PUT", "/wallet/{}"): set(),
    ("POST", "/wallet/{}"): set(),
    ("POST", "/wallet/{}/voucher"): {"ROLE_WALLET_VOUCHER"},
    ("POST", "/voucher"): {"ROLE_WALLET_VOUCHER"},
    ("POST", "/wallet/{}/operation"): {"ROLE_WALLET_OP"},
    ("POST", "/wallet/{}/operation/revert"): {"ROLE_WALLET_OP"},
    ("PUT", f"/wallet/{{}}/operation/{NOWHERE}"): {"ROLE_WALLET_OP"},
    ("POST", "/wallet/{}/batch"): {"ROLE_WALLET_BATCH"},
    ("POST", "/wallet/{}/batch/sync"): {"ROLE_WALLET_BATCH"},
    ("GET", "/report/expiring-points"): {"ROLE_WALLET_REPORT"},
    ("GET", "/report/expired-paid-batches"): {"ROLE_WALLET_REPORT"},
    ("GET", "/stats"): {"ROLE_WALLET_STATS"},
}
MINE = [
    ("GET", "/me/wallet"),
    ("POST", "/me/wallet"),
    ("PUT", "/me/wallet/extra"),
    ("GET", "/me/wallet/extended"),
    ("POST", "/me/voucher"),
]


def statuses(caller, routes, **headers):
    return {
        caller(method, BASE + path.format(NOWHERE), {}, headers=headers).status_code
        for method, path in routes
    }


@pytest.mark.parametrize("route", ROLES, ids=" ".join)
def test_each_route_is_opened_by_the_words_of_the_document_and_no_others(store, route):
    method, path = route
    opens = {
        word
        for word in SCOPES
        if as_partner(store, word)(method, BASE + path.format(NOWHERE), {}).status_code != 403
    }
    assert opens == ROLES[route] | EVERYTHING


@pytest.mark.parametrize("token", [None, "garbage", "a.b.c"])
def test_without_a_good_token_it_is_401(store, token):
    answer = Caller(token)("GET", STATS)
    assert refused(answer) == (401, "token.invalid")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "abilities", [["CUSTOMER", "POINT_TRANSFER"], ["members.get"], ["omniwallet"], ["ROLE_"]]
)
def test_a_token_of_another_dialect_is_403(store, abilities):
    assert statuses(as_partner(store, *abilities), [*ROLES, *MINE]) == {403}


def test_a_token_of_this_dialect_is_403_in_the_others(store):
    partner = as_partner(store, *SCOPES)
    paths = (
        "/api/DEFAULT/customer",
        "/omniwallet/api/v1/settings",
        f"/walletapp/members/list?brand_id={store.pk}",
    )
    assert {partner("GET", path).status_code for path in paths} == {403}


def test_partners_have_no_wallet_of_their_own_and_customers_only_that(store):
    assert statuses(as_partner(store), MINE) == {403}
    assert statuses(as_person(make_customer(store), "customer"), ROLES) == {403}
    for holder, kind in ((make_seller(store), "seller"), (make_staff(), "admin")):
        assert statuses(as_person(holder, kind), [*ROLES, *MINE]) == {403}


def test_403_comes_before_whether_something_exists(store):
    alice = opened(make_customer(store))
    caller = as_partner(store, "ROLE_WALLET_STATS")
    tenants = [{}, {"x-tenant": NOWHERE}, {"x-tenant": "garbage"}]
    answers = [
        caller("GET", path, headers=headers)
        for path in (at_wallet(alice), f"{BASE}/wallet/{NOWHERE}", f"{BASE}/wallet/x")
        for headers in tenants
    ]
    assert {refused(answer) for answer in answers} == {(403, "forbidden")}


def test_the_tenant_is_the_tokens_own_or_the_one_named():
    one, other = make_store("ONE"), make_store("OTHER")
    alice, bob = opened(make_customer(one)), opened(make_customer(other))
    everywhere = as_partner(None)
    assert as_partner(one)("GET", at_wallet(alice)).status_code == 200
    assert as_partner(one)("GET", at_wallet(alice), headers={"x-tenant": str(one.pk)}).status_code == 200
    assert everywhere("GET", at_wallet(bob), headers={"x-tenant": str(other.pk).upper()}).status_code == 200
    assert refused(everywhere("GET", at_wallet(bob), headers={"x-tenant": str(one.pk)})) == (404, "not_found")
    assert refused(everywhere("GET", at_wallet(bob))) == (400, "invalid_input")


def test_a_tenant_out_of_reach_answers_as_one_that_does_not_exist(store):
    other, closed = make_store("OTHER"), make_store("CLOSED")
    closed.is_active = False
    closed.save()
    callers = [as_partner(store), as_person(opened(make_customer(store)), "customer")]
    for caller, path in zip(callers, (STATS, f"{BASE}/me/wallet"), strict=True):
        for tenant in (other.pk, closed.pk, NOWHERE):
            assert refused(caller("GET", path, headers={"x-tenant": str(tenant)})) == (404, "not_found")
        for garbage in ("DEFAULT", "1", "{" + NOWHERE + "}", NOWHERE.replace("-", "")):
            answer = caller("GET", path, headers={"x-tenant": garbage})
            assert refused(answer) == (400, "invalid_input")
            assert answer.json()["errors"] == [{"field": "x-tenant", "message": "must be a UUID"}]


def test_every_problem_has_the_one_shape(store, monkeypatch):
    caller = as_partner(store)
    assert refused(caller("GET", f"{BASE}/nothing")) == (404, "not_found")
    wrong = caller("DELETE", f"{BASE}/stats")
    assert refused(wrong) == (405, "method_not_allowed")
    assert "GET" in wrong.headers["Allow"]
    plain = caller.client.generic("POST", f"{BASE}/voucher", b"x", content_type="text/plain")
    assert refused(plain) == (415, "media_type")
    caller.client.raise_request_exception = False
    monkeypatch.setattr(reports, "by_venue", lambda *args, **kwargs: 1 / 0)
    assert refused(caller("GET", STATS)) == (500, "failed")

    def away(*args, **kwargs):
        raise OperationalError

    monkeypatch.setattr(reports, "by_venue", away)
    assert refused(caller("GET", STATS)) == (503, "unavailable")


def test_a_slash_at_the_end_changes_nothing(store):
    assert as_partner(store)("GET", f"{BASE}/stats/?from=2026-03-01&to=2026-03-01").status_code == 200


# --- Browsers -------------------------------------------------------------------------------------------------


def test_front_ends_of_any_origin_may_call_this_dialect(store):
    asked = {
        "Origin": "https://front.example",
        "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": "authorization, x-tenant, content-type, range, idempotency-key",
    }
    preflight = Client().options(f"{BASE}/wallet/{NOWHERE}", headers=asked)
    assert preflight.status_code == 200
    assert preflight.headers["Access-Control-Allow-Origin"] == "*"
    allowed = preflight.headers["Access-Control-Allow-Headers"]
    assert allowed == "authorization, x-tenant, content-type, range, idempotency-key"
    answer = as_partner(store)(
        "GET", f"{BASE}/report/expiring-points", headers={"Origin": "https://front.example"}
    )
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Access-Control-Expose-Headers"] == "Content-Range, X-Total-Count"
    assert "Access-Control-Allow-Credentials" not in answer.headers


def test_no_other_address_is_open_to_other_origins(store):
    for path in ("/api/", "/omniwallet/api/v1/settings", "/walletapp/members", "/portal/", "/cockpit/login/"):
        answer = Client().get(path, headers={"Origin": "https://front.example"})
        assert "Access-Control-Allow-Origin" not in answer.headers
