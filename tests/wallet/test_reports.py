"""Reports over a store's batches and movements."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from loyalty.actors import SYSTEM
from loyalty.refusals import InvalidInput
from tests.factories import NOON, make_customer, make_store
from tests.wallet.ledgers import add, block, spend
from wallet import ledger, reports
from wallet.ledger import Origin
from wallet.reports import Figures

pytestmark = pytest.mark.django_db
TODAY = NOON.date()


@pytest.fixture
def alice(store):
    return make_customer(store)


def in_days(days):
    return NOON + timedelta(days=days)


def at_venue(name):
    return Origin(source="test", venue=name)


# --- What will expire -----------------------------------------------------------------------------------------


def test_batches_that_lose_points_soon_come_soonest_first(store, alice):
    late, soon = add(alice, 5, expires_at=in_days(31)), add(alice, 7, expires_at=in_days(2))
    add(alice, 9, expires_at=in_days(32))
    add(alice, 9, expires_at=None)
    add(alice, 9, expires_at=in_days(-1), at=in_days(-5))
    add(make_customer(make_store("OTHER")), 9, expires_at=in_days(2))
    assert list(reports.expiring_batches(store, at=NOON, days=31)) == [soon, late]


def test_what_is_spent_does_not_expire(store, alice):
    add(alice, 5, expires_at=in_days(2))
    spend(alice, 5)
    assert not reports.expiring_batches(store, at=NOON, days=31).exists()


def test_points_that_wait_expire_too():
    store = make_store("WAITS", all_time_not_locked=False, points_days_locked=1)
    batch = add(make_customer(store), 5, expires_at=in_days(2))
    assert list(reports.expiring_batches(store, at=NOON, days=31)) == [batch]


# --- What was sold and has expired ----------------------------------------------------------------------------


def expired(store, month=3, at=None):
    rows = reports.expired_paid_batches(store, year=2026, month=month, at=at or in_days(60))
    return [(row.pk, reports.lost_of(row), row.price) for row in rows]


@pytest.mark.parametrize("is_settled", [True, False])
def test_what_was_left_of_paid_batches_shows_before_and_after_the_nightly_job(store, alice, is_settled):
    paid = add(alice, 10, price=Decimal(4), expires_at=in_days(5))
    used_up = add(alice, 3, price=Decimal(1), expires_at=in_days(1))
    add(alice, 6, expires_at=in_days(4))
    spend(alice, 5)
    if is_settled:
        ledger.settle_due(at=in_days(60))
    assert expired(store) == [(paid.pk, 10, 4)]
    assert used_up.pk not in [row[0] for row in expired(store)]
    assert expired(store, month=4) == expired(store, month=2) == []


def test_nothing_has_expired_before_its_moment(store, alice):
    add(alice, 10, price=Decimal(4), expires_at=in_days(5))
    assert expired(store, at=in_days(4)) == []


def test_a_month_is_the_stores():
    store = make_store("TOKYO", timezone="Asia/Tokyo")
    alice = make_customer(store)
    batch = add(alice, 10, price=Decimal(4), expires_at=datetime(2026, 3, 31, 15, 0, tzinfo=UTC))
    assert expired(store, month=3) == []
    assert [row[0] for row in expired(store, month=4)] == [batch.pk]


def test_what_staff_ended_early_counts_in_the_month_of_that_day(store, alice):
    batch = add(alice, 10, price=Decimal(4), expires_at=in_days(40))
    spend(alice, 4)
    ledger.expire(batch, at=NOON, actor=SYSTEM)
    assert expired(store, month=3) == [(batch.pk, 6, 4)]
    assert expired(store, month=4) == []


def test_points_that_come_back_too_late_are_lost_with_their_batch(store, alice):
    batch = add(alice, 10, price=Decimal(4), expires_at=in_days(5))
    spent = spend(alice, 4)
    ledger.reverse(spent, at=in_days(6), actor=SYSTEM)
    assert expired(store) == [(batch.pk, 10, 4)]


def test_other_stores_and_cancelled_batches_do_not_show(store, alice):
    add(make_customer(make_store("OTHER")), 9, price=Decimal(4), expires_at=in_days(5))
    ledger.cancel(add(alice, 9, price=Decimal(4), expires_at=in_days(5)), at=NOON, actor=SYSTEM)
    assert expired(store) == []


# --- What venues gave and took --------------------------------------------------------------------------------


def by_venue(store, **fields):
    return reports.by_venue(store, **{"first_day": TODAY, "last_day": TODAY, **fields})


def test_points_are_summed_by_venue(store, alice):
    add(alice, 10, origin=at_venue("north"))
    add(alice, 5, origin=at_venue("south"))
    add(alice, 1)
    spend(alice, "2.50", origin=at_venue("north"))
    assert by_venue(store) == {
        "": Figures(Decimal(1)),
        "north": Figures(Decimal(10), Decimal("2.50")),
        "south": Figures(Decimal(5)),
    }
    assert by_venue(store, venues=["south", "west"]) == {"south": Figures(Decimal(5)), "west": Figures()}


def test_what_was_taken_back_does_not_count(store, alice):
    add(alice, 10, origin=at_venue("north"))
    ledger.cancel(add(alice, 7, origin=at_venue("north")), at=NOON, actor=SYSTEM)
    ledger.reverse(spend(alice, 4, origin=at_venue("north")), at=NOON, actor=SYSTEM)
    assert by_venue(store) == {"north": Figures(Decimal(10))}


def test_gifts_and_blocks_are_neither_added_nor_used(store, alice):
    add(alice, 10, origin=at_venue("north"))
    block(alice, 2)
    ledger.give(alice, make_customer(store), Decimal(3), at=NOON, actor=SYSTEM, origin=Origin(source="test"))
    assert by_venue(store) == {"north": Figures(Decimal(10))}


def test_days_are_the_stores_and_both_ends_count():
    store = make_store("TOKYO", timezone="Asia/Tokyo")
    alice = make_customer(store)
    # Already the 15th in Tokyo.
    add(alice, 10, at=datetime(2026, 3, 14, 15, 0, tzinfo=UTC))
    add(alice, 1, at=datetime(2026, 3, 14, 14, 59, tzinfo=UTC))
    day = date(2026, 3, 15)
    assert by_venue(store, first_day=day, last_day=day) == {"": Figures(Decimal(10))}
    assert by_venue(store, last_day=day) == {"": Figures(Decimal(11))}


def test_days_that_end_before_they_begin_are_refused(store):
    with pytest.raises(InvalidInput):
        by_venue(store, last_day=TODAY - timedelta(days=1))


def test_figures_add_up():
    assert sum([Figures(Decimal(1), Decimal(2)), Figures(Decimal(3))], Figures()) == Figures(
        Decimal(4), Decimal(2)
    )
