"""The Open Loyalty routes of customers: documented shapes in both encodings, refusals that change nothing."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from customers.models import Customer, CustomerLabel, Segment, SegmentMember
from tests.callers import Caller, as_partner, as_person
from tests.factories import NOON, make_customer, make_level, make_pos, make_seller, make_staff, make_store

pytestmark = pytest.mark.django_db
BASE = "/api/DEFAULT"
NOWHERE = "00000000-0000-474c-b092-b0dd880c07e9"
NOT_FOUND = {"error": {"code": 404, "message": "Not Found"}}
FORBIDDEN = {"error": {"code": 403, "message": "Forbidden"}}
BLANK = {"errors": ["This value should not be blank."]}
USED = {"errors": ["This value is already used."]}
INVALID = {"errors": ["This value is not valid."]}
ADDRESS = ["street", "address1", "address2", "postal", "city", "province", "country"]
CHILDREN = {
    *("firstName", "lastName", "gender", "email", "phone", "birthDate", "createdAt", "address", "company"),
    *(
        "loyaltyCardNumber",
        "labels",
        "agreement1",
        "agreement2",
        "agreement3",
        "levelId",
        "posId",
        "sellerId",
    ),
}
JOHN = {"firstName": "John", "lastName": "Kowalski", "email": "john4@example.com", "agreement1": "1"}


@pytest.fixture(params=["json", "form"])
def encoding(request):
    return request.param


@pytest.fixture
def admin(store, encoding):
    return as_person(make_staff(), "admin", encoding=encoding)


@pytest.fixture
def seller(store, encoding):
    return as_person(make_seller(store), "seller", encoding=encoding)


@pytest.fixture
def alice(store):
    return make_customer(
        store, "alice", email="alice@example.com", phone="+48234234000", card_number="47834433524"
    )


def children(answer):
    assert answer.status_code == 400, answer.content
    body = answer.json()
    assert set(body) == {"form", "errors"}
    assert body["errors"] == []
    return body["form"]["children"]


def as_row(customer):
    return Customer.objects.filter(pk=customer.pk).values().get()


# --- Registration -------------------------------------------------------------------------------------------------


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


# --- Details ------------------------------------------------------------------------------------------------------


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


PATHS = [
    ("GET", "/customer/{id}"),
    ("PUT", "/customer/{id}"),
    ("POST", "/admin/customer/{id}/activate"),
    ("POST", "/admin/customer/{id}/deactivate"),
    ("POST", "/customer/{id}/level"),
    ("POST", "/customer/{id}/remove-manually-level"),
    ("POST", "/customer/{id}/pos"),
]


@pytest.mark.parametrize(("method", "path"), PATHS)
def test_an_unknown_customer_is_a_404_and_so_is_one_of_another_store(admin, store, method, path):
    foreign = make_customer(make_store("OTHER"))
    deleted = make_customer(store, status="deleted")
    before = [as_row(foreign), as_row(deleted)]
    body = {"levelId": NOWHERE, "posId": NOWHERE, "customer": {"firstName": "Changed"}}
    for unknown in (NOWHERE, "no-id", foreign.pk, deleted.pk):
        answer = admin(method, BASE + path.format(id=unknown), body)
        assert (answer.status_code, answer.json()) == (404, NOT_FOUND)
    assert [as_row(foreign), as_row(deleted)] == before


def test_an_unknown_store_is_a_404(admin, alice):
    for path in ("/customer", f"/customer/{alice.pk}", "/customer/registrations"):
        assert admin("GET", f"/api/NOWHERE{path}").status_code == 404


ADMIN_ONLY = [
    ("GET", "/customer"),
    ("GET", "/admin/customer"),
    ("GET", "/customer/registrations"),
    ("POST", "/customer/register"),
    ("POST", "/admin/customer/register"),
    *[each for each in PATHS if each[1] != "/customer/{id}"],
]
SELLER_ONLY = [
    ("POST", "/seller/customer/register"),
    ("POST", "/pos/search/customer"),
    ("POST", "/seller/customer/{id}/activate"),
    ("POST", "/seller/customer/{id}/deactivate"),
    ("POST", "/seller/customer/{id}/pos"),
]


@pytest.mark.parametrize(("method", "path"), ADMIN_ONLY + SELLER_ONLY)
def test_nobody_uses_the_routes_of_others(store, alice, method, path):
    kind = "seller" if (method, path) in ADMIN_ONLY else "admin"
    other = make_seller(store) if kind == "seller" else make_staff()
    before = as_row(alice)
    for caller in (as_person(other, kind), as_person(alice, "customer"), as_partner(store, "POS")):
        refused = caller(method, BASE + path.format(id=alice.pk), {"customer": JOHN})
        assert (refused.status_code, refused.json()) == (403, FORBIDDEN)
    assert Caller()(method, BASE + path.format(id=alice.pk), {"customer": JOHN}).status_code == 401
    assert as_row(alice) == before
    assert Customer.objects.count() == 1


def test_a_partner_with_the_ability_works_like_staff(store, encoding):
    partner = as_partner(store, "CUSTOMER", encoding=encoding)
    assert partner("POST", f"{BASE}/customer/register", {"customer": JOHN}).status_code == 200
    assert partner("GET", f"{BASE}/customer").json()["total"] == 1


# --- Changes ------------------------------------------------------------------------------------------------------


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


# --- Activation, level, point of sale -----------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["admin", "seller"])
def test_an_account_is_closed_and_opened(store, alice, encoding, role):
    holder = make_staff() if role == "admin" else make_seller(store)
    staff, herself = as_person(holder, role, encoding=encoding), as_person(alice, "customer")
    path = f"{BASE}/{role}/customer/{alice.pk}"
    for _ in range(2):
        closed = staff("POST", f"{path}/deactivate")
        assert closed.status_code == 200
        assert Customer.objects.get(pk=alice.pk).status == "blocked"
    assert herself("GET", f"{BASE}/customer/{alice.pk}").status_code in {401, 403}
    assert staff("POST", f"{path}/activate").status_code == 200
    assert Customer.objects.get(pk=alice.pk).is_active


def test_a_level_is_given_and_released(admin, store, alice):
    bronze, gold = make_level(store), make_level(store, "gold", 500, "0.2")
    given = admin("POST", f"{BASE}/customer/{alice.pk}/level", {"levelId": str(gold.pk)})
    assert (given.status_code, given.json()) == (200, [])
    body = admin("GET", f"{BASE}/customer/{alice.pk}").json()
    assert (body["levelId"], body["levelPercent"]) == (str(gold.pk), "20.00%")
    assert body["manuallyAssignedLevelId"] == {"levelId": str(gold.pk)}
    released = admin("POST", f"{BASE}/customer/{alice.pk}/remove-manually-level")
    assert (released.status_code, released.content) == (204, b"")
    body = admin("GET", f"{BASE}/customer/{alice.pk}").json()
    assert body["levelId"] == str(bronze.pk)
    assert "manuallyAssignedLevelId" not in body


@pytest.mark.parametrize("level", ["", "gold", NOWHERE])
def test_an_unknown_level_is_a_400_and_the_old_one_stays(admin, store, alice, level):
    make_level(make_store("OTHER"))
    before = as_row(alice)
    found = children(admin("POST", f"{BASE}/customer/{alice.pk}/level", {"levelId": level}))
    assert found["levelId"] == (INVALID if level else BLANK)
    assert as_row(alice) == before


@pytest.mark.parametrize("role", ["admin", "seller"])
def test_a_point_of_sale_becomes_the_customers_own(store, alice, encoding, role):
    holder = make_staff() if role == "admin" else make_seller(store)
    caller = as_person(holder, role, encoding=encoding)
    path = f"{BASE}/customer/{alice.pk}/pos" if role == "admin" else f"{BASE}/seller/customer/{alice.pk}/pos"
    shop = make_pos(store)
    assert caller("POST", path, {"posId": str(shop.pk)}).status_code == 200
    assert Customer.objects.get(pk=alice.pk).point_of_sale == shop
    assert caller("POST", f"{path}?posId={make_pos(store).pk}").status_code == 200
    assert Customer.objects.get(pk=alice.pk).point_of_sale != shop
    foreign = make_pos(make_store("OTHER"))
    before = as_row(alice)
    assert children(caller("POST", path, {"posId": str(foreign.pk)}))["posId"] == INVALID
    assert as_row(alice) == before


# --- Lists --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/customer", "/admin/customer"])
def test_the_list_has_the_documented_shape(admin, store, path):
    level = make_level(store, "level0", 0, "0.14")
    jane = make_customer(
        store, "jane", email="user-temp@example.com", phone="111112222", card_number="0000", level=level
    )
    body = admin("GET", BASE + path).json()
    assert body["total"] == 1
    (record,) = body["customers"]
    assert record.pop("updatedAt")
    assert record == {
        "customerId": str(jane.pk),
        "active": True,
        "firstName": "Jane",
        "lastName": "Doe",
        "email": "user-temp@example.com",
        "phone": "111112222",
        "address": {},
        "loyaltyCardNumber": "0000",
        "createdAt": "2026-03-14T12:00:00+0000",
        "levelId": str(level.pk),
        "agreement1": False,
        "agreement2": False,
        "agreement3": False,
        "campaignPurchases": [],
        "transactionsCount": 0,
        "transactionsAmount": 0,
        "transactionsAmountWithoutDeliveryCosts": 0,
        "amountExcludedForLevel": 0,
        "averageTransactionAmount": 0,
        "labels": [],
        "currency": "eur",
        "levelPercent": "14.00%",
    }


def names(answer):
    assert answer.status_code == 200, answer.content
    return [customer["firstName"] for customer in answer.json()["customers"]]


def test_filters_are_read_from_the_query_and_from_the_body(admin, store, alice):
    make_customer(store, "bob", email="bob@example.org", purchases_count=2, purchases_amount=Decimal(10))
    assert names(admin("GET", f"{BASE}/customer", email="example.com", strict="0")) == ["Alice"]
    assert names(admin("GET", f"{BASE}/customer", {"email": "example.com"})) == ["Alice"]
    assert admin("GET", f"{BASE}/customer", email="example.com", strict="1").json() == {
        "customers": [],
        "total": 0,
    }
    assert names(admin("GET", f"{BASE}/customer", transactionsAmountFrom="10")) == ["Bob"]
    assert names(admin("GET", f"{BASE}/customer", averageTransactionAmountTo="4.99")) == ["Alice"]
    assert names(admin("GET", f"{BASE}/customer", transactionsCountFrom="2")) == ["Bob"]
    assert names(admin("GET", f"{BASE}/customer", daysFromLastTransactionTo="5")) == []
    assert len(names(admin("GET", f"{BASE}/customer", hoursFromLastUpdateTo="1"))) == 2
    assert len(names(admin("GET", f"{BASE}/customer", email="", strict="", transactionsCountTo=""))) == 2


def test_labels_narrow_the_list(admin, store, alice):
    bob = make_customer(store, "bob")
    for customer, value in ((alice, "yes"), (bob, "no")):
        CustomerLabel.objects.create(customer=customer, key="vip", value=value)
    CustomerLabel.objects.create(customer=bob, key="size", value="XL")
    one = {"labels[0][key]": "vip", "labels[0][value]": "yes"}
    both = {"labels[0][key]": "vip", "labels[1][key]": "size"}
    assert names(admin("GET", f"{BASE}/customer", **one)) == ["Alice"]
    assert names(admin("GET", f"{BASE}/customer", **both)) == ["Bob"]


@pytest.mark.parametrize(
    ("filter_name", "value"),
    [
        ("transactionsAmountFrom", "many"),
        ("transactionsAmountTo", "1.234"),
        ("averageTransactionAmountFrom", "NaN"),
        ("transactionsCountFrom", "-1"),
        ("transactionsCountTo", "99999999999"),
        ("daysFromLastTransactionTo", "100000000"),
        ("hoursFromLastUpdateTo", "1.5"),
        ("strict", "maybe"),
        ("labels[0][value]", "no key"),
    ],
)
def test_a_filter_that_cannot_be_read_is_a_400_at_its_field(admin, alice, filter_name, value):
    found = children(admin("GET", f"{BASE}/customer", **{filter_name: value}))
    assert found[filter_name.split("[")[0]] != {}


@pytest.mark.parametrize(
    ("sort", "direction", "expected"),
    [
        ("firstName", "ASC", ["Alice", "Bob", "Charlie"]),
        ("firstName", "desc", ["Charlie", "Bob", "Alice"]),
        ("averageTransactionAmount", "DESC", ["Charlie", "Alice", "Bob"]),
        ("transactionsCount", "DESC", ["Alice", "Charlie", "Bob"]),
        ("transactionsAmount", "ASC", ["Bob", "Alice", "Charlie"]),
        ("createdAt", "ASC", ["Bob", "Alice", "Charlie"]),
    ],
)
def test_the_list_is_sorted_by_what_is_asked(admin, store, sort, direction, expected):
    make_customer(store, "alice", purchases_count=10, purchases_amount=Decimal(20))
    make_customer(store, "bob", created_at=NOON - timedelta(days=2))
    make_customer(
        store,
        "charlie",
        purchases_count=1,
        purchases_amount=Decimal(30),
        created_at=NOON + timedelta(days=2),
    )
    assert names(admin("GET", f"{BASE}/customer", sort=sort, direction=direction)) == expected


@pytest.mark.parametrize(
    "query",
    [
        {"sort": "password"},
        {"sort": "store__code"},
        {"direction": "up"},
        {"page": "0"},
        {"perPage": "-1"},
        {"scrollId": "forged"},
    ],
)
def test_a_page_that_cannot_be_read_is_a_400(admin, alice, query):
    assert admin("GET", f"{BASE}/customer", **query).status_code == 400


def test_pages_hold_ten_unless_asked_otherwise(admin, store):
    for number in range(12):
        make_customer(store, "bob", first_name=f"Bob{number:02}")
    first = admin("GET", f"{BASE}/customer", sort="firstName")
    assert (len(names(first)), first.json()["total"]) == (10, 12)
    second = admin("GET", f"{BASE}/customer", sort="firstName", page="4", perPage="3", direction="asc")
    assert names(second) == ["Bob09", "Bob10", "Bob11"]


def test_scrolling_meets_every_customer_once(admin, store):
    expected = {str(make_customer(store, "bob").pk) for _ in range(7)}
    make_customer(store, "alice", last_name="Other")
    seen, scroll_id = [], ""
    for _ in range(4):
        body = admin("GET", f"{BASE}/customer", scrollId=scroll_id, perPage="3", lastName="doe").json()
        assert body["total"] == 7
        seen += [customer["customerId"] for customer in body["customers"]]
        scroll_id = body.get("scrollId")
        if not scroll_id:
            break
    assert len(seen) == 7
    assert set(seen) == expected
    assert scroll_id is None


@pytest.mark.parametrize(
    "path", ["/customer", "/customer?scrollId=&perPage=100", "/customer?sort=averageTransactionAmount"]
)
def test_the_list_costs_the_same_at_one_and_at_thirty_rows(store, path):
    partner = as_partner(store)
    level, shop = make_level(store), make_pos(store)
    partner("GET", f"{BASE}/customer/check", emailOrPhone="nobody")  # a token's first use of a day is noted
    costs = []
    for number in (1, 30):
        while Customer.objects.count() < number:
            customer = make_customer(store, level=level, point_of_sale=shop)
            CustomerLabel.objects.create(customer=customer, key="vip", value="yes")
        with CaptureQueriesContext(connection) as queries:
            glue = "&" if "?" in path else "?"
            assert len(names(partner("GET", f"{BASE}{path}{glue}perPage=100"))) == number
        costs.append(len(queries))
    assert costs[0] == costs[1]
    assert costs[0] <= 7


def test_the_till_finds_customers_by_what_they_say(store, alice, seller):
    bob = make_customer(store, "bob", city="Gdynia", postal="81-300", status="blocked", last_name="Doe")
    make_customer(make_store("OTHER"), "alice", last_name="Doe")

    def find(**search):
        answer = seller("POST", f"{BASE}/pos/search/customer", {"search": search})
        assert answer.status_code == 200
        assert set(answer.json()) == {"customers"}
        return answer.json()["customers"]

    assert [found["customerId"] for found in find(lastName="doe", firstName="ali")] == [str(alice.pk)]
    assert [found["customerId"] for found in find(loyaltyCardNumber="47834433524")] == [str(alice.pk)]
    assert [found["customerId"] for found in find(phone="+48 234 234 000")] == [str(alice.pk)]
    (found,) = find(city="gdy", postcode="81-300")
    assert found["customerId"] == str(bob.pk)
    assert found["status"]["type"] == "blocked"
    assert "state" not in found["status"]
    assert "version" not in found
    assert find(email="nobody@example.com") == []


def test_checking_tells_whether_an_email_or_a_phone_is_taken(admin, alice):
    assert admin("GET", f"{BASE}/customer/check", emailOrPhone="+48234234000").json() == {"total": 1}
    assert admin("GET", f"{BASE}/customer/check", {"emailOrPhone": "ALICE@example.com"}).json() == {
        "total": 1
    }
    assert admin("GET", f"{BASE}/customer/check", emailOrPhone="899000333").json() == {"total": 0}
    assert children(admin("GET", f"{BASE}/customer/check"))["emailOrPhone"] == BLANK


def test_registrations_are_counted_by_day_month_and_year(admin, store):
    make_customer(store, created_at=timezone.now())
    make_customer(store, created_at=timezone.now() - timedelta(days=100))
    days = admin("GET", f"{BASE}/customer/registrations").json()
    assert len(days) == 30
    assert list(days) == sorted(days)
    assert days[timezone.now().date().isoformat()] == 1
    assert sum(days.values()) == 1
    months = admin("GET", f"{BASE}/customer/registrations", interval="month", lastDays="150").json()
    assert sum(months.values()) == 2
    years = admin("GET", f"{BASE}/customer/registrations", {"interval": "year", "lastDays": 1}).json()
    assert years == {str(timezone.now().year): 1}


@pytest.mark.parametrize(
    ("name", "value"), [("interval", "hour"), ("lastDays", "0"), ("lastDays", "99999"), ("lastDays", "many")]
)
def test_a_period_that_cannot_be_read_is_a_400(admin, store, name, value):
    assert "errors" in children(admin("GET", f"{BASE}/customer/registrations", **{name: value}))[name]


def test_ids_on_the_wire_are_uuids(admin, alice):
    assert UUID(admin("GET", f"{BASE}/customer").json()["customers"][0]["customerId"]) == alice.pk
