"""Sign-ups and favourite locations in the WalletApp dialect."""

from datetime import UTC, datetime

import pytest

from customers.models import Customer
from loyalty.models import Event
from tests.factories import make_customer, make_pos, make_store
from tests.walletapp import NOT_FOUND, NOWHERE, Member, refused
from wallet.models import Wallet

pytestmark = pytest.mark.django_db


@pytest.fixture
def walletapp(store):
    return Member(store, "members.store")


# --- Sign-ups -----------------------------------------------------------------------------------------------------


def test_new_members_and_known_ones_are_told_apart_by_the_address_as_given(store, walletapp):
    alice = make_customer(store, "alice", email="Alice@example.com")
    users = [
        {
            "email": "Bob@Example.com",
            "first_name": "Bob",
            "last_name": "Doe",
            "unsubscribed": True,
            "subscribed_at": "2024-01-31 12:00:00",
        },
        {"email": "ALICE@example.com", "first_name": "Somebody else"},
    ]
    status, body = walletapp("POST", "/members/signups", users=users)
    bob = Customer.objects.exclude(pk=alice.pk).get()
    assert (status, body) == (
        200,
        {
            "message": "Request successful",
            "data": {
                "new": {"Bob@Example.com": str(bob.pk)},
                "found": {"ALICE@example.com": str(alice.pk)},
            },
        },
    )
    assert (bob.email, bob.full_name, bob.status) == ("Bob@Example.com", "Bob Doe", Customer.Status.ACTIVE)
    assert (bob.is_unsubscribed, bob.subscribed_at) == (True, datetime(2024, 1, 31, 12, tzinfo=UTC))
    assert Customer.objects.get(pk=alice.pk).first_name == "Alice"


def test_one_address_in_two_spellings_is_one_member(walletapp):
    users = [{"email": "bob@example.com", "first_name": "Bob"}, {"email": "BOB@example.com"}]
    told = walletapp("POST", "/members/signups", users=users)[1]["data"]
    bob = str(Customer.objects.get().pk)
    assert told == {"new": {"bob@example.com": bob, "BOB@example.com": bob}, "found": {}}
    assert Customer.objects.get().first_name == "Bob"


def test_a_moment_without_offset_is_the_store_s(db):
    warsaw = make_store(timezone="Europe/Warsaw")
    users = [
        {"email": "a@example.com", "subscribed_at": "2024-01-31T12:00:00"},
        {"email": "b@example.com", "subscribed_at": "2024-01-31T12:00:00Z"},
        {"email": "c@example.com", "subscribed_at": "2024-01-31"},
    ]
    assert Member(warsaw)("POST", "/members/signups", users=users)[0] == 200
    stored = [
        person.subscribed_at.astimezone(UTC).isoformat() for person in Customer.objects.order_by("email")
    ]
    assert stored == ["2024-01-31T11:00:00+00:00", "2024-01-31T12:00:00+00:00", "2024-01-30T23:00:00+00:00"]


@pytest.mark.parametrize(
    ("row", "at"),
    [
        ({"email": ""}, "users.1.email"),
        ({"first_name": "Bob"}, "users.1.email"),
        ({"email": "no address"}, "users.1.email"),
        ({"email": 5}, "users.1.email"),
        ({"email": f"{'x' * 250}@example.com"}, "users.1.email"),
        ({"email": "b\x00b@example.com"}, "users.1.email"),
        ({"email": "b@example.com", "first_name": 5}, "users.1.first_name"),
        ({"email": "b@example.com", "last_name": "x" * 256}, "users.1.last_name"),
        ({"email": "b@example.com", "unsubscribed": "true"}, "users.1.unsubscribed"),
        ({"email": "b@example.com", "unsubscribed": 1}, "users.1.unsubscribed"),
        ({"email": "b@example.com", "subscribed_at": "2999-01-01"}, "users.1.subscribed_at"),
        ({"email": "b@example.com", "subscribed_at": "yesterday"}, "users.1.subscribed_at"),
        ({"email": "b@example.com", "subscribed_at": 1700000000}, "users.1.subscribed_at"),
        ({"email": "b@example.com", "subscribed_at": "2024-02-30"}, "users.1.subscribed_at"),
        ("b@example.com", "users.1"),
        (None, "users.1"),
        ([], "users.1"),
    ],
)
def test_one_bad_row_refuses_the_whole_list(walletapp, row, at):
    assert walletapp("POST", "/members/signups", users=[{"email": "a@example.com"}, row]) == refused(at=at)
    assert not Customer.objects.exists()
    assert not Event.objects.exists()


@pytest.mark.parametrize("users", [None, [], "a@example.com", {"email": "a@example.com"}, 5, [{}] * 10_001])
def test_the_list_must_be_one(walletapp, users):
    assert walletapp("POST", "/members/signups", users=users)[0] == 422
    assert not Customer.objects.exists()


def test_every_bad_field_is_named_and_counted(walletapp):
    status, body = walletapp("POST", "/members/signups", users=[{"email": 5, "unsubscribed": 1}, {}])
    assert status == 422
    assert body == {
        "message": "The email must be a string. (and 2 more errors)",
        "errors": {
            "users.0.email": ["The email must be a string."],
            "users.0.unsubscribed": ["The unsubscribed field must be true or false."],
            "users.1.email": ["The email field is required."],
        },
    }


def test_a_repeat_under_one_key_registers_nobody_again(walletapp):
    key = {"Idempotency-Key": "list-1"}
    users = [{"email": "bob@example.com"}]
    first = walletapp("POST", "/members/signups", users=users, headers=key)
    assert walletapp("POST", "/members/signups", users=users, headers=key) == first
    assert list(first[1]["data"]["new"]) == ["bob@example.com"]
    other = walletapp("POST", "/members/signups", users=[{"email": "eve@example.com"}], headers=key)
    assert other[0] == 422
    assert Customer.objects.count() == Wallet.objects.count() == 1


def test_brands_do_not_share_members(store, walletapp):
    make_customer(make_store("OTHER"), "bob", email="bob@example.com")
    told = walletapp("POST", "/members/signups", users=[{"email": "bob@example.com"}])[1]["data"]
    assert (list(told["new"]), told["found"]) == (["bob@example.com"], {})


# --- Favourite locations ------------------------------------------------------------------------------------------


def test_a_location_becomes_the_favourite_of_those_found(store, walletapp):
    shop, alice, bob = make_pos(store), make_customer(store), make_customer(store, "bob")
    stranger = make_customer(make_store("OTHER"), "stranger")
    gone = make_customer(store, "gone", status=Customer.Status.DELETED)
    users = [str(bob.pk), NOWHERE, str(stranger.pk), str(gone.pk), str(alice.pk), str(bob.pk)]
    answer = walletapp("POST", "/members/location", location_id=str(shop.pk), users=users)
    assert answer == (200, {"success": True, "users": [str(bob.pk), str(alice.pk)]})
    assert set(Customer.objects.filter(point_of_sale=shop)) == {alice, bob}


@pytest.mark.parametrize("name", ["users[]", "users[{}]"])
def test_members_may_be_listed_in_the_query(store, walletapp, name):
    shop, alice, bob = make_pos(store), make_customer(store), make_customer(store, "bob")
    listed = "&".join(f"{name.format(place)}={each.pk}" for place, each in enumerate((bob, alice)))
    answer = walletapp("POST", f"/members/location?location_id={shop.pk}&{listed}")
    assert answer == (200, {"success": True, "users": [str(bob.pk), str(alice.pk)]})


def test_a_name_with_and_without_brackets_is_no_list(store, walletapp):
    shop, alice = make_pos(store), make_customer(store)
    twice = f"users={alice.pk}&users[]={alice.pk}"
    answer = walletapp("POST", f"/members/location?location_id={shop.pk}&{twice}")
    assert answer == refused(at="users")


def test_a_location_of_another_brand_does_not_exist(store, walletapp):
    alice, elsewhere = make_customer(store), make_pos(make_store("OTHER"))
    for location in (str(elsewhere.pk), NOWHERE):
        answer = walletapp("POST", "/members/location", location_id=location, users=[str(alice.pk)])
        assert answer == NOT_FOUND
    assert Customer.objects.get(pk=alice.pk).point_of_sale is None


@pytest.mark.parametrize(
    ("body", "at"),
    [
        ({"location_id": "main street"}, "location_id"),
        ({"location_id": 5}, "location_id"),
        ({"location_id": None}, "location_id"),
        ({"users": []}, "users"),
        ({"users": NOWHERE}, "users"),
        ({"users": [NOWHERE, "alice"]}, "users.1"),
        ({"users": [NOWHERE, None]}, "users.1"),
        ({"users": [5]}, "users.0"),
    ],
)
def test_the_favourite_is_read_strictly(store, walletapp, body, at):
    given = {"location_id": str(make_pos(store).pk), "users": [str(make_customer(store).pk)]}
    assert walletapp("POST", "/members/location", **{**given, **body}) == refused(at=at)
    assert Customer.objects.get().point_of_sale is None
