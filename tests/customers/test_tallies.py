"""Numbers of customers: right after every way in which one comes, goes or moves, and in another transaction's sight."""

import pytest

from customers import tallies
from customers.models import Customer, CustomerTally
from loyalty import bulk
from loyalty.tallies import add_up, find_drifts
from tests.factories import NOON, make_customer, make_level, make_store

pytestmark = pytest.mark.django_db


def test_customers_are_counted_by_store_and_level(store):
    basic, gold, elsewhere = make_level(store), make_level(store, "gold", 100), make_store("OTHER")
    for level in (basic, basic, gold, None):
        make_customer(store, level=level)
    make_customer(store, level=basic, status="deleted")
    make_customer(elsewhere)

    assert tallies.counts_by_level(store) == {basic.pk: 2, gold.pk: 1, None: 1}
    assert tallies.count_customers(store) == 4
    assert tallies.count_customers(elsewhere) == 1
    assert tallies.count_customers(make_store("EMPTY")) == 0


def test_the_numbers_follow_whoever_moves_goes_or_comes_back(store):
    basic, gold = make_level(store), make_level(store, "gold", 100)
    alice, bob = make_customer(store, level=basic), make_customer(store, "bob", level=basic)

    Customer.objects.filter(pk=alice.pk).update(level=gold)
    assert tallies.counts_by_level(store) == {basic.pk: 1, gold.pk: 1}
    bob.status = Customer.Status.DELETED
    bob.save()
    assert tallies.counts_by_level(store) == {gold.pk: 1}
    bob.level = gold
    bob.save()
    assert tallies.counts_by_level(store) == {gold.pk: 1}
    bob.status = Customer.Status.ACTIVE
    bob.save()
    assert tallies.counts_by_level(store) == {gold.pk: 2}
    bob.wallet.delete()
    bob.delete()
    assert tallies.counts_by_level(store) == {gold.pk: 1}


def test_rows_written_in_bulk_count_too(store):
    bulk.insert([Customer(store=store, created_at=NOON) for _ in range(5)])
    Customer.objects.bulk_create([Customer(store=store, created_at=NOON) for _ in range(5)])

    assert tallies.count_customers(store) == 10


def test_adding_up_changes_no_number(store):
    basic, gold = make_level(store), make_level(store, "gold", 100)
    for level in (basic, gold, basic, gold, basic):
        make_customer(store, level=level)
    Customer.objects.filter(level=gold).update(level=basic)
    before = tallies.counts_by_level(store)

    add_up(CustomerTally, chunk=2)
    add_up(CustomerTally)

    assert tallies.counts_by_level(store) == before == {basic.pk: 5}
    assert CustomerTally.objects.count() <= 1
    assert add_up(CustomerTally) == 0
    assert list(find_drifts(CustomerTally)) == []
