"""Filters of the cockpit: a day is the store's own day."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from orders.models import Purchase
from tests.cockpit import admin_browser
from tests.factories import make_store

pytestmark = pytest.mark.django_db

LIST = reverse("admin:orders_purchase_changelist")
DAY = {
    "purchased_at_from_0": "2026-03-14",
    "purchased_at_from_1": "00:00:00",
    "purchased_at_to_0": "2026-03-14",
    "purchased_at_to_1": "23:59:59",
}


@pytest.mark.parametrize(
    ("moment", "is_listed"),
    [
        (datetime(2026, 3, 13, 22, 59, 59, tzinfo=UTC), False),
        (datetime(2026, 3, 13, 23, 0, tzinfo=UTC), True),
        (datetime(2026, 3, 14, 22, 59, 59, 999999, tzinfo=UTC), True),
        (datetime(2026, 3, 14, 23, 0, tzinfo=UTC), False),
    ],
)
def test_a_range_of_days_is_read_in_the_stores_zone(moment, is_listed):
    store = make_store(timezone="Europe/Warsaw")
    Purchase.objects.create(
        store=store, document_number="8231", document_type="sell", purchased_at=moment, gross_value="1.00"
    )
    assert (b"8231" in admin_browser().get(LIST, DAY).content) is is_listed


@pytest.mark.parametrize("text", ["yesterday", "2026-02-30", "x" * 500])
def test_what_is_no_moment_narrows_nothing_and_breaks_nothing(text):
    store = make_store()
    Purchase.objects.create(
        store=store,
        document_number="8231",
        document_type="sell",
        purchased_at=datetime.now(UTC),
        gross_value="1.00",
    )
    answer = admin_browser().get(LIST, DAY | {"purchased_at_from_0": text, "purchased_at_to_0": text})
    assert answer.status_code == 200
    assert b"8231" in answer.content
