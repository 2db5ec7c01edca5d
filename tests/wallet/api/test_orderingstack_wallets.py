"""Wallets in the Wallet2 dialect: opened before they are shown, attributes replaced or overwritten."""

from datetime import timedelta

import pytest
from django.utils import timezone

from customers import erasure
from loyalty.actors import SYSTEM
from tests.callers import as_partner, as_person
from tests.factories import make_customer, make_store
from tests.statements import noting_statements
from tests.wallet.ledgers import add, block, spend
from tests.wallet2 import BASE, NOWHERE, at_wallet, opened, refused
from wallet.models import Wallet

pytestmark = pytest.mark.django_db
MINE = f"{BASE}/me/wallet"


@pytest.fixture
def partner(store):
    return as_partner(store, "ROLE_WALLET")


@pytest.fixture
def alice(store):
    return make_customer(store)


@pytest.fixture
def herself(alice):
    return as_person(alice, "customer")


def test_a_wallet_is_there_once_it_is_opened(partner, alice):
    add(alice, 5, expires_at=None)
    assert refused(partner("GET", at_wallet(alice))) == (404, "not_found")
    made = partner("POST", at_wallet(alice), {})
    assert (made.status_code, made.json()) == (201, {"id": str(alice.pk), "balance": 5})
    assert partner("POST", at_wallet(alice), {}).status_code == 200
    assert partner("GET", at_wallet(alice)).json()["balance"] == 5


def test_put_opens_and_replaces_post_overwrites_what_is_not_empty(partner, alice):
    assert partner("PUT", at_wallet(alice), {"a": "1", "b": "2"}).status_code == 200
    shown = partner("POST", at_wallet(alice), {"b": "", "c": "3"}).json()
    assert shown == {"id": str(alice.pk), "balance": 0, "a": "1", "b": "2", "c": "3"}
    assert partner("PUT", at_wallet(alice), {"c": "4"}).json() == {
        "id": str(alice.pk),
        "balance": 0,
        "c": "4",
    }


def test_what_is_shown_may_be_sent_back_and_changes_nothing(partner, alice):
    add(alice, 7, expires_at=None)
    partner("PUT", at_wallet(alice), {"a": "1"})
    shown = partner("GET", at_wallet(alice)).json()
    answer = partner("PUT", at_wallet(alice), {**shown, "balance": "1000000", "id": NOWHERE})
    assert answer.json() == {"a": "1", "id": str(alice.pk), "balance": 7}
    assert Wallet.objects.get(pk=alice.pk).attributes == {"a": "1"}


@pytest.mark.parametrize(
    "attributes",
    [
        {"a": 1},
        {"a": None},
        {"a": True},
        {"a": {}},
        {"a": ["1"]},
        {"": "x"},
        {"n" * 65: "x"},
        {"a": "v" * 1001},
        {"a": "\x00"},
        {f"a{number}": "x" for number in range(51)},
    ],
)
@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_attributes_are_texts_by_name(partner, alice, method, attributes):
    opened(alice)
    assert refused(partner(method, at_wallet(alice), attributes)) == (400, "invalid_input")
    assert Wallet.objects.get(pk=alice.pk).attributes == {}


def test_my_wallet_is_a_part_of_my_extended_wallet(partner, herself, alice):
    add(alice, 10, expires_at=None)
    spend(alice, 4)
    partner("PUT", at_wallet(alice), {"nickname": "Al"})
    short, long = herself("GET", MINE).json(), herself("GET", f"{MINE}/extended").json()
    assert short == {"id": str(alice.pk), "balance": 6, "nickname": "Al"}
    assert {name: long[name] for name in short} == short
    assert set(long) - set(short) == {"pending", "blocked", "opened", "batches", "operations"}
    assert partner("GET", at_wallet(alice)).json() == long


def test_customers_open_their_own_wallet_once(herself, alice):
    assert refused(herself("GET", MINE)) == (404, "not_found")
    assert refused(herself("GET", f"{MINE}/extended")) == (404, "not_found")
    assert refused(herself("PUT", f"{MINE}/extra", {"a": "1"})) == (404, "not_found")
    assert herself("POST", MINE).status_code == 201
    assert herself("PUT", f"{MINE}/extra", {"a": "1"}).json()["a"] == "1"
    again = herself("POST", MINE)
    assert (again.status_code, again.json()["a"]) == (200, "1")


def test_an_extended_wallet_tells_everything(store, partner, alice):
    now = timezone.now()
    opened(alice)
    sold = partner(
        "POST",
        at_wallet(alice, "/batch/sync"),
        {
            "amount": 10,
            "price": 2.5,
            "expires": (now + timedelta(days=3)).isoformat(),
            "order": "o-1",
            "description": "card",
            "venue": "north",
            "extra": {"a": 1.5},
        },
    ).json()
    add(alice, 3, at=now - timedelta(days=9), expires_at=now - timedelta(days=1))
    spend(alice, 4, at=now)
    block(alice, 1, at=now)
    shown = partner("GET", at_wallet(alice)).json()
    assert (shown["balance"], shown["pending"], shown["blocked"]) == (5, 0, 1)
    by_amount = {batch["amount"]: batch for batch in shown["batches"]}
    assert by_amount[10] == {**sold, "remaining": 5}
    assert (by_amount[3]["state"], by_amount[3]["remaining"]) == ("expired", 0)
    outgoing = {(each["type"], each["amount"], each["state"]) for each in shown["operations"]}
    assert outgoing == {("spending", 4, "active"), ("blocked", 1, "active")}


def test_a_batch_whose_day_has_passed_is_shown_as_expired_before_any_job_has_run(partner, alice):
    now = timezone.now()
    opened(alice)
    add(alice, 3, at=now - timedelta(days=9), expires_at=now - timedelta(days=1))
    shown = partner("GET", at_wallet(alice)).json()
    (batch,) = shown["batches"]
    assert (shown["balance"], batch["remaining"], batch["state"]) == (0, 0, "expired")


def test_points_that_wait_are_pending_and_no_balance():
    store = make_store("WAITS", all_time_not_locked=False, points_days_locked=5)
    alice = opened(make_customer(store))
    partner = as_partner(store)
    batch = partner("POST", at_wallet(alice, "/batch/sync"), {"amount": 8}).json()
    assert (batch["state"], batch["remaining"], batch["expires"]) == ("pending", 8, None)
    assert batch["usableFrom"] is not None
    shown = partner("GET", at_wallet(alice)).json()
    assert (shown["balance"], shown["pending"]) == (0, 8)


def test_nobody_learns_of_wallets_that_are_not_theirs(store, partner):
    stranger = opened(make_customer(make_store("OTHER")))
    gone = opened(make_customer(store))
    erasure.delete(gone, at=timezone.now(), actor=SYSTEM)
    for path in (f"/wallet/{stranger.pk}", f"/wallet/{NOWHERE}", f"/wallet/{gone.pk}", "/wallet/me"):
        for method, body in (("GET", None), ("PUT", {"a": "1"}), ("POST", {"a": "1"})):
            assert refused(partner(method, BASE + path, body)) == (404, "not_found")
    assert Wallet.objects.get(pk=stranger.pk).attributes == {}


def test_an_answer_costs_the_same_whatever_the_wallet_holds(partner, alice):
    opened(alice)
    partner("GET", at_wallet(alice))
    counts = []
    for _ in range(2):
        with noting_statements() as statements:
            partner("GET", at_wallet(alice))
        counts.append(len(statements))
        for _ in range(30):
            add(alice, 2, expires_at=None)
            spend(alice, 1)
    assert counts[0] == counts[1] <= 6
