"""Reports in the Wallet2 dialect: what they show, how they are asked for a part, what they cost."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from loyalty.api.orderingstack import lists
from tests.callers import as_partner
from tests.factories import make_customer, make_store
from tests.statements import noting_statements
from tests.wallet.ledgers import add
from tests.wallet2 import BASE, at_wallet, opened, refused

pytestmark = pytest.mark.django_db
EXPIRING = f"{BASE}/report/expiring-points"
EXPIRED = f"{BASE}/report/expired-paid-batches"
STATS = f"{BASE}/stats"


@pytest.fixture
def partner(store):
    return as_partner(store, "ROLE_WALLET")


@pytest.fixture
def alice(store):
    return opened(make_customer(store))


def expiring(customer, *days, points=5):
    now = timezone.now()
    return [str(add(customer, points, at=now, expires_at=now + timedelta(days=day)).pk) for day in days]


def ids(answer):
    assert answer.status_code == 200
    return [row["id"] for row in json.loads(answer.getvalue())]


def test_points_that_expire_within_a_month_or_as_many_days_as_asked(partner, alice):
    soon, late = expiring(alice, 3, 60)
    answer = partner("GET", EXPIRING)
    (row,) = answer.json()
    assert (row["id"], row["wallet"], row["remaining"]) == (soon, str(alice.pk), 5)
    assert row["expires"] is not None
    assert ids(partner("GET", EXPIRING, days=90)) == [soon, late]
    assert ids(partner("GET", EXPIRING, days=1)) == []


def test_lists_say_which_part_of_how_many_they_are(partner, alice):
    found = expiring(alice, 1, 2, 3, 4, 5)
    whole = partner("GET", EXPIRING)
    assert ids(whole) == found
    assert (whole.headers["Content-Range"], whole.headers["X-Total-Count"]) == ("expiring-points 0-4/5", "5")
    part = partner("GET", EXPIRING, range="[1,2]", sort='["expires","DESC"]')
    assert ids(part) == [found[3], found[2]]
    assert (part.headers["Content-Range"], part.headers["X-Total-Count"]) == ("expiring-points 1-2/5", "5")
    past = partner("GET", EXPIRING, range="[9,12]")
    assert (ids(past), past.headers["Content-Range"]) == ([], "expiring-points */5")


def test_lists_are_narrowed_by_one_or_several_values(store, partner, alice):
    bob = make_customer(store, "bob")
    (hers,), (his,) = expiring(alice, 1), expiring(bob, 2)
    expiring(make_customer(store), 3)
    assert ids(partner("GET", EXPIRING, filter=json.dumps({"wallet": str(alice.pk)}))) == [hers]
    both = json.dumps({"wallet": [str(alice.pk), str(bob.pk)]})
    assert ids(partner("GET", EXPIRING, filter=both)) == [hers, his]
    assert ids(partner("GET", EXPIRING, filter='{"venue": "north"}')) == []
    assert ids(partner("GET", EXPIRING, filter=json.dumps({"id": [his]}))) == [his]


def test_lists_are_ordered_by_id_as_the_client_does_unless_told_otherwise(partner, alice):
    found = expiring(alice, 1, 2, 3, 4, 5)
    assert ids(partner("GET", EXPIRING, sort='["id","ASC"]', range="[0,2]")) == sorted(found)[:3]
    assert ids(partner("GET", EXPIRING, sort='["id","DESC"]')) == sorted(found, reverse=True)


@pytest.mark.parametrize(
    "query",
    [
        {"days": "0"},
        {"days": "-1"},
        {"days": "x"},
        {"days": "١"},
        {"days": "99999"},
        {"range": "[5,1]"},
        {"range": "[0]"},
        {"range": "[0,1.5]"},
        {"range": "[false,true]"},
        {"range": "[0,99999999999999999999]"},
        {"range": "x"},
        {"sort": '["price"]'},
        {"sort": '["store_id","ASC"]'},
        {"sort": '["expires","down"]'},
        {"sort": '"expires"'},
        {"filter": "[]"},
        {"filter": '{"store": "x"}'},
        {"filter": '{"wallet": "x"}'},
        {"filter": '{"wallet": [{}]}'},
        {"filter": '{"venue": 5}'},
        {"filter": "[" * 100_000},
    ],
)
def test_a_list_is_asked_for_in_known_words(partner, query):
    assert refused(partner("GET", EXPIRING, **query)) == (400, "invalid_input")


def test_long_lists_are_written_row_by_row(partner, alice, monkeypatch):
    monkeypatch.setattr(lists, "_WHOLE", 2)
    monkeypatch.setattr(lists, "_CHUNK", 2)
    found = expiring(alice, 1, 2, 3, 4, 5)
    answer = partner("GET", EXPIRING)
    assert answer.streaming
    assert ids(answer) == found


def test_paid_batches_that_expired_in_a_month(partner, alice):
    now = timezone.now()
    gone = now - timedelta(minutes=1)
    add(alice, 10, at=now - timedelta(days=3), expires_at=gone, price=Decimal("2.50"))
    add(alice, 10, at=now - timedelta(days=3), expires_at=gone)
    local = {"year": gone.year, "month": gone.month}
    (row,) = partner("GET", EXPIRED, **local).json()
    assert (row["wallet"], row["remaining"], row["price"]) == (str(alice.pk), 10, 2.5)
    assert row["expired"] == row["expires"]
    assert partner("GET", EXPIRED, year=2020, month=1).json() == []


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"year": 2026},
        {"month": 3},
        {"year": 2026, "month": 13},
        {"year": "x", "month": 3},
        {"year": 0, "month": 1},
    ],
)
def test_a_month_must_be_one(partner, query):
    assert refused(partner("GET", EXPIRED, **query)) == (400, "invalid_input")


def test_figures_by_venue_and_in_all(store, partner, alice):
    today = timezone.now().date().isoformat()
    for venue, amount in (("north", 10), ("south", 5), ("west", 1)):
        partner("POST", at_wallet(alice, "/batch/sync"), {"amount": amount, "venue": venue})
    partner("POST", at_wallet(alice, "/operation"), {"amount": 2.5, "venue": "north"})
    spent = partner("POST", at_wallet(alice, "/operation"), {"amount": 1, "venue": "south"}).json()
    partner("POST", at_wallet(alice, "/operation/revert"), {"operation": spent["id"]})
    whole = partner("GET", STATS, **{"from": today, "to": today}).json()
    assert (whole["pointsAdded"], whole["pointsUsed"]) == (16, 2.5)
    answer = partner.client.get(
        STATS, [("from", today), ("to", today), ("venues", "north"), ("venues", "south")]
    )
    assert answer.json() == {
        "from": today,
        "to": today,
        "pointsAdded": 15,
        "pointsUsed": 2.5,
        "venues": [
            {"venue": "north", "pointsAdded": 10, "pointsUsed": 2.5},
            {"venue": "south", "pointsAdded": 5, "pointsUsed": 0},
        ],
    }
    other = as_partner(make_store("OTHER"))
    assert other("GET", STATS, **{"from": today, "to": today}).json()["venues"] == []


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"from": "2026-03-01"},
        {"from": "2026-03-02", "to": "2026-03-01"},
        {"from": "01.03.2026", "to": "2026-03-01"},
        {"from": "2026-02-30", "to": "2026-03-01"},
        {"from": "2026-03-01", "to": "2026-03-01", "venues": "x" * 256},
    ],
)
def test_days_must_be_some(partner, query):
    assert refused(partner("GET", STATS, **query)) == (400, "invalid_input")


def test_days_in_the_wrong_order_are_said_at_the_parameter_of_the_query(partner):
    answer = partner("GET", STATS, **{"from": "2026-03-02", "to": "2026-03-01"})
    assert [error["field"] for error in answer.json()["errors"]] == ["to"]


@pytest.mark.parametrize(
    ("address", "query"),
    [
        (EXPIRING, {}),
        (EXPIRED, {"year": 2026, "month": 3}),
        (STATS, {"from": "2026-03-01", "to": "2026-03-31"}),
    ],
)
def test_a_report_costs_the_same_whatever_it_shows(partner, alice, address, query):
    partner("GET", address, **query)
    counts = []
    for _ in range(2):
        with noting_statements() as statements:
            partner("GET", address, **query).getvalue()
        counts.append(len(statements))
        for number in range(15):
            now = timezone.now()
            add(alice, 2, at=now, expires_at=now + timedelta(days=3))
            add(make_customer(alice.store, f"c{number}"), 2, price=Decimal(1))
    assert counts[0] <= 4
    assert counts[1] - counts[0] <= 1
