"""Numbers that are kept instead of counted: drift is found, told and put right, beside whoever writes."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction

from customers import tallies as customer_tallies
from customers.models import Customer, CustomerTally
from loyalty import tallies
from loyalty.celery import app
from loyalty.tasks import add_up_tallies, verify_tallies
from tests.factories import NOON, make_customer, make_level
from wallet.models import TransferTally

pytestmark = pytest.mark.django_db
keeps = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite counts; nothing can drift")


def test_every_floor_brings_its_tallies():
    assert set(tallies.every_tally()) == {CustomerTally, TransferTally}


@keeps
def test_a_wrong_number_is_found_told_and_mended(store):
    basic = make_level(store)
    for _ in range(3):
        make_customer(store, level=basic)
    assert list(tallies.find_drifts(CustomerTally)) == []
    CustomerTally.objects.create(store_id=store.pk, level_id=basic.pk, change=2)
    CustomerTally.objects.create(store_id=store.pk, level_id=None, change=-1)

    assert {(drift.key, drift.surplus) for drift in tallies.find_drifts(CustomerTally)} == {
        ((store.pk, basic.pk), 2),
        ((store.pk, None), -1),
    }
    said = io.StringIO()
    with pytest.raises(CommandError, match="2 numbers"):
        call_command("verify_tallies", stderr=said)
    assert f"customer tally of {store.pk}, {basic.pk}: +2 against the rows" in said.getvalue()

    assert verify_tallies() == 2
    assert customer_tallies.counts_by_level(store) == {basic.pk: 3}
    assert verify_tallies() == 0
    call_command("verify_tallies")


@keeps
def test_the_command_mends_when_told_to(store):
    make_customer(store)
    CustomerTally.objects.all().delete()

    call_command("verify_tallies", "--mend", stderr=io.StringIO())

    assert customer_tallies.count_customers(store) == 1


def test_adding_up_is_done_for_all_of_them(store):
    for _ in range(3):
        make_customer(store)

    add_up_tallies()

    assert CustomerTally.objects.count() <= 1
    assert add_up_tallies() == 0
    assert customer_tallies.count_customers(store) == 3


@keeps
def test_adding_up_goes_on_behind_lines_of_which_each_is_the_only_one(store):
    levels = [make_level(store, f"level{number}", number) for number in range(3)]
    for level in levels:
        CustomerTally.objects.create(store_id=store.pk, level_id=level.pk, change=1)
    for _ in range(5):
        CustomerTally.objects.create(store_id=store.pk, level_id=None, change=1)

    assert tallies.add_up(CustomerTally, chunk=3) == 3
    assert tallies.add_up(CustomerTally, chunk=3) == 1

    assert CustomerTally.objects.count() == 4
    assert customer_tallies.count_customers(store) == 8


def test_both_tasks_have_their_time():
    planned = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert {"loyalty.tasks.add_up_tallies", "loyalty.tasks.verify_tallies"} <= planned


@keeps
@pytest.mark.django_db(transaction=True)
def test_mending_leaves_out_what_others_have_not_committed(store):
    make_customer(store)
    CustomerTally.objects.create(store_id=store.pk, level_id=None, change=5)
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor, transaction.atomic():
            cursor.execute("BEGIN")
            cursor.execute(
                "INSERT INTO customers_customertally (store_id, change) VALUES (%s, 1)", [store.pk]
            )
            assert verify_tallies() == 1
            assert customer_tallies.count_customers(store) == 1
            cursor.execute("ROLLBACK")
    finally:
        other.close()
    assert list(tallies.find_drifts(CustomerTally)) == []


@keeps
def test_rows_copied_in_bulk_and_rows_cascaded_away_are_in_it(store):
    Customer.objects.bulk_create([Customer(store=store, created_at=NOON) for _ in range(4)])
    assert list(tallies.find_drifts(CustomerTally)) == []
    Customer.objects.filter(store=store)[:1].get().delete()
    assert list(tallies.find_drifts(CustomerTally)) == []
    assert customer_tallies.count_customers(store) == 3
