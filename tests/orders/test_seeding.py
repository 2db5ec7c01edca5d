"""Bulk data: as many as asked for, alike for the same seed, and a ledger that adds up."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Sum

from customers.models import Customer
from orders import seeding
from orders.models import Purchase, PurchaseLine
from tests.factories import make_level, make_store
from wallet import verification
from wallet.models import PointsTransfer, Wallet

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def seed(store, customers, purchases, number=1):
    return list(seeding.seed(store, customers=customers, purchases=purchases, seed_number=number, at=AT))


def test_as_many_are_added_as_asked_for_and_the_ledger_adds_up(store, monkeypatch):
    monkeypatch.setattr(seeding, "_CHUNK", 30)
    bronze, gold = make_level(store), make_level(store, "gold", condition=100)

    progress = seed(store, 70, 200)

    assert [(each.customers, each.purchases) for each in progress] == [(30, 85), (60, 170), (70, 200)]
    assert (Customer.objects.count(), Purchase.objects.count()) == (70, 200)
    assert list(verification.find_drifts()) == []
    assert PointsTransfer.objects.filter(state="expired").exists()
    assert not Wallet.objects.filter(next_change_at__lte=AT).exists()
    for customer in Customer.objects.all():
        bought = customer.purchases.aggregate(total=Sum("gross_value"))["total"] or Decimal(0)
        assert customer.purchases_amount == bought
        assert customer.level == (gold if bought >= 100 else bronze)
    line_total = PurchaseLine.objects.aggregate(total=Sum("gross_value"))["total"]
    assert line_total == Purchase.objects.aggregate(total=Sum("gross_value"))["total"]


def test_pending_points_are_kept_pending():
    store = make_store(all_time_not_locked=False, points_days_locked=400)

    seed(store, 5, 20)

    assert set(PointsTransfer.objects.values_list("state", flat=True)) == {"pending"}
    assert list(verification.find_drifts()) == []


def test_another_run_adds_to_the_first(store):
    seed(store, 10, 20)
    seed(store, 10, 20)

    assert (Customer.objects.count(), Purchase.objects.count()) == (20, 40)


def test_the_command_tells_what_it_added(store, capsys):
    call_command("seed", customers=5, purchases=9)

    assert "5 customers and 9 purchases added" in capsys.readouterr().out
    assert Purchase.objects.count() == 9


@pytest.mark.parametrize("options", [{"store": "NOWHERE"}, {"customers": 0}, {"purchases": -1}])
def test_nonsense_is_refused(store, options):
    with pytest.raises(CommandError):
        call_command("seed", **{"customers": 1, "purchases": 1, **options})
