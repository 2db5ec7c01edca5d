"""Staff and sellers change their passwords over the Open Loyalty routes; staff ask for a link."""

import pytest

from loyalty.models import Seller, StaffUser
from tests.callers import Caller, as_partner, as_person
from tests.factories import make_customer, make_seller, make_staff, make_store

pytestmark = pytest.mark.django_db
OLD, NEW = "Example123!@#", "Example321!@#"
SUCCESS = (200, {"success": True})
FORBIDDEN = (403, {"error": {"code": 403, "message": "Forbidden"}})
BODY = {"currentPassword": OLD, "plainPassword": NEW}


@pytest.fixture(autouse=True)
def _count_in_the_table(settings):
    settings.REDIS_URL = ""


def answer(response):
    return response.status_code, response.json()


@pytest.fixture(params=["json", "form"])
def encoding(request):
    return request.param


@pytest.mark.parametrize("is_superuser", [True, False])
def test_every_member_of_staff_changes_their_own_password(store, encoding, is_superuser):
    boss = make_staff(password=OLD, is_superuser=is_superuser)
    caller = as_person(boss, "admin", encoding=encoding)
    assert answer(caller("POST", "/api/DEFAULT/admin/password/change", BODY)) == SUCCESS
    assert StaffUser.objects.get().check_password(NEW)
    assert caller("POST", "/api/DEFAULT/admin/password/change", BODY).status_code == 401


def test_a_seller_changes_their_own_password(store, encoding):
    sam = make_seller(store, password=OLD)
    other = make_seller(store, password=OLD)
    caller = as_person(sam, "seller", encoding=encoding)
    assert answer(caller("POST", "/api/DEFAULT/seller/password/change", BODY)) == SUCCESS
    assert Seller.objects.get(pk=sam.pk).check_password(NEW)
    assert Seller.objects.get(pk=other.pk).check_password(OLD)


@pytest.mark.parametrize("kind", ["admin", "seller"])
@pytest.mark.parametrize(
    ("body", "at_fault"),
    [
        ({**BODY, "currentPassword": "wrong"}, {"currentPassword"}),
        ({**BODY, "plainPassword": "example321!@#"}, {"plainPassword"}),
        ({}, {"currentPassword", "plainPassword"}),
    ],
)
def test_what_is_wrong_is_said_at_its_field(store, kind, body, at_fault):
    holder = make_staff(password=OLD) if kind == "admin" else make_seller(store, password=OLD)
    refused = as_person(holder, kind)("POST", f"/api/DEFAULT/{kind}/password/change", body)
    assert refused.status_code == 400
    found = refused.json()["form"]["children"]
    assert {name for name, child in found.items() if child} == at_fault
    assert type(holder).objects.get().check_password(OLD)


def test_nobody_changes_the_password_of_others(store):
    alice, sam, boss = make_customer(store), make_seller(store), make_staff()
    for caller in (as_partner(store, "*"), as_person(alice, "customer"), as_person(sam, "seller")):
        assert answer(caller("POST", "/api/DEFAULT/admin/password/change", BODY)) == FORBIDDEN
    for caller in (as_partner(store, "*"), as_person(alice, "customer"), as_person(boss, "admin")):
        assert answer(caller("POST", "/api/DEFAULT/seller/password/change", BODY)) == FORBIDDEN


def test_a_store_out_of_reach_is_a_404(store):
    boss = make_staff(password=OLD)
    boss.stores.set([make_store("OTHER")])
    assert as_person(boss, "admin")("POST", "/api/DEFAULT/admin/password/change", BODY).status_code == 404


def test_known_and_unknown_names_are_answered_alike(encoding):
    make_staff("boss")
    for name in ("boss", "nobody", "boss@example.com"):
        asked = Caller(encoding=encoding)("POST", "/api/password/reset/request", {"username": name})
        assert answer(asked) == SUCCESS
    blank = Caller(encoding=encoding)("POST", "/api/password/reset/request", {"username": ""})
    assert blank.json()["form"]["children"]["username"] == {"errors": ["This value should not be blank."]}
