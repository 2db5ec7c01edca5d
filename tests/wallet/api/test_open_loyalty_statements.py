"""Statements and what is owed, over their Open Loyalty routes."""

import csv
import io
import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.callers import as_partner, as_person
from tests.factories import NOON, make_customer, make_staff, make_store
from tests.wallet.ledgers import add, block, spend
from wallet import ledger

pytestmark = pytest.mark.django_db
BASE = "/api/DEFAULT"
LIABILITY = f"{BASE}/admin/analytics/liability"


@pytest.fixture
def store():
    return make_store(timezone="Europe/Warsaw", points_days_active_count=40, points_value=Decimal("0.05"))


@pytest.fixture
def admin(store):
    return as_person(make_staff(), "admin")


@pytest.fixture
def alice(store):
    return make_customer(store, "alice")


def path_of(customer):
    return f"{BASE}/admin/customer/{customer.pk}/points/statement"


def read(answer):
    """The JSON of a streamed answer."""
    assert answer.status_code == 200, answer.content
    return json.loads(answer.getvalue())


MARCH = {"from": "2026-03-01", "to": "2026-03-31"}


class TestStatement:
    def test_it_tells_opening_movements_and_closing(self, admin, alice):
        add(alice, 100, at=NOON - timedelta(days=30), expires_at=None)
        reasons = [{"name": "General spending", "points": "62.4", "executed": True}]
        batch = add(
            alice, "62.40", at=NOON, expires_at=None, origin=ledger.Origin(source="test", reasons=reasons)
        )
        spent = spend(alice, 12, at=NOON + timedelta(days=1))
        told = read(admin("GET", path_of(alice), **MARCH))
        assert told == {
            "customerId": str(alice.pk),
            **MARCH,
            "opening": 100,
            "closing": 150.4,
            "movements": [
                {
                    "at": "2026-03-14T13:00:00+01:00",
                    "reason": "added",
                    "why": "General spending: 62.4",
                    "change": 62.4,
                    "balance": 162.4,
                    "transferId": str(batch.pk),
                },
                {
                    "at": "2026-03-15T13:00:00+01:00",
                    "reason": "spent",
                    "why": "",
                    "change": -12,
                    "balance": 150.4,
                    "transferId": str(spent.pk),
                },
            ],
        }

    def test_it_comes_as_csv_that_no_spreadsheet_runs(self, admin, alice):
        origin = ledger.Origin(source="test", comment="=HYPERLINK(1)")
        add(alice, "62.40", at=NOON, origin=origin)
        answer = admin("GET", path_of(alice), **MARCH, format="csv")
        assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
        assert "statement-2026-03-01-2026-03-31.csv" in answer.headers["Content-Disposition"]
        heading, opening, line, closing = csv.reader(io.StringIO(answer.getvalue().decode()))
        assert heading == ["at", "reason", "why", "change", "balance", "transferId"]
        assert opening == ["2026-03-01", "opening", "", "", "0.00", ""]
        assert line[1:5] == ["added", "'=HYPERLINK(1)", "62.40", "62.40"]
        assert closing == ["2026-03-31", "closing", "", "", "62.40", ""]

    def test_without_days_it_is_the_last_thirty(self, admin, alice):
        today = timezone.now().astimezone(alice.store.programme.zone).date()
        told = read(admin("GET", path_of(alice)))
        assert (told["from"], told["to"]) == (str(today - timedelta(days=29)), str(today))

    @pytest.mark.parametrize(
        ("asked", "at_field"),
        [
            ({"from": "yesterday"}, "from"),
            ({"to": "2026-02-30"}, "to"),
            ({"from": "2026-04-01", "to": "2026-03-01"}, "to"),
            ({"from": "1990-01-01", "to": "2026-03-01"}, "to"),
            ({"format": "pdf"}, "format"),
        ],
    )
    def test_nonsense_is_refused_at_its_field(self, admin, alice, asked, at_field):
        answer = admin("GET", path_of(alice), **asked)
        assert answer.status_code == 400
        assert answer.json()["form"]["children"][at_field]["errors"]

    def test_a_customer_reads_their_own(self, alice):
        add(alice, 5, at=NOON)
        add(make_customer(alice.store, "bob"), 7, at=NOON)
        told = read(as_person(alice, "customer")("GET", f"{BASE}/customer/points/statement", **MARCH))
        assert (told["customerId"], told["closing"]) == (str(alice.pk), 5)

    def test_a_customer_of_another_store_is_unknown(self, admin, alice):
        stranger = make_customer(make_store("NORTH"), "nora")
        assert admin("GET", path_of(stranger)).status_code == 404

    def test_it_costs_the_same_for_one_and_for_thirty(self, admin, alice):
        def statements() -> int:
            with CaptureQueriesContext(connection) as captured:
                read(admin("GET", path_of(alice), **MARCH))
            return len(captured)

        add(alice, 1, at=NOON)
        one = statements()
        for minute in range(30):
            add(alice, 1, at=NOON + timedelta(minutes=minute))
        assert statements() == one


class TestLiability:
    def test_it_tells_what_is_owed_by_month(self, admin, alice):
        now = timezone.now()
        add(alice, 100, at=now, expires_at=now + timedelta(days=400))
        add(alice, 50, at=now, expires_at=None)
        block(alice, 30, at=now)
        month = (now + timedelta(days=400)).astimezone(alice.store.programme.zone)
        assert admin("GET", LIABILITY).json() == {
            "currency": "EUR",
            "pointsValue": 0.05,
            "total": {"points": 150, "pending": 0, "worth": 7.5},
            "byMonth": [{"month": f"{month:%Y-%m}", "points": 70, "pending": 0, "worth": 3.5}],
            "neverExpiring": {"points": 50, "pending": 0, "worth": 2.5},
            "blocked": {"points": 30, "pending": 0, "worth": 1.5},
        }

    def test_another_stores_points_are_not_owed(self, admin, store):
        add(make_customer(make_store("NORTH"), "nora"), 100, at=timezone.now())
        assert admin("GET", LIABILITY).json()["total"] == {"points": 0, "pending": 0, "worth": 0}

    def test_it_asks_for_analytics(self, store):
        assert as_partner(store, "ANALYTICS:VIEW")("GET", LIABILITY).status_code == 200
        assert as_partner(store, "POINT_TRANSFER")("GET", LIABILITY).status_code == 403


def test_spent_points_are_counted_with_gifts_and_without_what_was_cancelled(admin, alice):
    bob = make_customer(alice.store, "bob")
    add(alice, 100, at=NOON)
    spend(alice, 10, at=NOON)
    gone = block(alice, 20, at=NOON)
    path = f"{BASE}/customer/points/p2p-transfer"
    body = {"transfer": {"receiver": str(bob.pk), "points": 5}}
    add(alice, 5, at=timezone.now())
    assert as_person(alice, "customer")("POST", path, body).status_code == 200
    admin("POST", f"{BASE}/points/transfer/{gone.pk}/cancel")
    assert admin("GET", f"{BASE}/admin/analytics/points").json() == {
        "totalSpendingTransfers": 2,
        "totalPointsSpent": 15,
    }
