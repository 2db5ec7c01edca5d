"""Background work killed at any moment leaves a ledger that adds up, and the next run finishes it."""

import os
import random
import signal
import subprocess
import sys
import time
from datetime import timedelta
from decimal import Decimal

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import connection

from customers.models import Customer
from loyalty.actors import SYSTEM
from loyalty.imports import kinds
from loyalty.models import ImportJob, ImportRow
from orders.models import Purchase
from tests.factories import NOON, make_customer, make_level, make_store
from tests.orders.factories import point_per_unit
from tests.torture import size
from tests.wallet.ledgers import add, sums
from wallet import verification
from wallet.models import PointsTransfer, Wallet

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.torture]

KILLS = size(2, 25)
CUSTOMERS = 60 * KILLS
ROWS = 40 * KILLS
# Customers are registered a group in one go: many more fit between two kills.
NEWCOMERS = 200 * KILLS
SETTLE = """
import django
django.setup()
from datetime import datetime
from wallet import ledger
ledger.settle_due(at=datetime.fromisoformat({at!r}), chunk=3)
"""
# A server after its start: the beat looks twice, and what it took up runs in a thread. Small groups, so that there
# is much to be killed in.
IMPORT = """
import django
django.setup()
import time
from loyalty import tasks
from loyalty.imports import jobs
from loyalty.models import ImportJob
jobs.GROUP_ROWS, jobs.TOGETHER_ROWS = 3, 10
tasks.take_up_imports()
tasks.take_up_imports()
while ImportJob.objects.exclude(state="done").exists():
    time.sleep(0.02)
"""
POINTS = "<pointsTransfer><customerLoyaltyCardNumber>111</customerLoyaltyCardNumber><points>1.50</points>"
POINTS += "<type>adding</type><validityDuration>1</validityDuration></pointsTransfer>"
PURCHASE = """<transaction><documentNumber>A{number}</documentNumber>
<purchaseDate>2026-02-20T09:45:04+01:00</purchaseDate><documentType>sell</documentType><customer><name>A</name><loyaltyCardNumber>111</loyaltyCardNumber></customer>
<items><item><sku><code>SKU1</code></sku><name>bread</name><quantity>1</quantity><grossValue>3.00</grossValue>
<category>food</category><maker>baker</maker></item></items></transaction>"""
CUSTOMER = """<customer><firstName>P{number}</firstName><lastName>Doe</lastName><email>p{number}@example.com</email>
<active>1</active><gender>male</gender><agreement1>1</agreement1></customer>"""


def database_url():
    """Name the test's own database for another process."""
    parts = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{parts['NAME']}"
    return f"postgres://{parts['USER']}:{parts['PASSWORD']}@{parts['HOST']}:{parts['PORT']}/{parts['NAME']}"


def in_another_process(program):
    environment = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "REDIS_URL": "",
        "SECRET_KEY": settings.SECRET_KEY,
        "MEDIA_ROOT": str(settings.MEDIA_ROOT),
        "DJANGO_SETTINGS_MODULE": "loyalty.settings",
    }
    return subprocess.Popen([sys.executable, "-c", program], env=environment)


def kill_again_and_again(program, progress):
    """Kill a program at random points of its work, each time after it has moved on; then let it finish unaided."""
    seed = random.randrange(1_000_000)
    chance = random.Random(seed)
    for _ in range(KILLS):
        worker = in_another_process(program)
        before = progress()
        while worker.poll() is None and progress() == before:
            time.sleep(0.01)
        time.sleep(chance.random() * 0.05)
        worker.kill()
        assert worker.wait() == -signal.SIGKILL, "the work was over before it was killed"
        assert list(verification.find_drifts()) == [], f"seed {seed}"
    assert in_another_process(program).wait(timeout=300) == 0
    assert list(verification.find_drifts()) == [], f"seed {seed}"


# --- What time does -------------------------------------------------------------------------------------------


def fill_wallets():
    store = make_store(all_time_not_locked=False, points_days_locked=1, points_days_active_count=2)
    for _ in range(CUSTOMERS):
        customer = make_customer(store)
        for points in (1, 2):
            add(customer, points)


def count_in(state):
    return lambda: PointsTransfer.objects.filter(state=state).count()


def sums_of_all():
    wallets = Wallet.objects.values_list("available", "pending", "earned", "expired").distinct()
    return [[str(figure) for figure in figures] for figures in wallets]


@pytest.mark.parametrize(
    ("days", "state", "sums_afterwards"),
    [
        (1, PointsTransfer.State.ACTIVE, ["3.00", "0.00", "3.00", "0.00"]),
        (30, PointsTransfer.State.EXPIRED, ["0.00", "0.00", "3.00", "3.00"]),
    ],
    ids=["unlocking", "expiring"],
)
def test_settling_survives_kill_9_and_finishes_on_the_next_run(days, state, sums_afterwards):
    fill_wallets()
    at = NOON + timedelta(days=days)
    kill_again_and_again(SETTLE.format(at=at.isoformat()), count_in(state))
    assert count_in(state)() == 2 * CUSTOMERS
    assert sums_of_all() == [sums_afterwards]


# --- Files ----------------------------------------------------------------------------------------------------


def hand_in(store, kind, root, rows):
    body = f"<{root}>{''.join(rows)}</{root}>".encode()
    file = ContentFile(body, name="rows.xml")
    job = kinds.hand_in(
        store, kind=kinds.kind_named(kind), file=file, filename="rows.xml", actor=SYSTEM, at=NOON
    )
    kill_again_and_again(IMPORT, ImportRow.objects.count)
    job.refresh_from_db()
    assert (job.state, job.succeeded, job.failed) == (ImportJob.State.DONE, len(rows), 0)
    assert list(job.rows.values_list("number", flat=True)) == list(range(1, len(rows) + 1))


def test_an_import_of_points_survives_kill_9_and_adds_each_row_once():
    store = make_store(points_days_active_count=36500)
    alice = make_customer(store, card_number="111")
    hand_in(store, "points", "pointsTransfers", [POINTS] * ROWS)
    assert sums(alice) == {"available": f"{ROWS * 1.5:.2f}", "earned": f"{ROWS * 1.5:.2f}"}


def test_an_import_of_purchases_survives_kill_9_and_registers_each_once():
    store = make_store(points_days_active_count=36500)
    level = make_level(store)
    point_per_unit(level)
    alice = make_customer(store, card_number="111", level=level)
    rows = [PURCHASE.format(number=number) for number in range(ROWS)]
    hand_in(store, "purchases", "transactions", rows)
    assert Purchase.objects.count() == ROWS
    assert sums(alice)["available"] == f"{ROWS * 3}.00"
    alice.refresh_from_db()
    assert (alice.purchases_count, alice.purchases_amount) == (ROWS, Decimal(ROWS * 3))


def test_an_import_of_customers_survives_kill_9_and_registers_each_once():
    store = make_store()
    make_level(store)
    rows = [CUSTOMER.format(number=number) for number in range(NEWCOMERS)]
    hand_in(store, "customers", "customers", rows)
    assert Customer.objects.count() == Wallet.objects.count() == NEWCOMERS
