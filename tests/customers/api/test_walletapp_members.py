"""Members in the WalletApp dialect: the list, the search, coupons, and the end of one."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers import pass_codes
from customers.models import Customer
from loyalty.api.walletapp import streams
from loyalty.models import Event
from tests.callers import Caller, as_person
from tests.factories import NOON, make_customer, make_store
from tests.walletapp import BASE, NOT_FOUND, NOWHERE, Member, read, refused

pytestmark = pytest.mark.django_db
HERE = "http://testserver/walletapp"


@pytest.fixture
def walletapp(store):
    return Member(store, "members.get", "members.store")


def make_members(store, count):
    """Make members who came one after another."""
    return [
        make_customer(store, f"m{number}", created_at=NOON.replace(second=number)) for number in range(count)
    ]


# --- The list -----------------------------------------------------------------------------------------------------


def test_the_list_is_the_documented_one(store, walletapp):
    alice = make_customer(
        store,
        "alice",
        email="alice@example.com",
        phone="+48234234000",
        birth_date=date(1990, 2, 1),
        street="Main Street",
        address1="12a",
        postal="00-000",
        city="Wroclaw",
        country="PL",
        is_unsubscribed=True,
        subscribed_at=datetime(2024, 1, 31, 12, tzinfo=UTC),
    )
    make_customer(store, "bob", email="", first_name="", last_name="", created_at=NOON.replace(hour=13))
    status, body = walletapp("GET", "/members/list", page="1", per_page="1")
    assert status == 200
    assert body == {
        "message": "Request successful",
        "data": {
            "total": 2,
            "last_page": 2,
            "next_page_url": f"{HERE}/members/list?page=2&per_page=1",
            "per_page": 1,
            "last_page_url": f"{HERE}/members/list?page=2&per_page=1",
            "members": [
                {
                    "email": "alice@example.com",
                    "full_name": "Alice Doe",
                    "identifier": str(alice.pk),
                    "unsubscribed": 1,
                    "last_name": "Doe",
                    "phone_number": "+48234234000",
                    "birth_date": "1990-02-01",
                    "street": "Main Street",
                    "house_number": "12a",
                    "postcode": "00-000",
                    "city": "Wroclaw",
                    "country": "PL",
                    "subscribed_at": "2024-01-31T12:00:00.000000Z",
                }
            ],
        },
    }
    assert list(body["data"]["members"][0])[:5] == [
        "email",
        "full_name",
        "identifier",
        "unsubscribed",
        "last_name",
    ]


def test_what_is_not_known_is_null_and_who_came_without_a_subscription_counts_from_registration(
    store, walletapp
):
    make_customer(store, "bob", email="", first_name="", last_name="")
    (bob,) = walletapp("GET", "/members/list")[1]["data"]["members"]
    assert (bob["email"], bob["full_name"], bob["phone_number"], bob["birth_date"]) == (None,) * 4
    assert (bob["unsubscribed"], bob["subscribed_at"]) == (0, "2026-03-14T12:00:00.000000Z")


def test_without_page_and_size_everybody_comes_at_once(store, walletapp):
    members = make_members(store, 12)
    status, body = walletapp("GET", "/members/list")
    data = body["data"]
    assert status == 200
    assert [member["identifier"] for member in data["members"]] == [str(member.pk) for member in members]
    assert (data["total"], data["last_page"], data["next_page_url"], data["per_page"]) == (12, 1, None, 12)


def test_nobody_is_one_empty_page(walletapp):
    data = walletapp("GET", "/members/list")[1]["data"]
    assert (data["total"], data["last_page"], data["next_page_url"], data["members"]) == (0, 1, None, [])


def test_one_of_the_two_asks_for_pages_as_well(store, walletapp):
    members = make_members(store, 12)
    first = walletapp("GET", "/members/list", page=1)[1]["data"]
    assert (len(first["members"]), first["per_page"], first["last_page"]) == (10, 10, 2)
    five = walletapp("GET", "/members/list", per_page=5)[1]["data"]
    assert [member["identifier"] for member in five["members"]] == [str(each.pk) for each in members[:5]]
    assert walletapp("GET", "/members/list", page=2, per_page=10)[1]["data"]["next_page_url"] is None
    assert walletapp("GET", "/members/list", page=7)[1]["data"]["members"] == []


def test_parameters_may_stand_in_the_query_and_then_stand_in_the_links_too(store, walletapp):
    make_members(store, 3)
    answer = walletapp.caller(
        "GET", f"{BASE}/members/list", brand_id=walletapp.brand_id, page="1", per_page="2"
    )
    link = read(answer)["data"]["next_page_url"]
    assert link == f"{HERE}/members/list?page=2&per_page=2&brand_id={walletapp.brand_id}"
    following = read(walletapp.caller("GET", link.removeprefix("http://testserver")))
    assert len(following["data"]["members"]) == 1


def test_the_body_wins_over_the_query(store, walletapp):
    answer = walletapp.caller(
        "GET", f"{BASE}/members/list", {"brand_id": walletapp.brand_id}, brand_id=NOWHERE
    )
    assert answer.status_code == 200


@pytest.mark.parametrize("name", ["page", "per_page"])
@pytest.mark.parametrize("value", [0, -1, 1.5, True, "x", "1e3", "٣", [1], {}, "0", 10**12])
def test_a_bad_page_is_refused(walletapp, name, value):
    assert walletapp("GET", "/members/list", **{name: value}) == refused(at=name)


def test_deleted_members_and_those_of_other_brands_are_not_listed(store, walletapp):
    make_customer(store, "gone", status=Customer.Status.DELETED)
    make_customer(make_store("OTHER"), "stranger")
    assert walletapp("GET", "/members/list")[1]["data"]["total"] == 0


@pytest.mark.parametrize("path", ["/members/list", "/import/export"])
def test_a_long_list_is_streamed_and_reads_the_same(store, walletapp, monkeypatch, path):
    make_members(store, 7)
    method = "GET" if path.endswith("list") else "POST"
    whole = walletapp(method, path)
    monkeypatch.setattr(streams, "WHOLE", 3)
    answer = walletapp.caller(method, BASE + path, {"brand_id": walletapp.brand_id})
    assert answer.streaming
    assert (answer.status_code, read(answer)) == whole


def test_the_list_costs_the_same_statements_for_one_and_for_thirty(store, walletapp):
    make_members(store, 1)
    walletapp("GET", "/members/list")  # notes that the token was used
    with CaptureQueriesContext(connection) as one:
        walletapp("GET", "/members/list")
    make_members(store, 29)
    with CaptureQueriesContext(connection) as thirty:
        walletapp("GET", "/members/list")
    assert len(thirty) == len(one)


# --- The search ---------------------------------------------------------------------------------------------------


@pytest.fixture
def alice(store):
    return make_customer(store, "alice", email="Alice@Example.com", card_number="47834433524")


def test_the_search_finds_by_address_by_id_and_by_both(walletapp, alice):
    found = (200, {"success": True, "email": "Alice@Example.com", "pass_codes": ["47834433524"]})
    assert walletapp("GET", "/members", email="alice@example.COM") == found
    assert walletapp("GET", "/members", user_identifier=str(alice.pk)) == found
    assert walletapp("GET", "/members", user_identifier=str(alice.pk), email="alice@example.com") == found


def test_two_parameters_that_mean_two_members_find_nobody(store, walletapp, alice):
    bob = make_customer(store, "bob")
    assert walletapp("GET", "/members", user_identifier=str(bob.pk), email=alice.email) == NOT_FOUND


def test_who_has_no_card_is_known_by_the_id(store, walletapp):
    bob = make_customer(store, "bob")
    assert walletapp("GET", "/members", email=bob.email)[1]["pass_codes"] == [str(bob.pk)]
    assert pass_codes.pass_code(None, bob.pk) == str(bob.pk)


def test_the_search_needs_one_of_the_two(walletapp, alice):
    words = "The email field is required when user identifier is not present."
    assert walletapp("GET", "/members") == refused(at="email", words=words)


def test_the_search_finds_nobody_elsewhere(store, walletapp, alice):
    stranger = make_customer(make_store("OTHER"), "stranger")
    gone = make_customer(store, "gone", status=Customer.Status.DELETED)
    for nobody in (stranger, gone):
        assert walletapp("GET", "/members", user_identifier=str(nobody.pk)) == NOT_FOUND
    assert walletapp("GET", "/members", user_identifier=NOWHERE) == NOT_FOUND
    assert walletapp("GET", "/members", email="nobody@example.com") == NOT_FOUND


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("email", 5),
        ("email", "no address"),
        ("email", ["alice@example.com"]),
        ("user_identifier", 5),
        ("user_identifier", "alice"),
        ("user_identifier", True),
    ],
)
def test_the_search_is_strict(walletapp, alice, name, value):
    assert walletapp("GET", "/members", **{name: value}) == refused(at=name)


# --- Coupons ------------------------------------------------------------------------------------------------------


def test_coupons_are_an_empty_page_in_the_documented_shape(walletapp, alice):
    path = f"{HERE}/members/{alice.pk}/coupons"
    assert walletapp("GET", f"/members/{alice.pk}/coupons") == (
        200,
        {
            "current_page": 1,
            "data": [],
            "first_page_url": f"{path}?page=1",
            "from": None,
            "last_page": 1,
            "last_page_url": f"{path}?page=1",
            "links": [
                {"url": None, "label": "&laquo; Previous", "active": False},
                {"url": f"{path}?page=1", "label": "1", "active": True},
                {"url": None, "label": "Next &raquo;", "active": False},
            ],
            "next_page_url": None,
            "path": path,
            "per_page": 10,
            "prev_page_url": None,
            "to": None,
            "total": 0,
        },
    )


# --- Deletion -----------------------------------------------------------------------------------------------------


def test_deleting_ends_the_member_and_frees_the_address(store, walletapp, alice):
    answer = walletapp("DELETE", f"/members/{alice.pk}")
    assert answer == (200, {"success": True, "message": "Member deleted"})
    assert Customer.objects.get(pk=alice.pk).status == Customer.Status.DELETED
    assert walletapp("DELETE", f"/members/{alice.pk}") == NOT_FOUND
    assert walletapp("GET", "/members", email="alice@example.com") == NOT_FOUND
    assert walletapp("GET", f"/members/{alice.pk}/coupons") == NOT_FOUND
    again = walletapp("POST", "/members/signups", users=[{"email": "alice@example.com"}])[1]["data"]
    assert again["found"] == {}
    assert again["new"]["alice@example.com"] != str(alice.pk)


def test_a_repeated_deletion_under_one_key_is_answered_alike(walletapp, alice):
    key = {"Idempotency-Key": "once"}
    first = walletapp("DELETE", f"/members/{alice.pk}", headers=key)
    assert walletapp("DELETE", f"/members/{alice.pk}", headers=key) == first
    assert first[0] == 200
    assert Event.objects.filter(type="customer.deleted").count() == 1


@pytest.mark.parametrize("method_and_tail", [("DELETE", ""), ("GET", "/coupons"), ("GET", "/storecards")])
def test_a_member_of_another_brand_does_not_exist(store, walletapp, method_and_tail):
    method, tail = method_and_tail
    stranger = make_customer(make_store("OTHER"), "stranger")
    for nobody in (stranger.pk, NOWHERE, "no-id", "%00", str(stranger.pk)[:-1]):
        assert walletapp(method, f"/members/{nobody}{tail}") == NOT_FOUND
    assert Customer.objects.get(pk=stranger.pk).is_active


def test_a_customer_may_not_look_into_the_programme(store, alice):
    walletapp = Member(store, caller=as_person(alice, "customer"))
    assert walletapp("GET", "/members/list")[0] == 403
    assert walletapp("DELETE", f"/members/{alice.pk}")[0] == 403
    assert Caller()("GET", f"{BASE}/members/list").status_code == 401
