"""Many at once: nobody spends a point twice, and nobody loses one on the way to somebody else."""

import re
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from fractions import Fraction
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, connections
from django.db.backends.utils import CursorWrapper

from loyalty.actors import SYSTEM
from tests.callers import as_partner
from tests.factories import NOON, make_customer, make_store
from tests.torture import size
from tests.wallet.ledgers import TEST, add, spend, sums
from wallet import ledger, verification, vouchers
from wallet.ledger import gifting
from wallet.ledger.refusals import ExternalIdTaken, NotEnoughPoints, TransferNotReversible
from wallet.models import PointsTransfer, Wallet

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.torture]


def run_at_once(threads, work):
    """Run `work(number)` in so many threads that start together, each closing its own connection."""
    start = threading.Barrier(threads, timeout=60)

    def runner(number):
        try:
            start.wait()
            return work(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(runner, range(threads)))


def take_out_locks(monkeypatch):
    """Read rows without their locks, and let SQLite's transactions read before they lock: for canaries."""
    plain = CursorWrapper.execute

    def execute(self, sql, params=None):
        return plain(self, re.sub(r" FOR (NO KEY )?UPDATE\b[^)]*$", "", sql), params)

    monkeypatch.setattr(CursorWrapper, "execute", execute)
    if connection.vendor == "sqlite":
        monkeypatch.setitem(connection.settings_dict["OPTIONS"], "transaction_mode", "DEFERRED")


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


# --- One wallet -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("round_", range(size(1, 20)))
def test_fifty_threads_spend_exactly_what_the_wallet_holds(round_):
    alice = make_customer(make_store())
    for points in (200, 200, 100):
        add(alice, points)
    assert spend_race(alice) == {"accepted": 500, "refused": 500}
    assert sums(alice) == {"earned": "500.00", "spent": "500.00"}


def test_the_race_is_real_without_the_lock_the_wallet_is_overspent(monkeypatch):
    """The canary: the same race with the lock taken out must not come out right."""
    alice = make_customer(make_store())
    add(alice, 100)
    take_out_locks(monkeypatch)
    outcomes = spend_race(alice, threads=20, each=25)
    assert outcomes != {"accepted": 100, "refused": 400}
    assert outcomes["accepted"] > 100 or outcomes["broken"] > 0


# --- A bank ---------------------------------------------------------------------------------------------------


def make_bank():
    store = make_store()
    people = [make_customer(store, name) for name in ("alice", "bob", "charlie", "dave", "erin")]
    for person in people:
        add(person, 100)
    return people


def run_bank(people, *, clients, gifts, readers=2):
    """Have clients give points around while others read all balances; count gifts, give every total that was read."""
    left = threading.Semaphore(0)
    outcomes: Counter[str] = Counter()
    read: set[tuple[Decimal, bool]] = set()

    def give(number, turn):
        sender, receiver = people[number % 5], people[(number + 1 + turn % 4) % 5]
        try:
            ledger.give(sender, receiver, Decimal(7), at=NOON, actor=SYSTEM, origin=TEST)
        except NotEnoughPoints:
            return "short"
        except DatabaseError:
            return "broken"
        return "given"

    def read_on():
        while not left.acquire(timeout=0.01):
            balances = list(Wallet.objects.values_list("available", flat=True))
            read.add((sum(balances), min(balances) < 0))

    def work(number):
        if number < readers:
            read_on()
            return
        mine = Counter(give(number, turn) for turn in range(gifts))
        outcomes.update(mine)
        if sum(outcomes.values()) == clients * gifts:
            left.release(readers)

    run_at_once(readers + clients, work)
    return outcomes, read


def test_a_bank_keeps_its_total_in_every_read_and_never_deadlocks():
    outcomes, read = run_bank(make_bank(), clients=12, gifts=size(15, 400))
    assert outcomes["broken"] == 0
    assert outcomes["given"] > 0
    assert read == {(Decimal(500), False)}
    assert list(verification.find_drifts()) == []


def test_the_deadlock_is_real_when_wallets_are_locked_as_they_come(monkeypatch, on_postgresql):
    """The canary: locked in the order of the call, two who give to each other wait for each other."""
    if not on_postgresql:
        pytest.skip("SQLite lets one writer in at a time")

    def lock_as_they_come(ids):
        return [Wallet.objects.select_for_update().get(pk=pk) for pk in ids]

    monkeypatch.setattr(gifting, "lock_open_wallets", lock_as_they_come)
    outcomes, _ = run_bank(make_bank(), clients=12, gifts=3)
    assert outcomes["broken"] > 0
    assert list(verification.find_drifts()) == []


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


# --- Returns --------------------------------------------------------------------------------------------------


def return_race(*, returns=20):
    """Take back a quarter of one sale's 40 points many times at once; give the points taken and how many broke."""
    alice, sale = make_customer(make_store()), uuid4()
    add(alice, 40, origin=ledger.Origin(source="purchase", purchase_id=sale))
    add(alice, 1000)

    def work(_number):
        try:
            return ledger.revoke_for_return(
                alice,
                sale_id=sale,
                return_id=uuid4(),
                returned_share=Fraction(1, 4),
                at=NOON,
                actor=SYSTEM,
            ), 0
        except (DatabaseError, AssertionError):
            return Decimal(0), 1

    outcomes = run_at_once(returns, work)
    return sum(points for points, _ in outcomes), sum(broken for _, broken in outcomes)


def test_twenty_returns_at_once_take_back_no_more_than_the_sale_gave():
    assert return_race() == (40, 0)
    assert Wallet.objects.get().available == 1000
    assert list(verification.find_drifts()) == []


def test_the_race_of_returns_is_real_without_the_lock(monkeypatch, on_postgresql):
    """The canary: with the lock taken out, returns take back more than the sale gave, or break."""
    take_out_locks(monkeypatch)
    taken, broken = return_race()
    assert taken > 40 if on_postgresql else broken


# --- Vouchers -------------------------------------------------------------------------------------------------


def voucher_race(*, codes, redeemers=50):
    """Have many customers use each of some vouchers of one point at once; count what happened."""
    store = make_store()
    people = [make_customer(store, "redeemer") for _ in range(redeemers)]
    terms = vouchers.Terms(amount=Decimal(1))
    made = [vouchers.create(store, terms, at=NOON, actor=SYSTEM).code for _ in range(codes)]
    ready = threading.Barrier(redeemers, timeout=60)  # broken, not waited for, when one of them fails

    def use(number, code):
        try:
            address = f"192.0.2.{number}"  # their own: so many at one address would look like guessing
            vouchers.use(people[number], code, at=NOON, actor=SYSTEM, address=address)
        except vouchers.VoucherUsed:
            return "used already"
        except ExternalIdTaken:
            return "stopped by the external id"
        except DatabaseError:
            return "broken"
        return "won"

    def work(number):
        outcomes: Counter[str] = Counter()
        for code in made:
            ready.wait()
            outcomes[use(number, code)] += 1
            connections.close_all()
        return outcomes

    return sum(run_at_once(redeemers, work), Counter())


def given_away():
    return sum(Wallet.objects.values_list("available", flat=True))


def test_of_fifty_redeemers_each_voucher_knows_one():
    codes = size(3, 200)
    assert voucher_race(codes=codes) == {"won": codes, "used already": 49 * codes}
    assert given_away() == codes
    assert list(verification.find_drifts()) == []


def test_without_its_lock_a_voucher_is_still_worth_its_points_once(monkeypatch, on_postgresql):
    """Half a canary: the lock is needed for the right answer; behind it the external id keeps the points."""
    take_out_locks(monkeypatch)
    outcomes = voucher_race(codes=3)
    assert outcomes["stopped by the external id" if on_postgresql else "broken"] > 0
    assert given_away() <= 3


def test_the_voucher_race_is_real_without_lock_and_external_id(monkeypatch, on_postgresql):
    """The canary: with both taken out, one voucher pays several customers."""
    take_out_locks(monkeypatch)
    plain = ledger.Origin
    monkeypatch.setattr(ledger, "Origin", lambda external_id, **facts: plain(**facts))
    outcomes = voucher_race(codes=3)
    assert (outcomes["won"] > 3) if on_postgresql else outcomes["broken"]


# --- Idempotency keys -----------------------------------------------------------------------------------------


def send(partner, customer, key, points):
    """Send a request of one key; give (points, status, answer)."""
    body = {"points": points, "type": "Till", "external_id": f"{key}-{points}"}
    path = f"/omniwallet/api/v1/customers/{customer.email}/add-points"
    answer = partner("POST", path, body, headers={"Idempotency-Key": key})
    return points, answer.status_code, answer.content


def key_race(partner, customer, key, *, callers=20):
    """Send a key from many at once, every fourth with another body."""
    return run_at_once(callers, lambda number: send(partner, customer, key, 5 if number % 4 else 6))


def test_each_key_has_one_effect_and_one_answer_however_many_send_it():
    store = make_store()
    partner, alice = as_partner(store), make_customer(store)
    for number in range(size(6, 200)):
        key = f"key-{number}"
        answers = key_race(partner, alice, key)
        done = {(points, content) for points, status, content in answers if status == 200}
        assert len(done) == 1
        ((points, content),) = done
        assert {status for sent, status, _ in answers if sent == points} <= {200, 409}
        assert {status for sent, status, _ in answers if sent != points} <= {422, 409}
        assert PointsTransfer.objects.count() == number + 1
        assert send(partner, alice, key, points) == (points, 200, content)
        assert send(partner, alice, key, 11 - points)[1] == 422
    assert PointsTransfer.objects.count() == size(6, 200)
    assert list(verification.find_drifts()) == []


def test_the_key_race_is_real_without_the_lock(monkeypatch, on_postgresql):
    """The canary: the key's row read without its lock, both bodies have their effect."""
    take_out_locks(monkeypatch)
    store = make_store()
    partner, alice = as_partner(store), make_customer(store)
    statuses: Counter[int] = Counter()
    for number in range(3):
        statuses.update(status for _, status, _ in key_race(partner, alice, f"key-{number}"))
    if on_postgresql:
        assert PointsTransfer.objects.count() > 3
    else:
        assert statuses[503] > 0
