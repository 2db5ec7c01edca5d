"""The Open Loyalty routes of customers' devices."""

import pytest

from customers.models import PushToken
from tests.callers import as_partner
from tests.customers.api.answers import BASE, BLANK, NOT_FOUND, NOWHERE, children
from tests.factories import make_customer, make_store

pytestmark = pytest.mark.django_db


def path_of(customer):
    return f"{BASE}/customer/{customer.pk}/pushy-token"


def test_tokens_are_added_listed_and_removed_as_documented(admin, alice):
    body = {"customer": {"pushyToken": "pushy_token"}}
    for _ in range(2):
        added = admin("POST", path_of(alice), body)
        assert (added.status_code, added.content) == (204, b"")
    assert admin("GET", path_of(alice)).json() == {"tokens": ["pushy_token"]}
    removed = admin("DELETE", f"{path_of(alice)}/pushy_token")
    assert (removed.status_code, removed.content) == (204, b"")
    assert admin("GET", path_of(alice)).json() == {"tokens": []}


def test_a_token_with_punctuation_can_be_removed(admin, alice):
    admin("POST", path_of(alice), {"customer": {"pushyToken": "fcm:APA91b-x_y z/+="}})
    assert admin("DELETE", f"{path_of(alice)}/fcm%3AAPA91b-x_y%20z%2F%2B%3D").status_code == 204
    assert not PushToken.objects.exists()


def test_a_blank_or_endless_token_is_refused(admin, alice):
    assert children(admin("POST", path_of(alice), {"customer": {"pushyToken": ""}})) == {"pushyToken": BLANK}
    long = admin("POST", path_of(alice), {"customer": {"pushyToken": "x" * 256}})
    assert "errors" in children(long)["pushyToken"]
    assert not PushToken.objects.exists()


def test_an_unknown_token_or_customer_is_a_404(admin, store, alice):
    foreign = make_customer(make_store("OTHER"))
    PushToken.objects.create(customer=foreign, token="theirs")
    deleted = make_customer(store, status="deleted")
    asked = [admin("DELETE", f"{path_of(alice)}/theirs")]
    for nobody in (NOWHERE, foreign.pk, deleted.pk):
        path = f"{BASE}/customer/{nobody}/pushy-token"
        body = {"customer": {"pushyToken": "pushy_token"}}
        asked += [admin("GET", path), admin("POST", path, body), admin("DELETE", f"{path}/theirs")]
    assert {(answer.status_code, str(answer.json())) for answer in asked} == {(404, str(NOT_FOUND))}
    assert [row.customer_id for row in PushToken.objects.all()] == [foreign.pk]


def test_who_may_only_look_adds_no_device(store, alice):
    viewer = as_partner(store, "CUSTOMER:VIEW")
    assert viewer("GET", path_of(alice)).status_code == 200
    assert viewer("POST", path_of(alice), {"customer": {"pushyToken": "x"}}).status_code == 403
    assert not PushToken.objects.exists()
