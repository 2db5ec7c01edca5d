"""Batches and operations in the Wallet2 dialect."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from loyalty.actors import SYSTEM
from loyalty.models import Event
from tests.callers import as_partner
from tests.factories import make_customer, make_store
from tests.statements import noting_statements
from tests.wallet.ledgers import add, spend, sums
from tests.wallet2 import NOWHERE, at_wallet, opened, refused
from wallet import ledger
from wallet.ledger import Origin
from wallet.models import LedgerEntry, PointsTransfer

pytestmark = pytest.mark.django_db


@pytest.fixture
def partner(store):
    return as_partner(store, "ROLE_WALLET_BATCH", "ROLE_WALLET_OP")


@pytest.fixture
def alice(store):
    return opened(make_customer(store))


def post_raw(caller, address, body):
    """Send JSON text as it is written."""
    return caller.client.generic("POST", address, body, content_type="application/json")


# --- Batches --------------------------------------------------------------------------------------------------


def test_a_batch_is_added_at_once(partner, alice):
    said = {
        "amount": 12.5,
        "price": 3.99,
        "order": "o-1",
        "description": "Gift",
        "venue": "north",
        "extra": {"a": [1]},
    }
    answer = partner(
        "POST", at_wallet(alice, "/batch/sync"), {**said, "expires": "2099-08-24T16:15:22+02:00"}
    )
    assert answer.status_code == 201
    shown = answer.json()
    assert {name: shown[name] for name in said} == said
    assert (shown["wallet"], shown["remaining"], shown["state"]) == (str(alice.pk), 12.5, "active")
    assert shown["expires"] == "2099-08-24T14:15:22Z"
    assert PointsTransfer.objects.get(pk=shown["id"]).issuer == "api"
    assert sums(alice) == {"available": "12.50", "earned": "12.50"}


def test_a_batch_without_a_last_moment_never_expires(partner, alice):
    assert partner("POST", at_wallet(alice, "/batch/sync"), {"amount": 1}).json()["expires"] is None


@pytest.mark.django_db(transaction=True)
def test_a_batch_that_is_handed_in_arrives_under_its_id(partner, alice):
    answer = partner("POST", at_wallet(alice, "/batch"), {"amount": 5, "description": "later"})
    assert answer.status_code == 202
    batch = PointsTransfer.objects.get(pk=answer.json()["id"])
    assert (batch.value, batch.comment, batch.wallet_id) == (Decimal(5), "later", alice.pk)
    assert sums(alice) == {"available": "5.00", "earned": "5.00"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", ["/batch", "/batch/sync", "/operation"])
def test_a_call_under_the_same_key_happens_once(partner, alice, path):
    add(alice, 100, expires_at=None)
    headers = {"Idempotency-Key": "k-1"}
    first, second = (
        partner("POST", at_wallet(alice, path), {"amount": 5}, headers=headers) for _ in range(2)
    )
    assert (first.status_code, first.content) == (second.status_code, second.content)
    assert PointsTransfer.objects.count() == 2
    other = partner("POST", at_wallet(alice, path), {"amount": 6}, headers=headers)
    assert refused(other) == (422, "idempotency.key_reused")


AMOUNTS = [
    "0",
    "-1",
    "0.001",
    "1.005",
    "1e30",
    "1e2",
    "NaN",
    "Infinity",
    '"5"',
    "true",
    "null",
    "[]",
    "{}",
    '"١"',
    "99999999999",
]


@pytest.mark.parametrize("amount", AMOUNTS)
@pytest.mark.parametrize("path", ["/batch", "/batch/sync", "/operation"])
def test_an_amount_is_a_number_above_zero_with_at_most_two_decimals(partner, alice, path, amount):
    add(alice, 100, expires_at=None)
    answer = post_raw(partner, at_wallet(alice, path), f'{{"amount": {amount}}}')
    assert refused(answer)[0] == 400
    assert sums(alice) == {"available": "100.00", "earned": "100.00"}
    assert LedgerEntry.objects.count() == 1


@pytest.mark.parametrize("amount", [0.01, 100000000.00])
def test_small_and_large_amounts_fit(partner, alice, amount):
    assert partner("POST", at_wallet(alice, "/batch/sync"), {"amount": amount}).json()["amount"] == amount


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("price", 0),
        ("price", "1"),
        ("price", -1),
        ("expires", "2099-01-01"),
        ("expires", "2099-01-01T00:00:00"),
        ("expires", "2001-01-01T00:00:00Z"),
        ("expires", "9999-12-31T23:59:59-14:00"),
        ("expires", 5),
        ("order", "x" * 65),
        ("order", 7),
        ("description", "x" * 33),
        ("venue", "x" * 256),
        ("venue", ["north"]),
        ("extra", "text"),
        ("extra", []),
        ("extra", {"a": "\x00"}),
        ("extra", {"a": "x" * 10_001}),
    ],
)
@pytest.mark.parametrize("path", ["/batch", "/batch/sync"])
def test_what_a_batch_says_is_checked(partner, alice, path, name, value):
    answer = partner("POST", at_wallet(alice, path), {"amount": 5, name: value})
    assert refused(answer) == (400, "invalid_input")
    assert [error["field"] for error in answer.json()["errors"]] == [name]
    assert sums(alice) == {}


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'"x"', b'{"a":' * 50, b"\xff"])
def test_a_body_that_is_none_is_400(partner, alice, body):
    answer = post_raw(partner, at_wallet(alice, "/batch/sync"), body)
    assert refused(answer)[0] == 400


# --- Operations -----------------------------------------------------------------------------------------------


def test_an_operation_spends_what_expires_first(partner, alice):
    now = timezone.now()
    late, soon = (add(alice, 10, at=now, expires_at=now + timedelta(days=days)) for days in (9, 3))
    said = {"amount": 12, "order": "o-2", "venue": "north", "extra": {"till": 7}}
    answer = partner("POST", at_wallet(alice, "/operation"), said)
    assert answer.status_code == 201
    shown = answer.json()
    assert {name: shown[name] for name in said} == said
    assert (shown["state"], shown["reverted"], shown["type"]) == ("active", None, "spending")
    late.refresh_from_db()
    soon.refresh_from_db()
    assert (soon.remaining, late.remaining) == (Decimal(0), Decimal(8))


def test_more_than_there_is_is_refused_and_nothing_moves(partner, alice):
    add(alice, 10, expires_at=None)
    answer = partner("POST", at_wallet(alice, "/operation"), {"amount": 10.01})
    assert refused(answer) == (409, "points.not_enough")
    assert answer.json()["errors"] == [{"field": "amount", "message": "Not enough points."}]
    assert sums(alice) == {"available": "10.00", "earned": "10.00"}


def test_an_expired_batch_never_pays(partner, alice):
    now = timezone.now()
    add(alice, 10, at=now - timedelta(days=2), expires_at=now - timedelta(seconds=1))
    assert refused(partner("POST", at_wallet(alice, "/operation"), {"amount": 1}))[0] == 409


def test_reverting_returns_exactly_what_was_taken_once(partner, alice):
    now = timezone.now()
    batches = [add(alice, 10, at=now, expires_at=now + timedelta(days=days)) for days in (9, 3)]
    spent = partner("POST", at_wallet(alice, "/operation"), {"amount": 12}).json()
    answer = partner("POST", at_wallet(alice, "/operation/revert"), {"operation": spent["id"]})
    assert answer.status_code == 200
    assert answer.json() == {**spent, "state": "reverted", "reverted": answer.json()["reverted"]}
    assert sorted(
        PointsTransfer.objects.filter(pk__in=[b.pk for b in batches]).values_list("remaining", flat=True)
    ) == [
        Decimal(10),
        Decimal(10),
    ]
    again = partner("POST", at_wallet(alice, "/operation/revert"), {"operation": spent["id"]})
    assert refused(again) == (409, "transfer.not_reversible")
    assert sums(alice) == {"available": "20.00", "earned": "20.00"}


def test_only_this_wallets_operations_are_reverted(store, partner, alice):
    bob = opened(make_customer(store, "bob"))
    batch = add(bob, 10, expires_at=None)
    spent = spend(bob, 4)
    stranger = opened(make_customer(make_store("OTHER")))
    add(stranger, 10, expires_at=None)
    theirs = spend(stranger, 4)
    for transfer_id in (spent.pk, theirs.pk, batch.pk, NOWHERE):
        body = {"operation": str(transfer_id)}
        assert refused(partner("POST", at_wallet(alice, "/operation/revert"), body)) == (404, "not_found")
        changed = partner("PUT", at_wallet(alice, f"/operation/{transfer_id}"), {"venue": "x"})
        assert refused(changed) == (404, "not_found")
    assert sums(bob)["available"] == "6.00"
    assert not PointsTransfer.objects.exclude(venue="").exists()


def test_what_a_return_took_back_is_no_operation(partner, alice):
    add(alice, 10, expires_at=None)
    taken = spend(alice, 4, origin=Origin(source="purchase", revised_purchase_id=alice.pk))
    body = {"operation": str(taken.pk)}
    assert refused(partner("POST", at_wallet(alice, "/operation/revert"), body))[0] == 404


@pytest.mark.parametrize("value", [None, 5, "x", "", [NOWHERE]])
def test_an_operation_is_named_by_its_id(partner, alice, value):
    answer = partner("POST", at_wallet(alice, "/operation/revert"), {"operation": value})
    assert refused(answer) == (400, "invalid_input")


def test_venue_and_extra_of_an_operation_change_and_nothing_else(partner, alice):
    add(alice, 10, expires_at=None)
    spent = partner(
        "POST", at_wallet(alice, "/operation"), {"amount": 4, "order": "o-1", "venue": "north"}
    ).json()
    address = at_wallet(alice, f"/operation/{spent['id']}")
    changed = partner("PUT", address, {"venue": "south", "extra": {"a": 1}, "amount": 9, "order": "o-9"})
    assert (changed.status_code, changed.json()) == (200, {**spent, "venue": "south", "extra": {"a": 1}})
    assert partner("PUT", address, {"venue": None}).json()["venue"] == "south"
    assert refused(partner("PUT", address, {"venue": 5})) == (400, "invalid_input")
    assert Event.objects.filter(type="transfer.annotated").count() == 1
    assert sums(alice)["available"] == "6.00"


def test_what_keeps_a_call_from_happening_twice_is_not_shown_and_stays(partner, alice):
    add(alice, 10, expires_at=None)
    origin = Origin(source="omniwallet", external_id="e-1", extra={"type": "Shop"}, call="digest")
    spent = spend(alice, 4, origin=origin)
    shown = partner("PUT", at_wallet(alice, f"/operation/{spent.pk}"), {"extra": {"mine": 1}}).json()
    assert shown["extra"] == {"mine": 1}
    spent.refresh_from_db()
    assert spent.extra["call"] == "digest"


# --- Both -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "body"),
    [("/batch", {"amount": 5}), ("/batch/sync", {"amount": 5}), ("/operation", {"amount": 5})],
)
def test_points_move_in_opened_wallets_of_the_store_only(store, partner, path, body):
    unopened, stranger = make_customer(store), opened(make_customer(make_store("OTHER")))
    for customer in (unopened, stranger):
        add(customer, 10, expires_at=None)
        assert refused(partner("POST", at_wallet(customer, path), body)) == (404, "not_found")
        assert sums(customer)["available"] == "10.00"


def test_a_frozen_wallet_gives_nothing(partner, alice):
    add(alice, 10, expires_at=None)
    alice.wallet.__class__.objects.update(is_frozen=True)
    assert refused(partner("POST", at_wallet(alice, "/operation"), {"amount": 5})) == (409, "wallet.frozen")


def test_the_ledger_tells_the_dialects_alike(store, partner, alice):
    partner("POST", at_wallet(alice, "/batch/sync"), {"amount": 10})
    spent = partner("POST", at_wallet(alice, "/operation"), {"amount": 4}).json()
    ledger.block(alice, Decimal(1), at=timezone.now(), actor=SYSTEM, origin=Origin(source="test"))
    partner("POST", at_wallet(alice, "/operation/revert"), {"operation": spent["id"]})
    anybody = as_partner(store)
    open_loyalty = anybody("GET", f"/api/{store.code}/admin/customer/{alice.pk}/status").json()
    wallet2 = anybody("GET", at_wallet(alice)).json()
    omniwallet = anybody("GET", f"/omniwallet/api/v1/customers/{alice.email}").json()
    assert open_loyalty["points"] == wallet2["balance"] == omniwallet["data"]["attributes"]["points"] == 9


def test_a_spend_costs_few_statements(partner, alice):
    for _ in range(5):
        add(alice, 10, expires_at=None)
    partner("POST", at_wallet(alice, "/operation"), {"amount": 1})
    with noting_statements() as statements:
        answer = partner("POST", at_wallet(alice, "/operation"), {"amount": 1})
    assert json.loads(answer.content)["amount"] == 1
    assert len(statements) <= 14
