"""Settling in the database does, row by row, what settling in Python does."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loyalty import events
from loyalty.models import Event
from tests.factories import NOON, make_customer, make_store
from wallet import ledger
from wallet.ledger import mass_settling, settling
from wallet.ledger.posting import lock_wallets
from wallet.models import LedgerEntry, PointsTransfer, Wallet

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite settles in Python"),
]
# Both ways are asked only about wallets of which something is due.
DUE = (100, 100, None, -7)
HOURS = st.integers(min_value=-6, max_value=6)


@st.composite
def batch(draw):
    """Draw a batch as (value, remaining, hours until it unlocks, hours until it expires)."""
    value = draw(st.integers(min_value=1, max_value=1000))
    locked = draw(st.none() | HOURS)
    # What is locked expires after it unlocks.
    expires = (
        draw(st.none() | HOURS) if locked is None else draw(st.none() | st.integers(locked + 1, locked + 9))
    )
    return value, draw(st.integers(min_value=0, max_value=value)), locked, expires


def fill(customer, batches):
    """Give a wallet batches as they would stand before anything fell due."""
    wallet = Wallet.objects.get(pk=customer.pk)
    moments = []
    for number, (value, remaining, locked, expires) in enumerate(batches):
        # No two at the same moment: their order would follow from their ids, which differ between the wallets.
        unlock_at = None if locked is None else NOON + timedelta(hours=locked, minutes=2 * number)
        expire_at = None if expires is None else NOON + timedelta(hours=expires, minutes=2 * number + 1)
        made = PointsTransfer.objects.create(
            wallet=wallet,
            store_id=wallet.store_id,
            kind="adding",
            state="active" if locked is None else "pending",
            value=Decimal(value) / 100,
            remaining=Decimal(remaining) / 100,
            locked_until=unlock_at,
            expires_at=expire_at,
            issuer="system",
            source="test",
            comment=str(number),
            created_at=NOON - timedelta(days=9),
        )
        balance = "available" if locked is None else "pending"
        setattr(wallet, balance, getattr(wallet, balance) + made.remaining)
        moments += [moment for moment in (unlock_at, expire_at) if moment]
    wallet.next_change_at = min(moments, default=None)
    wallet.save()


def rows_of(customer):
    """Tell everything that is written about a wallet, batches by their number."""
    number = {each.pk: each.comment for each in PointsTransfer.objects.filter(wallet_id=customer.pk)}
    batches = PointsTransfer.objects.filter(wallet_id=customer.pk).order_by("comment")
    entries = LedgerEntry.objects.filter(wallet_id=customer.pk).order_by("id")
    told = Event.objects.filter(subject_id=str(customer.pk)).order_by("type", "id")
    sums = Wallet.objects.filter(pk=customer.pk)
    return {
        "batches": list(batches.values_list("comment", "state", "remaining", "ended_at")),
        "entries": [
            (
                number[each.transfer_id],
                each.balance,
                each.reason,
                each.change,
                each.balance_after,
                each.created_at,
            )
            for each in entries
        ],
        "events": [
            (each.type, each.occurred_at, each.actor_kind, each.payload["points"], each.payload["balance"])
            for each in told
        ],
        "sums": sums.values_list(
            "available", "pending", "blocked", "earned", "spent", "expired", "next_change_at"
        ).get(),
    }


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(batch(), max_size=8))
def test_both_ways_write_the_same_rows(batches):
    store = make_store(f"S{Wallet.objects.count()}")
    slow, fast = make_customer(store), make_customer(store)
    for customer in (slow, fast):
        fill(customer, [DUE, *batches])

    with events.atomic():
        settling.settle(lock_wallets([slow.pk]), at=NOON)
    with events.atomic():
        lock_wallets([fast.pk])
        mass_settling.settle_many([fast.pk], at=NOON)

    assert rows_of(fast) == rows_of(slow)


def test_every_due_wallet_is_named_once_though_all_fall_due_at_the_same_moment(store):
    people = [make_customer(store) for _ in range(7)]
    Wallet.objects.update(next_change_at=NOON)
    Wallet.objects.filter(pk=people[0].pk).update(next_change_at=NOON + timedelta(seconds=1))

    found = list(mass_settling.due_wallets(at=NOON, chunk=2))

    assert [len(chunk) for chunk in found] == [2, 2, 2]
    assert {each for chunk in found for each in chunk} == {person.pk for person in people[1:]}


def test_a_second_run_finds_nothing_due(store):
    alice = make_customer(store)
    fill(alice, [(500, 500, None, -1)])

    assert ledger.settle_due(at=NOON) == 1
    assert ledger.settle_due(at=NOON) == 0
    assert Event.objects.filter(type="points.expired").count() == 1


def test_wallets_that_another_run_holds_leave_nothing_to_settle(store):
    with events.atomic():
        assert mass_settling.settle_many([], at=NOON) == 0
