"""Passes in the WalletApp dialect: the storecard of a member, and everybody's points."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from customers.models import Customer
from loyalty.actors import SYSTEM
from loyalty.api.walletapp import streams
from tests.factories import NOON, make_customer, make_store
from tests.walletapp import FORBIDDEN, NOT_FOUND, NOWHERE, Member, refused
from wallet import ledger
from wallet.models import Wallet

pytestmark = pytest.mark.django_db
HERE = "http://testserver/walletapp"
ORIGIN = ledger.Origin(source="test")


@pytest.fixture
def walletapp(store):
    return Member(store, "members.get", "members.store")


@pytest.fixture
def alice(store):
    return make_customer(store, "alice", email="alice@example.com", card_number="47834433524")


def give(customer, points, **options):
    ledger.add(customer, Decimal(points), at=timezone.now(), actor=SYSTEM, origin=ORIGIN, **options)


# --- The storecard ------------------------------------------------------------------------------------------------


def test_a_member_has_one_storecard_with_the_wallet_s_points(walletapp, alice):
    give(alice, "12.50")
    path = f"{HERE}/members/{alice.pk}/storecards"
    status, body = walletapp("GET", f"/members/{alice.pk}/storecards")
    assert status == 200
    updated_at = body["data"][0].pop("updated_at")
    assert updated_at.endswith("Z")
    assert body == {
        "current_page": 1,
        "data": [
            {
                "created_at": "2026-03-14T12:00:00.000000Z",
                "expiration_date": None,
                "start_date": "2026-03-14T12:00:00.000000Z",
                "qr_code": "47834433524",
                "wlnt_code": str(alice.pk),
                "points": 12.5,
                "balance": 12.5,
                "storecard_title": "Loyalty programme",
                "storecard_thumbnail_url": None,
                "status": "active",
            }
        ],
        "first_page_url": f"{path}?page=1",
        "from": 1,
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
        "to": 1,
        "total": 1,
    }


def test_a_page_past_the_end_is_empty_and_leads_back(walletapp, alice):
    page = walletapp("GET", f"/members/{alice.pk}/storecards", page="3", per_page="5")[1]
    assert (page["current_page"], page["data"], page["from"], page["to"]) == (3, [], None, None)
    assert (page["prev_page_url"], page["next_page_url"]) == (
        f"{HERE}/members/{alice.pk}/storecards?page=2",
        None,
    )
    assert (page["per_page"], page["total"]) == (5, 1)


@pytest.mark.parametrize("name", ["page", "per_page"])
@pytest.mark.parametrize("value", [0, "x", True, 2.5, []])
def test_a_bad_page_is_refused(walletapp, alice, name, value):
    assert walletapp("GET", f"/members/{alice.pk}/storecards", **{name: value}) == refused(at=name)


def test_points_that_are_over_do_not_count_though_no_job_has_run(walletapp, alice):
    expired = timezone.now() + timedelta(milliseconds=1)
    give(alice, "5", expires_at=expired)
    give(alice, "3", expires_at=None)
    (card,) = walletapp("GET", f"/members/{alice.pk}/storecards")[1]["data"]
    (row,) = walletapp("POST", "/import/export")[1]["data"]
    assert card["points"] == row["points"] == 3


@pytest.mark.parametrize(
    ("status", "is_frozen", "shown"),
    [
        ("active", False, "active"),
        ("blocked", False, "blocked"),
        ("active", True, "blocked"),
        ("new", False, "inactive"),
    ],
)
def test_the_status_of_a_pass(store, walletapp, status, is_frozen, shown):
    somebody = make_customer(store, status=status)
    Wallet.objects.filter(pk=somebody.pk).update(is_frozen=is_frozen)
    (card,) = walletapp("GET", f"/members/{somebody.pk}/storecards")[1]["data"]
    assert card["status"] == shown


# --- The export ---------------------------------------------------------------------------------------------------


def test_the_export_names_everybody_with_pass_and_points(store, walletapp, alice):
    bob = make_customer(store, "bob", email="", first_name="", last_name="")
    make_customer(store, "gone", status=Customer.Status.DELETED)
    make_customer(make_store("OTHER"), "stranger")
    give(alice, "40")
    status, body = walletapp("POST", "/import/export")
    assert (status, list(body), body["success"]) == (200, ["success", "data"], True)
    rows = sorted(body["data"], key=lambda row: row["points"])
    assert rows == [
        {"email": None, "name": None, "points": 0, "qr_code": str(bob.pk)},
        {"email": "alice@example.com", "name": "Alice Doe", "points": 40, "qr_code": "47834433524"},
    ]


def test_search_export_and_storecard_show_one_code(store, walletapp, alice):
    for member in (alice, make_customer(store, "bob")):
        (card,) = walletapp("GET", f"/members/{member.pk}/storecards")[1]["data"]
        found = walletapp("GET", "/members", user_identifier=str(member.pk))[1]
        exported = {row["email"]: row["qr_code"] for row in walletapp("POST", "/import/export")[1]["data"]}
        assert found["pass_codes"] == [card["qr_code"]] == [exported[member.email]]


def test_the_brand_s_one_storecard_goes_by_the_brand_s_id(store, walletapp, alice):
    assert len(walletapp("POST", "/import/export", storecard_id=str(store.pk))[1]["data"]) == 1
    assert walletapp("POST", "/import/export", storecard_id=NOWHERE) == NOT_FOUND
    assert walletapp("POST", "/import/export", storecard_id=5) == refused(at="storecard_id")


def test_the_export_asks_for_its_own_ability(store):
    assert Member(store, "members.get", "tags.get")("POST", "/import/export") == FORBIDDEN


@pytest.mark.parametrize("whole", [0, 1000])
def test_a_repeated_export_under_one_key_is_the_first_byte_for_byte(
    store, walletapp, alice, monkeypatch, whole
):
    monkeypatch.setattr(streams, "WHOLE", whole)
    key = {"Idempotency-Key": "export-1"}
    first = walletapp("POST", "/import/export", headers=key)
    assert len(first[1]["data"]) == 1
    give(alice, "40")
    assert walletapp("POST", "/import/export", headers=key) == first
    assert walletapp("POST", "/import/export", headers={"Idempotency-Key": "2"}) != first


@pytest.mark.parametrize(("method", "path"), [("POST", "/import/export"), ("GET", "/members/{}/storecards")])
def test_thirty_cost_the_statements_of_one(store, walletapp, alice, method, path):
    address = path.format(alice.pk)
    due = timezone.now() + timedelta(milliseconds=1)
    give(alice, "1", expires_at=due)
    walletapp(method, address)  # notes that the token was used
    with CaptureQueriesContext(connection) as one:
        walletapp(method, address)
    for number in range(29):
        give(
            make_customer(store, f"m{number}", created_at=NOON),
            "1",
            expires_at=timezone.now() + timedelta(milliseconds=1),
        )
    with CaptureQueriesContext(connection) as thirty:
        walletapp(method, address)
    assert len(thirty) == len(one)
