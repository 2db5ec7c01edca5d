"""Many at once: nobody spends a point twice, and nobody loses one on the way to somebody else."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, connections

from loyalty.actors import SYSTEM
from tests.factories import NOON, make_customer, make_store
from tests.wallet.ledgers import TEST, add, spend, sums
from wallet import ledger, verification
from wallet.ledger import spending
from wallet.ledger.refusals import NotEnoughPoints, TransferNotReversible
from wallet.models import PointsTransfer, Wallet

pytestmark = pytest.mark.django_db(transaction=True)


def run_at_once(threads, work):
    """Run `work(number)` in so many threads that start together, each closing its own connection."""
    start = threading.Barrier(threads)

    def runner(number):
        try:
            start.wait()
            return work(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(runner, range(threads)))


def spend_race(customer, *, threads=50, each=20):
    """Have every thread spend one point `each` times; count what happened."""

    def work(_number):
        outcomes: Counter[str] = Counter()
        for _ in range(each):
            try:
                spend(customer, 1)
                outcomes["accepted"] += 1
            except NotEnoughPoints:
                outcomes["refused"] += 1
            except (DatabaseError, AssertionError):
                outcomes["broken"] += 1
        return outcomes

    return sum(run_at_once(threads, work), Counter())


def test_fifty_threads_spend_exactly_what_the_wallet_holds():
    alice = make_customer(make_store())
    for points in (200, 200, 100):
        add(alice, points)
    assert spend_race(alice) == {"accepted": 500, "refused": 500}
    assert sums(alice) == {"earned": "500.00", "spent": "500.00"}


def test_the_race_is_real_without_the_lock_the_wallet_is_overspent(monkeypatch):
    """The canary: the same race with the lock taken out must not come out right."""
    alice = make_customer(make_store())
    add(alice, 100)
    if connection.vendor == "sqlite":
        # SQLite's lock is BEGIN IMMEDIATE; a deferred transaction reads before it locks.
        monkeypatch.setitem(connection.settings_dict["OPTIONS"], "transaction_mode", "DEFERRED")
    monkeypatch.setattr(
        spending, "lock_wallets", lambda ids: list(Wallet.objects.filter(pk__in=ids).order_by("pk"))
    )
    outcomes = spend_race(alice, threads=20, each=25)
    assert outcomes != {"accepted": 100, "refused": 400}


def test_gifts_in_all_directions_keep_the_total_and_never_deadlock():
    store = make_store()
    people = [make_customer(store, name) for name in ("alice", "bob", "charlie")]
    for person in people:
        add(person, 100)

    def work(number):
        for turn in range(20):
            sender, receiver = people[(number + turn) % 3], people[(number + 2 * turn + 1) % 3]
            if sender.pk == receiver.pk:
                continue
            try:
                ledger.give(sender, receiver, Decimal(7), at=NOON, actor=SYSTEM, origin=TEST)
            except NotEnoughPoints:
                continue

    run_at_once(8, work)
    total = sum(Wallet.objects.values_list("available", flat=True))
    assert total == 300
    assert list(verification.find_drifts()) == []


def test_one_external_id_at_once_makes_one_transfer():
    alice = make_customer(make_store())
    origin = ledger.Origin(source="till", external_id="7")
    made = run_at_once(10, lambda _number: add(alice, 5, origin=origin).pk)
    assert len(set(made)) == 1
    assert PointsTransfer.objects.count() == 1
    assert sums(alice) == {"available": "5.00", "earned": "5.00"}


def test_one_reversal_wins_of_many_at_once():
    alice = make_customer(make_store())
    add(alice, 10)
    spent = spend(alice, 6)

    def work(_number):
        try:
            ledger.reverse(spent, at=NOON, actor=SYSTEM)
            return 1
        except TransferNotReversible:
            return 0

    assert sum(run_at_once(10, work)) == 1
    assert sums(alice) == {"available": "10.00", "earned": "10.00"}
