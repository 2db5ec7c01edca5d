"""Accounts, levels and points of sale of customers over the Open Loyalty routes, and who may use which."""

import pytest

from customers.models import Customer
from tests.callers import Caller, as_partner, as_person
from tests.customers.api.answers import (
    BASE,
    BLANK,
    FORBIDDEN,
    INVALID,
    JOHN,
    NOT_FOUND,
    NOWHERE,
    as_row,
    children,
)
from tests.factories import make_customer, make_level, make_pos, make_seller, make_staff, make_store

pytestmark = pytest.mark.django_db


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
