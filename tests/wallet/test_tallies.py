"""Numbers of transfers by kind and state: right after every way in which one comes, changes or goes."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from loyalty import bulk, events
from loyalty.actors import SYSTEM
from loyalty.tallies import add_up, find_drifts
from tests.callers import as_partner, as_person
from tests.factories import NOON, make_customer, make_store
from tests.statements import noting_statements
from tests.wallet.ledgers import TEST, add, block, spend
from wallet import ledger
from wallet.ledger import mass_settling
from wallet.ledger.posting import lock_wallets
from wallet.models import LedgerEntry, PointsTransfer, TransferTally
from wallet.tallies import count_transfers

pytestmark = pytest.mark.django_db
keeps = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite counts")


def numbers(store):
    """Tell how many transfers of each kind and state there are, having counted them too."""
    assert list(find_drifts(TransferTally)) == []
    found = {
        (kind, state): count_transfers(store, kinds=[kind], states=[state])
        for kind in PointsTransfer.Kind.values
        for state in PointsTransfer.State.values
    }
    return {f"{kind} {state}": number for (kind, state), number in found.items() if number}


def test_transfers_are_counted_by_store_kind_and_state(store):
    alice, bob, elsewhere = make_customer(store), make_customer(store, "bob"), make_store("OTHER")
    add(alice, 100)
    add(alice, 50)
    spend(alice, 30)
    blocked = block(alice, 20)
    ledger.give(alice, bob, Decimal(10), at=NOON, actor=SYSTEM, origin=TEST)
    add(make_customer(elsewhere, "carol"), 1)

    gift = {"p2p_spending active": 1, "p2p_adding active": 1}
    assert numbers(store) == {"adding active": 2, "spending active": 1, "blocked active": 1} | gift
    ledger.cancel(blocked, at=NOON, actor=SYSTEM)
    ledger.expire(PointsTransfer.objects.filter(wallet_id=alice.pk, value=50).get(), at=NOON, actor=SYSTEM)

    moved = {"adding active": 1, "adding expired": 1, "spending active": 1, "blocked canceled": 1}
    assert numbers(store) == moved | gift
    assert count_transfers(store) == 6
    assert count_transfers(store, states=["active"]) == 4
    assert count_transfers(store, kinds=["adding", "spending"]) == 3
    assert count_transfers(elsewhere) == 1
    assert count_transfers(make_store("EMPTY")) == 0


def batches_of(customer, number, **fields):
    """Make batches in memory that unlock or expire an hour before noon."""
    return [
        PointsTransfer(
            wallet_id=customer.pk,
            store_id=customer.store_id,
            kind="adding",
            value=Decimal(5),
            remaining=Decimal(5),
            issuer="system",
            source="test",
            created_at=NOON - timedelta(days=1),
            **fields,
        )
        for _ in range(number)
    ]


@keeps
def test_many_that_change_at_once_take_few_lines_and_the_next_change_is_seen_too(store):
    alice, due = make_customer(store), NOON - timedelta(hours=1)
    bulk.insert(batches_of(alice, 120, state="active", expires_at=due))
    bulk.insert(batches_of(alice, 120, state="pending", locked_until=due))
    bulk.insert(
        batches_of(alice, 120, state="pending", locked_until=due, expires_at=due + timedelta(minutes=1))
    )
    alice.wallet.available, alice.wallet.pending = Decimal(600), Decimal(1200)
    alice.wallet.next_change_at = due
    alice.wallet.save()
    assert numbers(store) == {"adding active": 120, "adding pending": 240}
    before = TransferTally.objects.count()

    with events.atomic():
        lock_wallets([alice.pk])
        mass_settling.settle_many([alice.pk], at=NOON)
        # In the same transaction, one at a time again.
        kept = PointsTransfer.objects.filter(state="active").first()
        kept.state = "canceled"
        kept.save()

    assert numbers(store) == {"adding active": 119, "adding expired": 240, "adding canceled": 1}
    assert TransferTally.objects.count() - before < 10


def test_settling_by_the_clock_is_seen(store):
    alice = make_customer(store)
    for days in (1, 2, 3):
        add(alice, 10, at=NOON - timedelta(days=days))
    PointsTransfer.objects.update(expires_at=NOON)
    alice.wallet.next_change_at = NOON
    alice.wallet.refresh_from_db(fields=["available", "earned"])
    alice.wallet.save()

    assert ledger.settle_due(at=NOON) == 3

    assert numbers(store) == {"adding expired": 3}


def test_rows_that_go_are_no_longer_counted(store):
    bulk.insert(batches_of(make_customer(store), 5, state="active"))
    assert numbers(store) == {"adding active": 5}

    PointsTransfer.objects.filter(
        pk__in=list(PointsTransfer.objects.values_list("pk", flat=True)[:2])
    ).delete()

    assert numbers(store) == {"adding active": 3}


def test_adding_up_changes_no_number(store):
    alice = make_customer(store)
    add(alice, 100)
    for _ in range(5):
        spend(alice, 1)
    before = numbers(store)

    add_up(TransferTally, chunk=2)
    add_up(TransferTally)

    assert numbers(store) == before == {"adding active": 1, "spending active": 5}
    assert TransferTally.objects.count() <= 2


@keeps
def test_a_table_that_is_emptied_has_no_rows_left_to_tell_of(store):
    add(make_customer(store), 100)

    with connection.cursor() as cursor:
        cursor.execute(f"SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE {PointsTransfer._meta.db_table} CASCADE")

    assert LedgerEntry.objects.count() == 0
    assert count_transfers(store) == 0
    assert numbers(store) == {}


@pytest.mark.parametrize(
    ("query", "total"),
    [
        ({}, 5),
        ({"state[0]": "active"}, 4),
        ({"state[0]": "canceled", "state[1]": "expired"}, 1),
        ({"type[0]": "spending"}, 2),
        ({"type[0]": "spending", "state[0]": "canceled"}, 0),
        ({"customerFirstName": "bob"}, 1),
        ({"customerFirstName": "bob", "type[0]": "spending"}, 0),
    ],
)
def test_the_list_tells_how_many_there_are(store, query, total):
    alice, bob = make_customer(store), make_customer(store, "bob", first_name="Bob")
    add(alice, 100)
    spend(alice, 1)
    spend(alice, 1)
    ledger.cancel(block(alice, 1), at=NOON, actor=SYSTEM)
    add(bob, 7)

    answer = as_partner(store)("GET", "/api/DEFAULT/points/transfer", **query).json()

    assert (answer["total"], len(answer["transfers"])) == (total, total)
    own = as_person(bob, "customer")("GET", "/api/DEFAULT/customer/points/transfer").json()
    assert own["total"] == 1


@keeps
def test_the_list_of_all_counts_nothing(store):
    alice = make_customer(store)
    add(alice, 100)
    staff = as_partner(store)

    with noting_statements() as statements:
        staff("GET", "/api/DEFAULT/points/transfer", **{"type[0]": "adding"})

    # The page; beside it there would be one to count.
    assert statements.count('SELECT "wallet_pointstransfer"') == 1
    assert statements.count('SELECT "wallet_transfertally"') == 1


@keeps
@pytest.mark.parametrize("query", [{}, {"sort": "createdAt", "direction": "ASC"}])
def test_a_page_among_very_many_of_one_moment_is_all_that_is_read(store, query):
    alice = make_customer(store)
    bulk.insert(batches_of(alice, 11_000, state="active"))
    staff = as_partner(store)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE wallet_pointstransfer, wallet_wallet, customers_customer")

    with CaptureQueriesContext(connection) as queries:
        assert staff("GET", "/api/DEFAULT/points/transfer", **query).json()["total"] == 11_000
    (page,) = [each["sql"] for each in queries if 'FROM "wallet_pointstransfer"' in each["sql"]]

    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {page}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "using transfer_of_store" in plan
    assert "Sort" not in plan, plan
