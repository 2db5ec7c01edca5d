"""The ledger's figures for Prometheus."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from tests.factories import make_customer
from wallet.models import Wallet

pytestmark = pytest.mark.django_db


def figures():
    text = Client().get("/metrics").content.decode()
    return {
        sample.name: sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_frozen_wallets_and_late_settling_are_shown(store):
    alice, bob = make_customer(store, "alice"), make_customer(store, "bob")
    assert figures()["loyalty_wallets_frozen"] == figures()["loyalty_wallets_overdue_seconds"] == 0
    Wallet.objects.filter(pk=alice.pk).update(is_frozen=True)
    Wallet.objects.filter(pk=bob.pk).update(next_change_at=timezone.now() - timedelta(minutes=10))
    found = figures()
    assert found["loyalty_wallets_frozen"] == 1
    assert found["loyalty_wallets_overdue"] == 1
    assert found["loyalty_wallets_overdue_seconds"] >= 600
