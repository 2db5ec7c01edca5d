"""The nightly review of levels."""

from datetime import timedelta

import pytest
from django.utils import timezone

from customers.models import Customer
from customers.tasks import downgrade_due_levels
from loyalty.programme import DowngradeMode, TierBasis
from tests.factories import make_customer, make_level, make_store

pytestmark = pytest.mark.django_db


def test_every_active_store_is_reviewed(db):
    for code, is_active in (("ONE", True), ("TWO", True), ("CLOSED", False)):
        store = make_store(
            code,
            tier_assign_type=TierBasis.POINTS,
            level_downgrade_mode=DowngradeMode.AFTER_DAYS,
            level_downgrade_days=10,
        )
        make_level(store)
        gold = make_level(store, "gold", 500)
        make_customer(store, level=gold, level_changed_at=timezone.now() - timedelta(days=11))
        store.is_active = is_active
        store.save()
    assert downgrade_due_levels() == 2
    standing = Customer.objects.values_list("store__code", "level__name")
    assert dict(standing) == {"ONE": "level0", "TWO": "level0", "CLOSED": "gold"}
