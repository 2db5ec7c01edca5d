"""Keys for staff over the WalletApp dialect."""

import pytest

from loyalty.models import PermanentToken
from tests.callers import Caller, as_partner, as_person
from tests.factories import make_customer, make_staff, make_store
from tests.walletapp import BASE, FORBIDDEN, UNAUTHENTICATED, Member, read, refused

pytestmark = pytest.mark.django_db
TOKEN = f"{BASE}/oauth/token"


@pytest.fixture
def admin(db):
    return make_staff(password="open sesame")


def ask(body=None, **fields):
    asked = {
        "email": "admin@example.com",
        "password": "open sesame",
        "permissions": ["members.get"],
        **fields,
    }
    response = Caller()("POST", TOKEN, body or asked)
    return response.status_code, read(response)


def test_a_key_carries_exactly_what_was_asked_for_and_opens_every_brand(store, admin):
    status, body = ask(email="Admin@Example.com")
    assert (status, list(body), body["message"], list(body["data"])) == (
        200,
        ["message", "data"],
        "Request successful",
        ["key"],
    )
    key = Caller(body["data"]["key"])
    for brand in (store, make_store("OTHER")):
        assert Member(brand, caller=key)("GET", "/members/list")[0] == 200
        assert Member(brand, caller=key)("POST", "/import/export") == FORBIDDEN
    assert key("GET", "/api/DEFAULT/customer").status_code == 403
    assert PermanentToken.objects.get().abilities == ["members.get"]


def test_a_key_of_one_brand_s_staff_opens_that_brand_alone(store, admin):
    admin.stores.set([store])
    key = Caller(ask()[1]["data"]["key"])
    assert Member(store, caller=key)("GET", "/members/list")[0] == 200
    assert Member(make_store("OTHER"), caller=key)("GET", "/members/list")[0] == 404


def test_deleting_revokes_the_key_it_is_called_with(store, admin):
    key, other = Caller(ask()[1]["data"]["key"]), Caller(ask()[1]["data"]["key"])
    response = key("DELETE", TOKEN)
    assert (response.status_code, read(response)) == (
        200,
        {"message": "Request successful", "data": "Token revoked"},
    )
    assert Member(store, caller=key)("GET", "/members/list") == UNAUTHENTICATED
    assert key("DELETE", TOKEN).status_code == 401
    assert Member(store, caller=other)("GET", "/members/list")[0] == 200


def test_a_deactivated_holder_s_key_opens_nothing(store, admin):
    key = Caller(ask()[1]["data"]["key"])
    admin.is_active = False
    admin.save()
    assert Member(store, caller=key)("GET", "/members/list") == FORBIDDEN


@pytest.mark.parametrize(
    "fields", [{"password": "open"}, {"email": "nobody@example.com"}, {"password": "open sesame "}]
)
def test_wrong_credentials_are_401_and_alike(admin, fields):
    status, body = ask(**fields)
    assert (status, body) == (401, {"message": "The e-mail address or the password is wrong.", "errors": {}})
    assert not PermanentToken.objects.exists()


@pytest.mark.parametrize(
    ("fields", "at"),
    [
        ({"permissions": ["members.get", "members.destroy"]}, "permissions.1"),
        ({"permissions": ["*"]}, "permissions.0"),
        ({"permissions": ["CUSTOMER"]}, "permissions.0"),
        ({"permissions": ["omniwallet"]}, "permissions.0"),
        ({"permissions": [5]}, "permissions.0"),
        ({"permissions": []}, "permissions"),
        ({"permissions": None}, "permissions"),
        ({"permissions": "members.get"}, "permissions"),
        ({"email": "admin"}, "email"),
        ({"email": ["admin@example.com"]}, "email"),
        ({"password": None}, "password"),
        ({"password": 5}, "password"),
        ({"password": "x" * 4097}, "password"),
    ],
)
def test_what_cannot_be_asked_is_refused_before_any_password_is_checked(admin, fields, at):
    assert ask(**fields) == refused(at=at)
    assert not PermanentToken.objects.exists()


def test_nobody_gives_what_they_do_not_have(db):
    make_staff("reporter", "open sesame", is_superuser=False)
    status, body = ask(email="reporter@example.com")
    words = "You may not give the permission members.get."
    assert (status, body) == (403, {"message": words, "errors": {"permissions.0": [words]}})
    assert not PermanentToken.objects.exists()


def test_guessing_is_ended(admin):
    statuses = [ask(password=f"guess {number}")[0] for number in range(12)]
    assert statuses[:10] == [401] * 10
    assert statuses[11] == 429
    assert ask()[0] == 429


def test_a_repeat_under_one_key_gives_the_same_token(admin):
    body = {"email": admin.email, "password": "open sesame", "permissions": ["tags.get"]}
    headers = {"Idempotency-Key": "key-1"}
    first = Caller()("POST", TOKEN, body, headers=headers)
    again = Caller()("POST", TOKEN, body, headers=headers)
    assert first.content == again.content
    assert PermanentToken.objects.count() == 1


def test_only_keys_of_this_dialect_are_taken_back(store, admin):
    people = [as_person(admin, "admin"), as_person(make_customer(store), "customer")]
    for caller in (*people, as_partner(store, "omniwallet"), as_partner(store, "CUSTOMER")):
        response = caller("DELETE", TOKEN)
        assert (response.status_code, read(response)) == FORBIDDEN
    assert not PermanentToken.objects.filter(revoked_at__isnull=False).exists()
    assert Caller()("DELETE", TOKEN).status_code == 401
