"""Importing purchase history: every basket through the front door, once, whatever happens meanwhile."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from customers.models import Customer
from loyalty.models import PointOfSale
from loyalty.refusals import InvalidInput
from orders import importing, purchases
from orders.demo.story import SAMPLE
from orders.models import Purchase
from orders.names import invent
from tests.factories import NOON, make_customer
from wallet import verification
from wallet.models import PointsTransfer

LIMIT = 60


def run(store, **options):
    """Import some of the sample and give the last progress."""
    return list(importing.import_history(store, SAMPLE, at=NOON, **{"limit": LIMIT, **options}))[-1]


@pytest.mark.django_db
def test_baskets_are_registered_matched_and_rewarded(store, level):
    known = make_customer(store, card_number="1303", level=level)

    progress = run(store)

    assert progress.figures() == {"new": LIMIT, "there": 0, "refused": 0, "customers": 0}
    of_known = Purchase.objects.filter(customer=known)
    assert of_known.count() == Purchase.objects.filter(customer_card_number="1303").count() > 0
    granted = PointsTransfer.objects.filter(wallet_id=known.pk)
    assert {transfer.created_at for transfer in granted} <= {purchase.purchased_at for purchase in of_known}
    assert list(verification.find_drifts()) == []


@pytest.mark.django_db
def test_unknown_households_and_points_of_sale_are_made_on_request(store, level):
    progress = run(store, creates_customers=True, creates_points_of_sale=True)

    assert progress.customers == Customer.objects.count() > 10
    assert not Purchase.objects.filter(customer=None).exists()
    assert not Purchase.objects.filter(point_of_sale=None).exists()
    assert PointOfSale.objects.count() == 75
    customer = Customer.objects.order_by("created_at").first()
    assert customer.created_at == customer.purchases.earliest("purchased_at").purchased_at
    person = invent(int(customer.card_number))
    assert (customer.first_name, customer.email) == (person.first_name, person.email)


@pytest.mark.django_db
def test_a_second_run_adds_nothing(store, level):
    run(store, creates_customers=True)
    before = PointsTransfer.objects.count()

    again = run(store, creates_customers=True)

    assert again.figures() == {"new": 0, "there": LIMIT, "refused": 0, "customers": 0}
    assert (Purchase.objects.count(), PointsTransfer.objects.count()) == (LIMIT, before)


@pytest.mark.django_db
def test_history_can_be_moved_and_points_dated_today(store, level):
    run(store, ends_at=date(2026, 3, 13), points_dated_today=True, creates_customers=True)

    first = Purchase.objects.earliest("purchased_at")
    assert first.purchased_at.date() == date(2026, 3, 13) - timedelta(days=365)
    assert set(PointsTransfer.objects.values_list("created_at", flat=True)) == {NOON}


@pytest.mark.django_db
def test_a_basket_that_is_refused_does_not_keep_the_others_out(store, level, monkeypatch):
    genuine = purchases.register_purchase

    def choosy(store, *, document, **options):
        found = genuine(store, document=document, **options)
        if len(document.lines) > 20:
            raise InvalidInput(reason="Too long.")
        return found

    monkeypatch.setattr(purchases, "register_purchase", choosy)
    progress = run(store)

    assert 0 < progress.failed < LIMIT
    assert progress.registered == Purchase.objects.count() == LIMIT - progress.failed
    assert progress.reasons[0].endswith(": Too long.")


@pytest.mark.django_db
def test_a_chunk_that_meets_a_deadlock_is_done_one_by_one(store, level, monkeypatch):
    genuine, calls = purchases.register_purchase, []

    def unlucky(store, **options):
        calls.append(1)
        if len(calls) == 7:
            raise OperationalError("deadlock detected")
        return genuine(store, **options)

    monkeypatch.setattr(purchases, "register_purchase", unlucky)
    progress = run(store)

    assert (progress.registered, Purchase.objects.count()) == (LIMIT, LIMIT)


@pytest.mark.django_db
def test_the_command_tells_what_it_did(store, level, capsys):
    call_command("import_purchases", str(SAMPLE), limit=5)

    out, err = capsys.readouterr()
    assert "5 registered, 0 already there, 0 refused" in out
    assert "100% 5/5 baskets" in err


@pytest.mark.django_db
@pytest.mark.parametrize("arguments", [[str(SAMPLE), "--store", "NOWHERE"], ["nowhere.csv"]])
def test_the_command_refuses_what_is_not_there(store, arguments):
    with pytest.raises(CommandError):
        call_command("import_purchases", *arguments)


@pytest.mark.torture
def test_an_import_that_is_killed_goes_on_and_registers_everything_once(tmp_path):
    database = tmp_path / "killed.sqlite3"
    environment = {**os.environ, "DEBUG": "1", "DATABASE_URL": f"sqlite:///{database}", "REDIS_URL": ""}
    environment |= {"DJANGO_SETTINGS_MODULE": "loyalty.settings"}
    prepare = (
        "from django.utils import timezone; from orders.demo import programme as p; now = timezone.now(); "
    )
    prepare += "store = p.make_store(at=now); p.dress_store(store, at=now); p.make_rules(store, at=now)"

    def manage(*arguments):
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            env=environment,
            capture_output=True,
            check=True,
            text=True,
        ).stdout

    def registered():
        with sqlite3.connect(database) as connection:
            return connection.execute("SELECT COUNT(*) FROM orders_purchase").fetchone()[0]

    manage("migrate", "--verbosity=0")
    manage("shell", "--command", prepare)
    command = ["import_purchases", str(SAMPLE), "--create-customers", "--limit", "600"]
    for wanted in (50, 250):
        victim = subprocess.Popen(
            [sys.executable, "manage.py", *command], env=environment, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + 120
        while registered() < wanted and time.monotonic() < deadline:
            time.sleep(0.05)
        os.kill(victim.pid, signal.SIGKILL)
        victim.wait()
        assert wanted <= registered() < 600

    told = manage(*command)

    assert registered() == 600
    assert "600 registered" not in told
    assert "The ledger adds up" in manage("verify_ledger")
