"""Background work killed at any moment leaves a ledger that adds up, and the next run finishes it."""

import os
import random
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection

from tests.factories import NOON, make_customer, make_store
from tests.wallet.ledgers import add
from wallet import verification
from wallet.models import PointsTransfer, Wallet

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.torture]

CUSTOMERS = 150
BATCHES_EACH = 3
KILLS = 4
SETTLE = """
import django
django.setup()
from datetime import datetime
from wallet import ledger
ledger.settle_due(at=datetime.fromisoformat({at!r}), chunk=3)
"""


def database_url():
    """Name the test's own database for another process."""
    parts = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{parts['NAME']}"
    return f"postgres://{parts['USER']}:{parts['PASSWORD']}@{parts['HOST']}:{parts['PORT']}/{parts['NAME']}"


def settle_in_another_process(at):
    environment = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "SECRET_KEY": settings.SECRET_KEY,
        "DJANGO_SETTINGS_MODULE": "loyalty.settings",
    }
    return subprocess.Popen([sys.executable, "-c", SETTLE.format(at=at.isoformat())], env=environment)


def test_settling_survives_kill_9_and_finishes_on_the_next_run():
    store = make_store(all_time_not_locked=False, points_days_locked=1, points_days_active_count=2)
    for _ in range(CUSTOMERS):
        customer = make_customer(store)
        for points in range(1, BATCHES_EACH + 1):
            add(customer, points)
    later = NOON + timedelta(days=30)
    seed = random.randrange(1_000_000)
    chance = random.Random(seed)
    for _ in range(KILLS):
        worker = settle_in_another_process(later)
        before = done()
        while worker.poll() is None and done() == before:
            time.sleep(0.01)
        time.sleep(chance.random() * 0.05)
        worker.kill()
        worker.wait()
        assert list(verification.find_drifts()) == [], f"seed {seed}"
    assert settle_in_another_process(later).wait() == 0
    assert done() == CUSTOMERS * BATCHES_EACH
    wallets = Wallet.objects.values_list("available", "pending", "expired").distinct()
    assert [[str(figure) for figure in figures] for figures in wallets] == [["0.00", "0.00", "6.00"]]
    assert list(verification.find_drifts()) == []


def done():
    return PointsTransfer.objects.filter(state=PointsTransfer.State.EXPIRED).count()
