"""Every movement of the ledger: what it changes, what it refuses, and that everything adds up afterwards."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from loyalty.actors import SYSTEM
from loyalty.models import Event
from tests.factories import NOON, make_customer, make_store
from tests.wallet.ledgers import TEST, add, block, spend, sums
from wallet import ledger
from wallet.ledger.refusals import (
    ExternalIdTaken,
    InvalidPoints,
    NotEnoughPoints,
    SameWallet,
    TransferNotCancelable,
    TransferNotExpirable,
    TransferNotPending,
    TransferNotReversible,
    WalletFrozen,
)
from wallet.models import Draw, LedgerEntry, PointsTransfer, Wallet

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def alice(store):
    return make_customer(store, "alice")


@pytest.fixture
def bob(store):
    return make_customer(store, "bob")


def remaining(*batches):
    return [str(PointsTransfer.objects.get(pk=batch.pk).remaining) for batch in batches]


def test_an_add_is_available_at_once_and_expires_after_the_programmes_days(alice):
    batch = add(alice, "12.40")
    assert sums(alice) == {"available": "12.40", "earned": "12.40"}
    assert batch.expires_at == datetime(2026, 4, 14, tzinfo=UTC)
    assert Event.objects.get().type == "points.added"


def test_a_locked_programme_makes_pending_points_that_count_as_earned_once_unlocked():
    store = make_store(all_time_not_locked=False, points_days_locked=7)
    alice = make_customer(store)
    batch = add(alice, 10)
    assert sums(alice) == {"pending": "10.00"}
    with pytest.raises(NotEnoughPoints):
        spend(alice, 1)
    assert ledger.settle_due(at=NOON + 7 * DAY) == 1
    assert sums(alice) == {"available": "10.00", "earned": "10.00"}
    batch.refresh_from_db()
    assert batch.expires_at == datetime(2026, 4, 21, tzinfo=UTC)


def test_staff_can_activate_a_pending_batch_once():
    alice = make_customer(make_store(all_time_not_locked=False, points_days_locked=7))
    batch = add(alice, 10)
    ledger.activate(batch, at=NOON + DAY, actor=SYSTEM)
    assert sums(alice) == {"available": "10.00", "earned": "10.00"}
    with pytest.raises(TransferNotPending):
        ledger.activate(batch, at=NOON + DAY, actor=SYSTEM)
    assert sums(alice) == {"available": "10.00", "earned": "10.00"}


def test_spending_draws_soonest_expiring_first_never_expiring_last_then_oldest(alice):
    never = add(alice, 10, expires_at=None)
    late = add(alice, 10, expires_at=NOON + 9 * DAY)
    soon_young = add(alice, 10, at=NOON + timedelta(minutes=1), expires_at=NOON + 2 * DAY)
    soon_old = add(alice, 10, at=NOON, expires_at=NOON + 2 * DAY)
    spend(alice, 25, at=NOON + DAY)
    assert remaining(soon_old, soon_young, late, never) == ["0.00", "0.00", "5.00", "10.00"]
    assert sums(alice) == {"available": "15.00", "earned": "40.00", "spent": "25.00"}


def test_an_expired_batch_never_pays_even_when_no_job_has_run(alice):
    add(alice, 10, expires_at=NOON + DAY)
    add(alice, 3, expires_at=None)
    with pytest.raises(NotEnoughPoints):
        spend(alice, 4, at=NOON + DAY)
    spend(alice, 3, at=NOON + DAY)
    assert sums(alice) == {"earned": "13.00", "spent": "3.00", "expired": "10.00"}


def test_more_than_the_wallet_holds_is_refused_and_nothing_changes(alice):
    add(alice, 10)
    before = Event.objects.count()
    with pytest.raises(NotEnoughPoints):
        spend(alice, "10.01")
    assert sums(alice) == {"available": "10.00", "earned": "10.00"}
    assert (PointsTransfer.objects.count(), Draw.objects.count(), Event.objects.count()) == (1, 0, before)


@pytest.mark.parametrize("points", ["0", "-1", "0.001", "NaN", "Infinity", "1e-3"])
def test_an_amount_that_is_none_is_refused(alice, points):
    add(alice, 10)
    for move in (ledger.add, ledger.spend, ledger.block):
        with pytest.raises(InvalidPoints):
            move(alice, Decimal(points), at=NOON, actor=SYSTEM, origin=TEST)
    assert sums(alice) == {"available": "10.00", "earned": "10.00"}


def test_the_same_external_id_has_one_effect_and_another_amount_is_refused(alice, bob):
    origin = ledger.Origin(source="till", external_id="42")
    first = add(alice, 10, origin=origin)
    assert add(alice, 10, origin=origin).pk == first.pk
    for customer, points in ((alice, 11), (bob, 10)):
        with pytest.raises(ExternalIdTaken):
            add(customer, points, origin=origin)
    add(bob, 10, origin=ledger.Origin(source="web", external_id="42"))
    assert sums(alice) == {"available": "10.00", "earned": "10.00"}


def test_cancelling_a_partly_used_add_removes_what_is_left(alice):
    batch = add(alice, 10)
    spend(alice, 4)
    ledger.cancel(batch, at=NOON, actor=SYSTEM)
    assert sums(alice) == {"spent": "4.00"}
    with pytest.raises(TransferNotCancelable):
        ledger.cancel(batch, at=NOON, actor=SYSTEM)
    assert sums(alice) == {"spent": "4.00"}


def test_spends_and_gifts_cannot_be_cancelled(alice, bob):
    add(alice, 10)
    spent = spend(alice, 1)
    sent = ledger.give(alice, bob, Decimal(2), at=NOON, actor=SYSTEM, origin=TEST)
    received = PointsTransfer.objects.get(kind="p2p_adding")
    for transfer in (spent, sent, received):
        with pytest.raises(TransferNotCancelable):
            ledger.cancel(transfer, at=NOON, actor=SYSTEM)
    assert sums(alice) == {"available": "7.00", "earned": "10.00", "spent": "3.00"}


def test_a_block_draws_like_a_spend_and_its_release_restores_the_same_batches(alice):
    soon, late = add(alice, 10, expires_at=NOON + DAY), add(alice, 10, expires_at=NOON + 9 * DAY)
    blocked = block(alice, 15)
    assert sums(alice) == {"available": "5.00", "blocked": "15.00", "earned": "20.00"}
    assert remaining(soon, late) == ["0.00", "5.00"]
    ledger.cancel(blocked, at=NOON, actor=SYSTEM)
    assert remaining(soon, late) == ["10.00", "10.00"]
    assert sums(alice) == {"available": "20.00", "earned": "20.00"}
    with pytest.raises(TransferNotCancelable):
        ledger.cancel(blocked, at=NOON, actor=SYSTEM)


def test_what_a_release_would_return_to_an_expired_batch_is_lost(alice):
    add(alice, 10, expires_at=NOON + DAY)
    add(alice, 10, expires_at=NOON + 9 * DAY)
    blocked = block(alice, 15)
    ledger.cancel(blocked, at=NOON + 2 * DAY, actor=SYSTEM)
    assert sums(alice) == {"available": "10.00", "earned": "20.00", "expired": "10.00"}


def test_reversing_a_spending_returns_exactly_its_draws_once(alice):
    soon, late = add(alice, 10, expires_at=NOON + DAY), add(alice, 10, expires_at=NOON + 9 * DAY)
    spent = spend(alice, 12)
    ledger.reverse(spent, at=NOON, actor=SYSTEM)
    assert remaining(soon, late) == ["10.00", "10.00"]
    assert sums(alice) == {"available": "20.00", "earned": "20.00"}
    with pytest.raises(TransferNotReversible):
        ledger.reverse(spent, at=NOON, actor=SYSTEM)
    with pytest.raises(TransferNotReversible):
        ledger.reverse(soon, at=NOON, actor=SYSTEM)
    assert sums(alice) == {"available": "20.00", "earned": "20.00"}


def test_a_reversal_into_a_cancelled_add_gives_nothing_back(alice):
    batch = add(alice, 10)
    spent = spend(alice, 4)
    ledger.cancel(batch, at=NOON, actor=SYSTEM)
    ledger.reverse(spent, at=NOON, actor=SYSTEM)
    assert sums(alice) == {}


def test_a_gift_keeps_each_slices_expiry_and_is_not_earning(alice, bob):
    soon = add(alice, 10, expires_at=NOON + DAY)
    add(alice, 10, expires_at=None)
    sent = ledger.give(alice, bob, Decimal(15), at=NOON, actor=SYSTEM, origin=TEST)
    slices = PointsTransfer.objects.filter(wallet_id=bob.pk).order_by("-value")
    assert [(str(batch.value), batch.expires_at) for batch in slices] == [
        ("10.00", soon.expires_at),
        ("5.00", None),
    ]
    assert sent.kind == "p2p_spending"
    assert sums(bob) == {"available": "15.00"}
    assert sums(alice) == {"available": "5.00", "earned": "20.00", "spent": "15.00"}


def test_nobody_gives_to_themselves_or_more_than_they_have(alice, bob):
    add(alice, 10)
    with pytest.raises(SameWallet):
        ledger.give(alice, alice, Decimal(1), at=NOON, actor=SYSTEM, origin=TEST)
    with pytest.raises(NotEnoughPoints):
        ledger.give(alice, bob, Decimal(11), at=NOON, actor=SYSTEM, origin=TEST)
    assert (sums(alice), sums(bob)) == ({"available": "10.00", "earned": "10.00"}, {})


def test_a_batch_can_be_expired_by_hand_once(alice):
    batch = add(alice, 10)
    spent = spend(alice, 4)
    ledger.expire(batch, at=NOON, actor=SYSTEM)
    assert sums(alice) == {"earned": "10.00", "spent": "4.00", "expired": "6.00"}
    for transfer in (batch, spent):
        with pytest.raises(TransferNotExpirable):
            ledger.expire(transfer, at=NOON, actor=SYSTEM)


def test_the_nightly_job_changes_each_batch_once_and_dates_it_when_it_was_due(alice, bob):
    batch = add(alice, 10, expires_at=NOON + DAY)
    add(bob, 5, expires_at=NOON + 2 * DAY)
    assert ledger.settle_due(at=NOON + DAY - timedelta(seconds=1)) == 0
    assert ledger.settle_due(at=NOON + 3 * DAY, chunk=1) == 2
    assert ledger.settle_due(at=NOON + 3 * DAY) == 0
    batch.refresh_from_db()
    assert (batch.state, batch.ended_at) == ("expired", NOON + DAY)
    assert LedgerEntry.objects.get(wallet_id=alice.pk, reason="expired").created_at == NOON + DAY
    assert (sums(alice)["expired"], sums(bob)["expired"]) == ("10.00", "5.00")


def test_a_batch_that_was_pending_may_unlock_and_expire_in_one_late_run():
    store = make_store(all_time_not_locked=False, points_days_locked=2, points_days_active_count=3)
    alice = make_customer(store)
    add(alice, 10)
    ledger.settle_due(at=NOON + 30 * DAY)
    assert sums(alice) == {"earned": "10.00", "expired": "10.00"}
    reasons = LedgerEntry.objects.filter(wallet_id=alice.pk).values_list("balance", "reason")
    assert list(reasons) == [
        ("pending", "added"),
        ("pending", "unlocked"),
        ("available", "unlocked"),
        ("available", "expired"),
    ]


@pytest.mark.parametrize(
    ("granted", "shares", "revoked"),
    [
        ("70.00", ["0.5"], ["35.00"]),
        ("70.00", ["0.5", "0.5", "0.5"], ["35.00", "35.00", "0.00"]),
        ("0.01", ["0.4", "0.4"], ["0.00", "0.00"]),
        ("10.00", ["0.3333", "0.3333", "0.3334"], ["3.33", "3.33", "3.33"]),
        ("10.00", ["1", "1"], ["10.00", "0.00"]),
        # 0.055, which a share rounded to a decimal makes 0.05499…: half up all the same.
        ("0.30", ["55/300", "55/300"], ["0.06", "0.06"]),
    ],
)
def test_returns_take_back_their_share_and_never_more_than_the_sale_gave(alice, granted, shares, revoked):
    sale, returns = make_ids(1 + len(shares))[0], make_ids(1 + len(shares))[1:]
    add(alice, granted, origin=ledger.Origin(source="purchase", purchase_id=sale))
    taken = [
        ledger.revoke_for_return(
            alice, sale_id=sale, return_id=back, returned_share=Fraction(share), at=NOON, actor=SYSTEM
        )
        for back, share in zip(returns, shares, strict=True)
    ]
    assert [str(points) for points in taken] == revoked
    assert Decimal(sums(alice).get("available", "0")) == Decimal(granted) - sum(taken)


def test_a_return_takes_pending_points_first_and_no_more_than_the_wallet_holds():
    store = make_store(all_time_not_locked=False, points_days_locked=5)
    alice = make_customer(store)
    sale, back, again = make_ids(3)
    add(alice, 10, origin=ledger.Origin(source="purchase", purchase_id=sale))
    revoke = {"sale_id": sale, "returned_share": Decimal("0.6"), "at": NOON, "actor": SYSTEM}
    assert ledger.revoke_for_return(alice, return_id=back, **revoke) == Decimal("6.00")
    assert ledger.revoke_for_return(alice, return_id=back, **revoke) == Decimal(0)
    assert sums(alice) == {"pending": "4.00", "spent": "6.00"}
    ledger.settle_due(at=NOON + 5 * DAY)
    spend(alice, 3, at=NOON + 5 * DAY)
    revoke["at"] = NOON + 5 * DAY
    assert ledger.revoke_for_return(alice, return_id=again, **revoke) == Decimal("1.00")
    assert sums(alice) == {"earned": "10.00", "spent": "10.00"}


def test_points_that_would_wait_longer_than_they_live_do_not_wait():
    store = make_store(all_time_not_locked=False, points_days_locked=5)
    alice = make_customer(store)
    for days in (2, 5, 6):
        add(alice, days, expires_at=NOON + days * DAY)
    assert sums(alice) == {"available": "7.00", "pending": "6.00", "earned": "7.00"}
    ledger.settle_due(at=NOON + 5 * DAY)
    assert sums(alice) == {"available": "6.00", "earned": "13.00", "expired": "7.00"}


def test_a_return_that_is_taken_back_gives_pending_points_back_as_pending():
    store = make_store(all_time_not_locked=False, points_days_locked=5)
    alice = make_customer(store)
    sale, back, again = make_ids(3)
    add(alice, 10, origin=ledger.Origin(source="purchase", purchase_id=sale))
    revoke = {"sale_id": sale, "returned_share": Decimal("0.6"), "at": NOON, "actor": SYSTEM}
    ledger.revoke_for_return(alice, return_id=back, **revoke)
    ledger.reverse(PointsTransfer.objects.get(purchase_id=back), at=NOON, actor=SYSTEM)
    assert sums(alice) == {"pending": "10.00"}
    assert ledger.revoke_for_return(alice, return_id=again, **revoke) == Decimal("6.00")
    ledger.settle_due(at=NOON + 5 * DAY)
    assert sums(alice) == {"available": "4.00", "earned": "10.00", "spent": "6.00"}


def make_ids(count):
    return [UUID(int=number) for number in range(1, count + 1)]


def test_nothing_leaves_a_frozen_wallet(alice, bob):
    add(alice, 10)
    Wallet.objects.filter(pk=alice.pk).update(is_frozen=True)
    for move in (
        lambda: spend(alice, 1),
        lambda: block(alice, 1),
        lambda: ledger.give(alice, bob, Decimal(1), at=NOON, actor=SYSTEM, origin=TEST),
    ):
        with pytest.raises(WalletFrozen):
            move()
    assert sums(alice) == {"available": "10.00", "earned": "10.00"}


@pytest.mark.parametrize(
    "statement",
    ["UPDATE wallet_ledgerentry SET change = change + 1", "DELETE FROM wallet_ledgerentry"],
)
def test_the_database_refuses_to_change_or_delete_an_entry(alice, statement):
    add(alice, 10)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert sums(alice) == {"available": "10.00", "earned": "10.00"}


def test_a_spend_costs_the_same_whatever_the_history(alice):
    for _ in range(3):
        add(alice, 10, expires_at=None)
    with CaptureQueriesContext(connection) as few:
        spend(alice, 25)
    for _ in range(60):
        add(alice, 1, expires_at=None)
    with CaptureQueriesContext(connection) as many:
        spend(alice, 20)
    # What is written goes out together on PostgreSQL. The savepoint of a test that is itself a transaction counts too.
    assert len(many) == len(few) == (6 if connection.vendor == "postgresql" else 10)


def test_very_many_small_batches_are_drawn_and_returned_in_few_statements(alice):
    for _ in range(300):
        add(alice, "0.01")
    with CaptureQueriesContext(connection) as spending:
        spent = spend(alice, 3)
    reads = [query["sql"] for query in spending if "remaining" in query["sql"] and "SELECT" in query["sql"]]
    assert len(reads) <= 4
    with CaptureQueriesContext(connection) as reversing:
        ledger.reverse(spent, at=NOON, actor=SYSTEM)
    assert len(reversing) <= 20
    assert sums(alice) == {"available": "3.00", "earned": "3.00"}
