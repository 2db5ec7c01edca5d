"""Who gets in, whose account it is, and how what is wrong is said."""

import pytest
from django.db import OperationalError
from django.test import Client

from loyalty import tokens
from loyalty.api.omniwallet import settings
from tests.callers import Caller, as_partner, as_person
from tests.factories import make_customer, make_seller, make_staff, make_store

pytestmark = pytest.mark.django_db
SETTING = "/omniwallet/api/v1/settings/POINTS_VALUE"
JSON_API = "application/vnd.api+json"


def only_error(answer):
    assert answer.headers["Content-Type"] == JSON_API
    (error,) = answer.json()["errors"]
    assert error["status"] == str(answer.status_code)
    return error


@pytest.mark.parametrize("token", [None, "garbage", "a.b.c"])
def test_without_a_good_token_it_is_401(store, token):
    answer = Caller(token)("GET", SETTING)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert only_error(answer)["code"] == "token.invalid"


@pytest.mark.parametrize("abilities", [["*"], ["omniwallet"], ["members.get", "omniwallet"]])
def test_a_token_with_the_ability_gets_in(store, abilities):
    assert as_partner(store, *abilities)("GET", SETTING).status_code == 200


@pytest.mark.parametrize("abilities", [["CUSTOMER", "POINT_TRANSFER"], ["members.get"], ["ROLE_WALLET"]])
def test_a_token_of_another_dialect_is_403(store, abilities):
    assert only_error(as_partner(store, *abilities)("GET", SETTING))["code"] == "forbidden"


def test_people_are_403(store):
    people = [(make_customer(store), "customer"), (make_seller(store), "seller"), (make_staff(), "admin")]
    assert {as_person(holder, kind)("GET", SETTING).status_code for holder, kind in people} == {403}


def test_403_comes_before_whether_something_exists(store):
    answers = [
        as_partner(store, "CUSTOMER")("GET", f"/omniwallet/api/v1/{path}", headers=headers)
        for path in ("settings/POINTS_VALUE", "settings/NONE", "customers/nobody@example.com")
        for headers in ({}, {"X-Omniwallet-Account": "NOWHERE"})
    ]
    assert {(answer.status_code, answer.content) for answer in answers} == {(403, answers[0].content)}


def test_the_account_is_the_tokens_own_or_the_one_named():
    one, other = make_store("ONE", points_value="1"), make_store("OTHER", points_value="2")
    everywhere = as_partner(None)

    def worth(caller, code):
        answer = caller("GET", SETTING, headers={"X-Omniwallet-Account": code} if code else {})
        return answer.json()["data"]["attributes"]["value"]

    assert worth(as_partner(one), None) == worth(as_partner(one), "ONE") == worth(everywhere, "ONE") == "1"
    assert worth(as_partner(other), None) == worth(everywhere, "OTHER") == "2"


def test_an_account_out_of_reach_answers_as_one_that_does_not_exist(store):
    make_store("OTHER")
    closed = make_store("CLOSED")
    closed.is_active = False
    closed.save()
    caller = as_partner(store)
    answers = [
        caller("GET", SETTING, headers={"X-Omniwallet-Account": code})
        for code in ("OTHER", "CLOSED", "NOWHERE", "default")
    ]
    assert {(answer.status_code, answer.content) for answer in answers} == {(404, answers[0].content)}


def test_a_token_of_all_accounts_must_name_one(store):
    answer = as_partner(None)("GET", SETTING)
    assert answer.status_code == 400
    assert only_error(answer)["source"] == {"header": "X-Omniwallet-Account"}


def test_both_media_types_are_read_and_json_api_is_answered(store):
    caller = as_partner(store)
    for kind in (JSON_API, "application/json", f"{JSON_API}; charset=utf-8"):
        body = b'{"type": "customers", "attributes": {"name": "A"}}'
        answer = caller.client.generic("POST", "/omniwallet/api/v1/customers", body, content_type=kind)
        assert answer.status_code == 422
        assert only_error(answer)["source"] == {"pointer": "/attributes/email"}


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        (JSON_API, b'{"data": ', 400),
        (JSON_API, b"[]", 400),
        (JSON_API, b'{"a": NaN}', 400),
        (JSON_API, b'{"a":' * 5000, 400),
        (JSON_API, b"\xff\xfe", 400),
        ("application/x-www-form-urlencoded", b"name=A", 415),
        ("text/plain", b"x", 415),
        (JSON_API, b"x" * (11 * 1024 * 1024), 413),
    ],
)
def test_bodies_that_cannot_be_read(store, kind, body, status):
    answer = as_partner(store).client.generic("POST", "/omniwallet/api/v1/customers", body, content_type=kind)
    assert answer.status_code == status
    assert only_error(answer)["title"]


def test_unknown_paths_and_methods(store):
    assert only_error(as_partner(store)("GET", "/omniwallet/api/v1/nothing"))["code"] == "not_found"
    answer = as_partner(store)("DELETE", SETTING)
    assert only_error(answer)["code"] == "method_not_allowed"
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"


def test_a_failure_says_nothing_of_its_inside(store, monkeypatch):
    caller = as_partner(store)
    caller.client.raise_request_exception = False

    def fail(error):
        def settings_of(_store):
            raise error

        monkeypatch.setattr(settings, "settings_of", settings_of)
        return caller("GET", SETTING)

    assert only_error(fail(RuntimeError("a secret of the inside")))["detail"] == "Internal Server Error"
    answer = fail(OperationalError("database is locked"))
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")


def test_a_token_comes_as_a_bearer_or_in_its_own_header_and_nowhere_else(store):
    _, raw = tokens.create_permanent("partner", store=store, abilities=["*"])
    assert Client(headers={"X-AUTH-TOKEN": raw}).get(SETTING).status_code == 200
    assert Client(headers={"X-AUTH-TOKEN": "x"}).get(SETTING).status_code == 401
    assert Client(headers={"Authorization": f"Basic {raw}"}).get(SETTING).status_code == 401
    assert Client().get(SETTING, {"auth_token": raw}).status_code == 401


def test_a_slash_at_the_end_makes_no_difference(store):
    caller = as_partner(store)
    make_customer(store, email="alice@example.com")
    for path in (
        "settings/POINTS_VALUE",
        "customers/alice@example.com",
        "customers/alice@example.com/transactions",
    ):
        plain, slashed = (caller("GET", f"/omniwallet/api/v1/{path}{end}") for end in ("", "/"))
        assert (slashed.status_code, slashed.content) == (200, plain.content)
    assert only_error(caller("GET", "/omniwallet/api/v1/"))["code"] == "not_found"
