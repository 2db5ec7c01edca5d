"""Anonymising and deleting over the Open Loyalty routes."""

import pytest
from django.utils import timezone

from customers.models import Customer
from loyalty.models import Event
from tests.callers import as_partner, as_person
from tests.customers.api.answers import BASE, FORBIDDEN, JOHN, NOT_FOUND, NOWHERE, as_row
from tests.factories import make_customer, make_seller, make_store
from tests.wallet.ledgers import add, sums

pytestmark = pytest.mark.django_db
ACTS = [("POST", "/admin/customer/{id}/anonymize"), ("DELETE", "/customer/{id}")]


def test_an_anonymised_customer_is_shown_blank(admin, alice):
    add(alice, 70, at=timezone.now())
    for _ in range(2):
        done = admin("POST", f"{BASE}/admin/customer/{alice.pk}/anonymize")
        assert (done.status_code, done.content) == (204, b"")
    shown = admin("GET", f"{BASE}/customer/{alice.pk}")
    assert shown.status_code == 200
    record = shown.json()
    assert (record["firstName"], record["lastName"], record["active"]) == ("", "", False)
    assert record["status"]["type"] == "blocked"
    gone = {"email", "phone", "birthDate", "gender", "address", "company", "loyaltyCardNumber"}
    assert gone & record.keys() == set()
    status = admin("GET", f"{BASE}/admin/customer/{alice.pk}/status").json()
    assert status["points"] == 70
    assert "Alice" not in str(status)


def test_a_deleted_customer_is_404_on_every_route(admin, alice):
    done = admin("DELETE", f"{BASE}/customer/{alice.pk}")
    assert (done.status_code, done.content) == (204, b"")
    for method, path in (
        ("GET", "/customer/{id}"),
        ("PUT", "/customer/{id}"),
        ("DELETE", "/customer/{id}"),
        ("POST", "/admin/customer/{id}/anonymize"),
        ("POST", "/admin/customer/{id}/activate"),
        ("GET", "/admin/customer/{id}/status"),
        ("GET", "/admin/customer/{id}/history"),
        ("GET", "/customer/{id}/avatar"),
        ("GET", "/customer/{id}/pushy-token"),
    ):
        answer = admin(method, BASE + path.format(id=alice.pk), {"customer": {"firstName": "Back"}})
        assert (answer.status_code, answer.json()) == (404, NOT_FOUND), path
    assert admin("GET", f"{BASE}/customer").json()["total"] == 0


def test_a_deleted_customer_s_address_can_register_again(admin, alice):
    add(alice, 70)
    admin("DELETE", f"{BASE}/customer/{alice.pk}")
    again = admin("POST", f"{BASE}/customer/register", {"customer": {**JOHN, "email": alice.email}})
    assert again.status_code == 200
    newcomer = Customer.objects.get(pk=again.json()["customerId"])
    assert newcomer.pk != alice.pk
    assert (sums(newcomer), sums(alice)) == ({}, {"earned": "70.00", "expired": "70.00"})


@pytest.mark.parametrize(("method", "path"), ACTS)
def test_the_customer_s_token_opens_nothing_afterwards(admin, alice, method, path):
    herself = as_person(alice, "customer")
    assert herself("GET", f"{BASE}/customer/{alice.pk}").status_code == 200
    admin(method, BASE + path.format(id=alice.pk))
    assert herself("GET", f"{BASE}/customer/{alice.pk}").status_code in {401, 403}


@pytest.mark.parametrize(("method", "path"), ACTS)
def test_nobody_is_a_404(admin, store, method, path):
    foreign, deleted = make_customer(make_store("OTHER")), make_customer(store, status="deleted")
    before = [as_row(foreign), as_row(deleted)]
    for nobody in (NOWHERE, "no-id", foreign.pk, deleted.pk):
        answer = admin(method, BASE + path.format(id=nobody))
        assert (answer.status_code, answer.json()) == (404, NOT_FOUND)
    assert [as_row(foreign), as_row(deleted)] == before


@pytest.mark.parametrize(("method", "path"), ACTS)
def test_only_staff_who_may_change_customers_forget_one(store, alice, method, path):
    callers = [
        as_person(alice, "customer"),
        as_person(make_seller(store), "seller"),
        as_partner(store, "CUSTOMER:VIEW"),
    ]
    before = as_row(alice)
    for caller in callers:
        answer = caller(method, BASE + path.format(id=alice.pk))
        assert (answer.status_code, answer.json()) == (403, FORBIDDEN)
    assert as_row(alice) == before
    assert not Event.objects.exists()


def test_kept_answers_that_show_the_customer_are_emptied_even_if_nothing_happened_then(admin, alice):
    once = {"headers": {"Idempotency-Key": "again"}}
    unchanged = {"customer": {"firstName": alice.first_name}}
    path = f"{BASE}/customer/{alice.pk}"
    assert b"customerId" in admin("PUT", path, unchanged, **once).content
    assert not Event.objects.exists()
    admin("POST", f"{BASE}/admin/customer/{alice.pk}/anonymize")
    replayed = admin("PUT", path, unchanged, **once)
    assert (replayed.status_code, replayed.content) == (200, b"")
    assert replayed.headers["Idempotency-Replayed"] == "true"
    assert Customer.objects.get(pk=alice.pk).first_name == ""
