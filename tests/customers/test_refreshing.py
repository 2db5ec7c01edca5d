"""Members and figures of segments, and when they follow."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from customers import activation, erasure, profile, segments
from customers.models import Customer, Segment
from customers.segments import refreshing
from customers.tasks import follow_changed_customers, refresh_segments, refresh_segments_by_the_clock
from loyalty.actors import SYSTEM
from loyalty.models import Event
from tests.customers.segmenting import criterion, make_segment, members, one_of
from tests.factories import NOON, make_customer, make_store

pytestmark = pytest.mark.django_db
EVERYBODY = one_of(criterion("transaction_count", min=0, max=99))
BUYERS = one_of(criterion("transaction_count", min=1, max=99))
NEWS = one_of(criterion("customer_has_labels", labels=[{"key": "news"}]))


def buy(customer, count=1, amount="10"):
    customer.purchases_count, customer.purchases_amount = count, Decimal(amount)
    customer.save()


def moves():
    rows = Event.objects.filter(type__contains="segment", subject_kind="customer").order_by("id")
    return [(row.type.split("_")[0].split(".")[1], row.subject_id) for row in rows]


def test_figures_are_those_of_the_members(store):
    for count, amount in ((1, "10.00"), (2, "20.01"), (0, "0")):
        make_customer(store, purchases_count=count, purchases_amount=Decimal(amount))
    buyers, everybody = make_segment(store, BUYERS), make_segment(store, EVERYBODY)
    assert (buyers.customers_count, buyers.average_purchase_amount) == (2, Decimal("10.00"))
    assert (buyers.average_purchases, buyers.average_customer_value) == (1.5, Decimal("15.01"))
    assert (everybody.customers_count, everybody.average_purchases) == (3, 1.0)
    assert make_segment(store, NEWS).average_purchase_amount == 0


def test_a_refresh_writes_the_difference_and_says_who_moved(store):
    alice, bob = make_customer(store, "alice"), make_customer(store, "bob")
    buy(alice)
    segment = make_segment(store, BUYERS)
    kept = segment.members.get().pk
    buy(bob)
    segments.refresh(segment, at=NOON)
    assert members(segment) == {"Alice", "Bob"}
    assert segment.members.get(customer=alice).pk == kept
    buy(alice, count=0)
    assert segments.refresh(segment, at=NOON) == refreshing.Moves(joined=0, left=1)
    assert members(segment) == {"Bob"}
    assert moves() == [("added", str(alice.pk)), ("added", str(bob.pk)), ("removed", str(alice.pk))]
    assert segments.refresh(segment, at=NOON).total == 0


def test_many_moves_are_told_in_one_event(store, monkeypatch):
    monkeypatch.setattr(refreshing, "EVENTS_AT_MOST", 2)
    people = [make_customer(store, purchases_count=1) for _ in range(3)]
    segment = make_segment(store, BUYERS)
    assert segment.customers_count == 3
    event = Event.objects.get(type="segment.refreshed")
    assert (event.subject_id, event.payload["joined"], event.payload["left"]) == (str(segment.pk), 3, 0)
    Customer.objects.filter(pk__in=[each.pk for each in people]).update(
        purchases_count=0, updated_at=timezone.now()
    )
    assert segments.refresh_changed(at=timezone.now()) == 1
    assert members(segment) == set()
    assert Event.objects.filter(type="segment.refreshed").last().payload["left"] == 3
    assert moves() == []


def test_a_change_of_a_customer_is_followed(store):
    alice = make_customer(store, "alice")
    make_customer(store, "bob")
    buyers, news = (make_segment(store, part, at=timezone.now()) for part in (BUYERS, NEWS))
    buy(alice)
    assert follow_changed_customers() == 2
    assert (members(buyers), members(news)) == ({"Alice"}, set())
    profile.update_profile(
        alice, profile={"labels": [{"key": "news", "value": ""}]}, at=timezone.now(), actor=SYSTEM
    )
    follow_changed_customers()
    assert members(news) == {"Alice"}
    news.refresh_from_db()
    assert (news.customers_count, news.average_customer_value) == (1, Decimal("10.00"))


def test_who_is_no_longer_active_leaves(store):
    alice = make_customer(store, "alice")
    segment = make_segment(store, EVERYBODY, at=timezone.now())
    assert members(segment) == {"Alice"}
    activation.deactivate(alice, at=timezone.now(), actor=SYSTEM)
    follow_changed_customers()
    segment.refresh_from_db()
    assert (members(segment), segment.customers_count) == (set(), 0)
    assert moves()[-1] == ("removed", str(alice.pk))


def test_who_is_erased_leaves(store):
    alice, bob = make_customer(store, "alice"), make_customer(store, "bob", birth_date=date(1990, 3, 14))
    named = one_of(criterion("customer_list", customers=[alice.email]))
    born = one_of(criterion("anniversary", anniversaryType="birthday", days=365))
    listed, birthdays = (
        make_segment(store, named, at=timezone.now()),
        make_segment(store, born, at=timezone.now()),
    )
    assert (listed.customers_count, birthdays.customers_count) == (1, 1)
    erasure.delete(alice, at=timezone.now(), actor=SYSTEM)
    erasure.anonymize(bob, at=timezone.now(), actor=SYSTEM)
    follow_changed_customers()
    assert not listed.members.exists()
    assert not birthdays.members.exists()


def test_a_late_commit_is_found_and_old_changes_are_not_looked_at_again(store):
    alice = make_customer(store, "alice")
    segment = make_segment(store, BUYERS, at=NOON)
    Customer.objects.filter(pk=alice.pk).update(purchases_count=1, updated_at=NOON - timedelta(seconds=59))
    segments.refresh_changed(at=NOON + timedelta(seconds=3))
    assert members(segment) == {"Alice"}
    Customer.objects.filter(pk=alice.pk).update(purchases_count=0, updated_at=NOON - timedelta(seconds=61))
    segments.refresh_changed(at=NOON + timedelta(seconds=6))
    assert members(segment) == {"Alice"}


def test_two_statements_and_no_write_when_nobody_changed(store):
    make_customer(store)
    for _ in range(3):
        make_segment(store, EVERYBODY)
    Customer.objects.update(updated_at=NOON - timedelta(hours=1))
    with CaptureQueriesContext(connection) as captured:
        assert segments.refresh_changed(at=NOON + timedelta(minutes=5)) == 0
    assert len(captured) <= 2
    assert all(query["sql"].startswith("SELECT") for query in captured)


def test_looking_at_changes_costs_the_same_for_one_and_for_thirty(store):
    segment = make_segment(store, EVERYBODY, at=timezone.now())

    def statements(people):
        for _ in range(people):
            make_customer(store)
        with CaptureQueriesContext(connection) as captured:
            segments.refresh_changed(at=timezone.now())
        return len(captured)

    assert statements(1) == statements(30)
    assert segment.members.count() == 31


def test_a_flood_of_changes_refreshes_whole_segments_and_not_all_the_time(store, monkeypatch):
    monkeypatch.setattr(refreshing, "CHANGED_AT_MOST", 1)
    segment = make_segment(store, EVERYBODY, at=NOON)
    for name in ("alice", "bob"):
        make_customer(store, name)
    segments.refresh_changed(at=NOON + timedelta(seconds=3))
    assert members(segment) == set()
    segments.refresh_changed(at=NOON + timedelta(minutes=5))
    assert members(segment) == {"Alice", "Bob"}


def test_time_alone_moves_customers_within_the_hour(store):
    now = timezone.now()
    make_customer(store, "alice", birth_date=date(1990, now.month, now.day if now.month != 2 else 1))
    born = one_of(criterion("anniversary", anniversaryType="birthday", days=364))
    calendar, others = make_segment(store, born), make_segment(store, BUYERS)
    calendar.members.all().delete()
    Customer.objects.update(purchases_count=4)
    assert refresh_segments_by_the_clock() == 2
    assert members(calendar) == {"Alice"}
    assert members(others) == set()


def test_every_active_segment_is_refreshed_by_night(store):
    closed = make_store("CLOSED")
    made = [make_segment(where, EVERYBODY, at=NOON) for where in (store, store, closed)]
    for where in (store, closed):
        make_customer(where, "alice")
    segments.set_active(made[1], is_active=False, at=NOON, actor=SYSTEM)
    closed.is_active = False
    closed.save()
    assert refresh_segments() == 1
    assert [members(segment) for segment in made] == [{"Alice"}, set(), set()]


def test_a_segment_without_parts_has_nobody(store):
    make_customer(store)
    segment = Segment.objects.create(store=store, name="empty")
    segments.refresh(segment, at=datetime(2026, 3, 14, tzinfo=UTC))
    assert segment.members.count() == 0


def test_a_segment_that_is_gone_is_not_refreshed(store):
    segment = make_segment(store, EVERYBODY)
    Segment.objects.all().delete()
    assert segments.refresh(segment, at=NOON).total == 0
