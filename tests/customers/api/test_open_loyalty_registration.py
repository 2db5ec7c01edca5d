"""Registration and log-in over the Open Loyalty routes: documented shapes, refusals that register nobody."""

from datetime import timedelta

import pytest
from django.utils import timezone

from customers.models import Customer
from loyalty import knocks
from tests.callers import Caller, as_partner, as_person
from tests.customers.api.answers import (
    ADDRESS,
    BASE,
    BLANK,
    CHILDREN,
    INVALID,
    JOHN,
    NOWHERE,
    USED,
    children,
)
from tests.factories import make_customer, make_level, make_pos, make_seller, make_staff, make_store

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/customer/register", "/admin/customer/register"])
def test_the_first_documented_registration_is_accepted(admin, path):
    answer = admin("POST", BASE + path, {"customer": {**JOHN, "phone": "000000005000"}})
    assert answer.status_code == 200
    john = Customer.objects.get()
    assert answer.json() == {"customerId": str(john.pk), "email": "john4@example.com"}
    assert (john.phone, john.agreement1, john.is_active) == ("000000005000", True, True)


def test_the_second_documented_registration_writes_everything(admin):
    body = {
        "firstName": "John",
        "lastName": "Kowalski",
        "email": "john3@example.com",
        "phone": "000000004000",
        "birthDate": "1990-01-01",
        "createdAt": "2017-01-01 14:15:16",
        "gender": "not_disclosed",
        "address": {
            "street": "Street",
            "postal": "00-000",
            "city": "Wroclaw",
            "province": "Dolnoslaskie",
            "country": "Poland",
        },
        "company": {"nip": "111-222-33-44", "name": "Company name"},
        "loyaltyCardNumber": "00000000000000002",
        "labels": "vip:yes;size:XL",
        "agreement1": "1",
        "agreement2": "1",
        "agreement3": "1",
    }
    answer = admin("POST", f"{BASE}/customer/register", {"customer": body})
    assert answer.status_code == 200
    john = Customer.objects.get()
    assert (john.city, john.company_tax_id, john.company_name) == ("Wroclaw", "111-222-33-44", "Company name")
    assert (john.card_number, john.birth_date.isoformat()) == ("00000000000000002", "1990-01-01")
    assert john.created_at.isoformat() == "2017-01-01T14:15:16+00:00"
    assert [str(label) for label in john.labels.all()] == ["vip:yes", "size:XL"]


def test_a_phone_number_without_a_country_is_accepted_as_documented(admin):
    answer = admin("POST", f"{BASE}/admin/customer/register", {"customer": {**JOHN, "phone": "0665998332"}})
    assert answer.status_code == 200
    assert Customer.objects.get().phone == "0665998332"


def test_a_seller_registers_for_their_own_shop(store, encoding):
    sam = make_seller(store)
    body = {
        "customer": {
            "firstName": "Lady",
            "lastName": "Mini",
            "email": "test@openloyalty.com",
            "gender": "female",
            "agreement1": "1",
        }
    }
    answer = as_person(sam, "seller", encoding=encoding)("POST", f"{BASE}/seller/customer/register", body)
    lady = Customer.objects.get()
    assert answer.json() == {"customerId": str(lady.pk), "email": "test@openloyalty.com"}
    assert (lady.seller, lady.point_of_sale, lady.is_active) == (sam, sam.point_of_sale, True)


def test_nothing_said_is_a_400_that_shows_every_field(admin):
    found = children(admin("POST", f"{BASE}/customer/register", {}))
    assert set(found) == CHILDREN
    assert list(found["address"]["children"]) == ADDRESS
    assert set(found["company"]["children"]) == {"name", "nip"}
    for name in ("firstName", "lastName", "email", "agreement1"):
        assert found[name] == BLANK
    assert found["phone"] == {}
    assert not Customer.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        ("firstName", "", BLANK),
        ("email", "", BLANK),
        ("email", "nowhere", {"errors": ["This value is not a valid email address."]}),
        ("phone", "+440000000", {"errors": ["This value is not a valid phone number."]}),
        ("phone", "call me", {"errors": ["This value is not a valid phone number."]}),
        ("gender", "martian", {"errors": ["The value you selected is not a valid choice."]}),
        ("birthDate", "1990-02-30", INVALID),
        ("birthDate", "yesterday", INVALID),
        ("createdAt", "2017-13-01", INVALID),
        ("agreement1", "0", BLANK),
        ("agreement2", "maybe", INVALID),
        ("levelId", "first", INVALID),
        ("levelId", NOWHERE, INVALID),
        ("posId", NOWHERE, INVALID),
        ("sellerId", NOWHERE, INVALID),
        ("labels", ":no key", INVALID),
        (
            "firstName",
            "x" * 256,
            {"errors": ["This value is too long. It should have 255 characters or less."]},
        ),
        (
            "loyaltyCardNumber",
            "1" * 129,
            {"errors": ["This value is too long. It should have 128 characters or less."]},
        ),
    ],
)
def test_bad_input_is_a_400_at_its_field_and_registers_nobody(admin, field, value, shown):
    found = children(admin("POST", f"{BASE}/customer/register", {"customer": {**JOHN, field: value}}))
    assert found[field] == shown
    assert [name for name in found if "errors" in found[name]] == [field]
    assert not Customer.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("firstName", 5),
        ("firstName", ["John"]),
        ("email", True),
        ("phone", {"number": "5"}),
        ("birthDate", 19900101),
        ("agreement2", "many"),
        ("address", "Street 5"),
        ("company", ["Company"]),
        ("labels", 7),
    ],
)
def test_json_of_the_wrong_type_is_a_400_at_its_field(store, field, value):
    admin = as_person(make_staff(), "admin")
    found = children(admin("POST", f"{BASE}/customer/register", {"customer": {**JOHN, field: value}}))
    assert "errors" in found[field]
    assert not Customer.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "ALICE@Example.com"),
        ("phone", "+48 234 234 000"),
        ("phone", "48234234000"),
        ("loyaltyCardNumber", " 47834433524 "),
    ],
)
def test_what_another_customer_has_is_a_400_at_its_field(admin, alice, field, value):
    found = children(admin("POST", f"{BASE}/customer/register", {"customer": {**JOHN, field: value}}))
    assert found[field] == USED
    assert list(Customer.objects.all()) == [alice]


def test_the_other_stores_customers_take_no_address(admin, store):
    make_customer(make_store("OTHER"), "alice", email="john4@example.com")
    assert admin("POST", f"{BASE}/customer/register", {"customer": JOHN}).status_code == 200


def test_a_repeated_idempotency_key_registers_once(admin):
    answers = [
        admin("POST", f"{BASE}/customer/register", {"customer": JOHN}, headers={"Idempotency-Key": "once"})
        for _ in range(2)
    ]
    assert answers[0].content == answers[1].content
    assert [answer.status_code for answer in answers] == [200, 200]
    assert Customer.objects.count() == 1


def test_a_newcomer_registers_and_logs_in(store, encoding):
    nobody = Caller(encoding=encoding)
    body = {"customer": {**JOHN, "plainPassword": "correct horse battery", "phone": "+48234234005"}}
    answer = nobody("POST", f"{BASE}/customer/self_register", body)
    john = Customer.objects.get()
    assert answer.json() == {"customerId": str(john.pk), "email": "john4@example.com"}
    for username in ("JOHN4@example.com", "+48 234 234 005"):
        logged_in = nobody(
            "POST",
            f"{BASE}/customer/login_check",
            {"_username": username, "_password": "correct horse battery"},
        )
        assert set(logged_in.json()) == {"token", "refresh_token"}
    herself = Caller(logged_in.json()["token"])
    assert herself("GET", f"{BASE}/customer/{john.pk}").json()["customerId"] == str(john.pk)


@pytest.mark.parametrize(
    ("password", "words"),
    [("", "blank"), ("short", "too short"), ("password123", "too common")],
)
def test_a_weak_password_is_a_400_at_the_password(store, encoding, password, words):
    body = {"customer": {**JOHN, "plainPassword": password}}
    found = children(Caller(encoding=encoding)("POST", f"{BASE}/customer/self_register", body))
    assert words in found["plainPassword"]["errors"][0]
    assert not Customer.objects.exists()


def test_a_newcomer_cannot_give_themselves_a_level_a_shop_or_a_past(store):
    gold = make_level(store, "gold", 500)
    extras = {"levelId": str(gold.pk), "posId": str(make_pos(store).pk), "createdAt": "2001-01-01"}
    body = {"customer": {**JOHN, **extras, "plainPassword": "correct horse battery"}}
    assert Caller()("POST", f"{BASE}/customer/self_register", body).status_code == 200
    john = Customer.objects.get()
    assert (john.level, john.point_of_sale) == (None, None)
    assert john.created_at > timezone.now() - timedelta(minutes=5)


def test_a_stranger_who_registers_all_the_time_has_to_wait_and_a_partner_does_not(store, monkeypatch):
    monkeypatch.setattr(knocks, "_PER_ADDRESS", 5)

    def register(caller, name):
        body = {**JOHN, "email": f"{name}@example.com", "plainPassword": "correct horse battery"}
        return caller("POST", f"{BASE}/customer/self_register", {"customer": body}).status_code

    assert {register(Caller(), f"john{number}") for number in range(5)} == {200}
    assert register(Caller(), "john5") == 429
    assert not Customer.objects.filter(email="john5@example.com").exists()
    assert register(as_partner(store), "john6") == 200


def test_who_must_activate_first_cannot_log_in(db, encoding):
    make_store(account_activation_required=True)
    nobody = Caller(encoding=encoding)
    body = {"customer": {**JOHN, "plainPassword": "correct horse battery"}}
    assert nobody("POST", f"{BASE}/customer/self_register", body).status_code == 200
    assert Customer.objects.get().status == "new"
    refused = nobody(
        "POST",
        f"{BASE}/customer/login_check",
        {"_username": "john4@example.com", "_password": "correct horse battery"},
    )
    assert refused.status_code == 401


@pytest.mark.parametrize("username", ["alice@example.com", "nobody@example.com", ""])
def test_a_wrong_log_in_is_a_401_that_tells_nothing(alice, encoding, username):
    alice.set_password("correct horse battery")
    alice.save()
    refused = Caller(encoding=encoding)(
        "POST", f"{BASE}/customer/login_check", {"_username": username, "_password": "wrong"}
    )
    assert (refused.status_code, refused.json()) == (401, {"code": 401, "message": "Bad credentials"})


def test_a_customer_of_another_store_cannot_log_in_here(store, encoding):
    foreign = make_customer(make_store("OTHER"), "alice", email="alice@example.com")
    foreign.set_password("correct horse battery")
    foreign.save()
    refused = Caller(encoding=encoding)(
        "POST",
        f"{BASE}/customer/login_check",
        {"_username": "alice@example.com", "_password": "correct horse battery"},
    )
    assert refused.status_code == 401


@pytest.mark.parametrize(
    "labels",
    ["vip:yes;size:XL", [{"key": "vip", "value": "yes"}, {"key": "size", "value": "XL"}]],
)
def test_labels_come_as_text_or_as_a_list(admin, labels):
    assert (
        admin("POST", f"{BASE}/customer/register", {"customer": {**JOHN, "labels": labels}}).status_code
        == 200
    )
    assert [str(label) for label in Customer.objects.get().labels.all()] == ["vip:yes", "size:XL"]
