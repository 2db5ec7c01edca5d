"""One customer over the Open Loyalty routes: the documented shape, changes, whose business it is."""

from decimal import Decimal

import pytest

from customers.models import Customer, CustomerLabel, Segment, SegmentMember
from tests.callers import as_person
from tests.customers.api.answers import (
    ADDRESS,
    BASE,
    BLANK,
    CHILDREN,
    INVALID,
    NOT_FOUND,
    NOWHERE,
    USED,
    as_row,
    children,
)
from tests.factories import NOON, make_customer, make_level, make_pos, make_staff, make_store

pytestmark = pytest.mark.django_db


def test_the_details_have_the_documented_shape(admin, store):
    level = make_level(store, "level0", translations={"pl": {"name": "poziom0"}})
    shop = make_pos(store)
    john = make_customer(
        store,
        "john",
        email="user@example.com",
        phone="+48234234000",
        gender="male",
        card_number="47834433524",
        birth_date="1990-09-11",
        level=level,
        level_changed_at=NOON,
        point_of_sale=shop,
        city="Warszawa",
        company_name="Doe",
        company_tax_id="1",
        purchases_count=2,
        purchases_amount=Decimal(3),
        purchases_amount_without_delivery=Decimal(3),
        last_purchase_at=NOON,
    )
    CustomerLabel.objects.create(customer=john, key="vip", value="yes")
    segment = Segment.objects.create(store=store, name="Families")
    SegmentMember.objects.create(segment=segment, customer=john)
    answer = admin("GET", f"{BASE}/customer/{john.pk}")
    assert answer.status_code == 200
    body = answer.json()
    assert body.pop("updatedAt")
    assert body == {
        "customerId": str(john.pk),
        "active": True,
        "firstName": "John",
        "lastName": "Doe",
        "gender": "male",
        "email": "user@example.com",
        "phone": "+48234234000",
        "birthDate": "1990-09-11T00:00:00+0000",
        "address": {"city": "Warszawa"},
        "company": {"name": "Doe", "nip": "1"},
        "lastLevelRecalculation": "2026-03-14T12:00:00+0000",
        "loyaltyCardNumber": "47834433524",
        "createdAt": "2026-03-14T12:00:00+0000",
        "id": str(level.pk),
        "levelId": str(level.pk),
        "posId": str(shop.pk),
        "posIdentifier": shop.identifier,
        "agreement1": False,
        "agreement2": False,
        "agreement3": False,
        "status": {
            "availableTypes": ["new", "active", "blocked", "deleted"],
            "availableStates": ["no-card", "card-sent", "with-card"],
            "type": "active",
            "state": "no-card",
        },
        "campaignPurchases": [],
        "transactionsCount": 2,
        "transactionsAmount": 3,
        "transactionsAmountWithoutDeliveryCosts": 3,
        "amountExcludedForLevel": 0,
        "averageTransactionAmount": 1.5,
        "lastTransactionDate": "2026-03-14T12:00:00+0000",
        "labels": [{"key": "vip", "value": "yes"}],
        "level": {
            "levelId": {"id": str(level.pk), "levelId": str(level.pk)},
            "name": "level0",
            "translations": {"en": {"name": "level0"}, "pl": {"name": "poziom0"}},
        },
        "version": 1,
        "currency": "eur",
        "segments": [{"segmentId": str(segment.pk), "name": "Families"}],
        "levelPercent": "0.00%",
    }


def test_moments_are_shown_in_the_stores_zone(db):
    store = make_store(timezone="Europe/Warsaw")
    alice = make_customer(store, birth_date="1990-09-11")
    body = as_person(make_staff(), "admin")("GET", f"{BASE}/customer/{alice.pk}").json()
    assert body["createdAt"] == "2026-03-14T13:00:00+0100"
    assert body["birthDate"] == "1990-09-11T00:00:00+0200"


def test_a_customer_sees_themselves_and_nobody_else(store, alice, encoding):
    bob = make_customer(store, "bob")
    herself = as_person(alice, "customer", encoding=encoding)
    assert herself("GET", f"{BASE}/customer/{alice.pk}").json()["email"] == "alice@example.com"
    for method in ("GET", "PUT"):
        refused = herself(method, f"{BASE}/customer/{bob.pk}", {"customer": {"firstName": "Stolen"}})
        absent = herself(method, f"{BASE}/customer/{NOWHERE}", {"customer": {"firstName": "Stolen"}})
        assert (refused.status_code, refused.json()) == (404, NOT_FOUND)
        assert refused.content == absent.content
    assert Customer.objects.get(pk=bob.pk).first_name == "Bob"


def test_the_documented_change_keeps_what_it_omits_and_clears_what_is_empty(admin, alice):
    body = {"customer": {"email": "john4@example.com", "phone": "", "agreement2": "1"}}
    answer = admin("PUT", f"{BASE}/customer/{alice.pk}", body)
    assert (answer.status_code, answer.json()) == (200, {"customerId": str(alice.pk)})
    row = Customer.objects.get(pk=alice.pk)
    assert (row.email, row.phone, row.agreement2) == ("john4@example.com", None, True)
    assert (row.first_name, row.card_number) == ("Alice", "47834433524")


def test_a_change_can_erase_the_email(admin, alice):
    admin("PUT", f"{BASE}/customer/{alice.pk}", {"customer": {"email": "", "loyaltyCardNumber": "000012"}})
    row = Customer.objects.get(pk=alice.pk)
    assert (row.email, row.email_key, row.card_number) == ("", None, "000012")


def test_a_phone_number_that_cannot_be_is_refused_as_documented(admin, alice):
    before = as_row(alice)
    found = children(admin("PUT", f"{BASE}/customer/{alice.pk}", {"customer": {"phone": "+440000000"}}))
    assert set(found) == CHILDREN
    assert found.pop("phone") == {"errors": ["This value is not a valid phone number."]}
    assert found.pop("address") == {"children": {name: {} for name in ADDRESS}}
    assert found.pop("company") == {"children": {"name": {}, "nip": {}}}
    assert all(value == {} for value in found.values())
    assert as_row(alice) == before


def test_an_address_is_replaced_as_a_whole_and_a_lone_tax_id_is_refused(admin, store):
    alice = make_customer(store, street="Bagno", city="Warszawa", company_name="Doe", company_tax_id="1")
    path = f"{BASE}/customer/{alice.pk}"
    assert admin("PUT", path, {"customer": {"address": {"city": "Gdynia"}}}).status_code == 200
    row = Customer.objects.get(pk=alice.pk)
    assert (row.city, row.street) == ("Gdynia", "")
    before = as_row(alice)
    found = children(admin("PUT", path, {"customer": {"company": {"nip": "2"}}}))
    assert found["company"] == {"children": {"name": BLANK, "nip": {}}}
    assert as_row(alice) == before
    assert admin("PUT", path, {"customer": {"company": {"name": "", "nip": ""}}}).status_code == 200
    assert Customer.objects.get(pk=alice.pk).company_name == ""


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        (
            "address",
            {"country": "XX"},
            {"children": {name: INVALID if name == "country" else {} for name in ADDRESS}},
        ),
        ("createdAt", "2999-01-01", INVALID),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(admin, alice, field, value, shown):
    before = as_row(alice)
    assert children(admin("PUT", f"{BASE}/customer/{alice.pk}", {"customer": {field: value}}))[field] == shown
    assert as_row(alice) == before


@pytest.mark.parametrize("value", ["Alice", ["Alice"]])
def test_a_change_that_is_no_form_is_a_400(admin, alice, value):
    answer = admin("PUT", f"{BASE}/customer/{alice.pk}", {"customer": value})
    assert answer.status_code == 400
    assert answer.json()["form"]["errors"] == INVALID["errors"]


def test_an_empty_change_changes_nothing(admin, alice):
    before = as_row(alice)
    assert admin("PUT", f"{BASE}/customer/{alice.pk}", {"customer": {}}).status_code == 200
    assert admin("PUT", f"{BASE}/customer/{alice.pk}").status_code == 200
    assert as_row(alice) == before


@pytest.mark.parametrize(
    ("field", "value"), [("email", "Bob@example.com"), ("phone", "+48234234009"), ("loyaltyCardNumber", "1")]
)
def test_a_change_to_what_another_has_is_a_400_at_its_field(admin, store, alice, field, value):
    make_customer(store, "bob", email="bob@example.com", phone="+48234234009", card_number="1")
    before = as_row(alice)
    found = children(admin("PUT", f"{BASE}/customer/{alice.pk}", {"customer": {field: value}}))
    assert found[field] == USED
    assert as_row(alice) == before


def test_customers_change_their_own_details_but_not_their_standing(store, alice, encoding):
    gold = make_level(store, "gold", 500)
    body = {
        "customer": {
            "firstName": "Alicia",
            "levelId": str(gold.pk),
            "loyaltyCardNumber": "1",
            "createdAt": "2001-01-01",
            "labels": "vip:yes",
            "posId": str(make_pos(store).pk),
        }
    }
    answer = as_person(alice, "customer", encoding=encoding)("PUT", f"{BASE}/customer/{alice.pk}", body)
    assert answer.status_code == 200
    row = Customer.objects.get(pk=alice.pk)
    assert (row.first_name, row.level, row.card_number) == ("Alicia", None, "47834433524")
    assert (row.created_at, row.point_of_sale, row.labels.count()) == (NOON, None, 0)


def test_a_seller_changes_details_but_gives_no_level(store, alice, seller):
    gold = make_level(store, "gold", 500)
    body = {"customer": {"lastName": "Kowalska", "levelId": str(gold.pk)}}
    assert seller("PUT", f"{BASE}/customer/{alice.pk}", body).status_code == 200
    row = Customer.objects.get(pk=alice.pk)
    assert (row.last_name, row.level) == ("Kowalska", None)


def test_where_profiles_belong_to_staff_a_customer_gets_a_403(db, encoding):
    store = make_store(allow_customers_profile_edits=False)
    alice = make_customer(store)
    herself = as_person(alice, "customer", encoding=encoding)
    path = f"{BASE}/customer/{alice.pk}"
    assert herself("PUT", path, {"customer": {"firstName": "Alicia"}}).status_code == 403
    assert herself("PUT", path, {"customer": {"agreement2": "1"}}).status_code == 200
    row = Customer.objects.get(pk=alice.pk)
    assert (row.first_name, row.agreement2) == ("Alice", True)
