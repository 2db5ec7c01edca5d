"""Levels of customers in the database: reviewed, given by hand, kept for some days."""

from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from customers import ladder as offered
from customers import levels, profile, spending
from customers.level_choice import Occasion
from customers.levels import PointsFigures, UnknownLevel
from customers.models import Customer
from customers.spending import PurchaseSums
from loyalty import events
from loyalty.actors import SYSTEM
from loyalty.models import AuditEntry, Event
from loyalty.programme import DowngradeBase, DowngradeMode, TierBasis
from tests.factories import NOON, make_customer, make_level, make_store
from tests.wallet.ledgers import add, spend
from wallet.ledger.posting import lock_wallets

pytestmark = pytest.mark.django_db


@pytest.fixture
def ladder(store):
    return [make_level(store, "bronze", 0), make_level(store, "silver", 100), make_level(store, "gold", 500)]


@pytest.fixture
def alice(store, ladder):
    return make_customer(store, "alice", level=ladder[0])


def buy(customer: Customer, gross: str, *, is_return: bool = False, excluded: str = "0") -> bool:
    sums = PurchaseSums(
        gross=Decimal(gross), without_delivery=Decimal(gross), excluded_for_level=Decimal(excluded)
    )
    changed = spending.count_purchase(customer, sums, purchased_at=NOON, is_return=is_return)
    return levels.review(customer, at=NOON, actor=SYSTEM, also_save=changed)


def figures(available: str, earned: str = "0", since: str = "0") -> PointsFigures:
    return PointsFigures(
        available=Decimal(available), earned=Decimal(earned), earned_since=lambda _: Decimal(since)
    )


def level_name(customer: Customer) -> str | None:
    fresh = Customer.objects.select_related("level").get(pk=customer.pk)
    return fresh.level.name if fresh.level else None


def points_store(**settings):
    store = make_store("POINTS", tier_assign_type=TierBasis.POINTS, **settings)
    rungs = [
        make_level(store, "bronze", 0),
        make_level(store, "silver", 100),
        make_level(store, "gold", 500),
    ]
    return store, rungs


def test_everybody_starts_on_the_level_for_zero(store, ladder):
    assert levels.level_for_amount(store) == ladder[0]
    assert levels.level_for_amount(make_store("EMPTY")) is None


def test_purchases_lift_and_returns_lower_at_once(alice):
    assert buy(alice, "120.00")
    assert level_name(alice) == "silver"
    assert buy(alice, "30.00", is_return=True)
    assert level_name(alice) == "bronze"
    moves = [event.payload["move"] for event in Event.objects.filter(type="customer.level_changed")]
    assert moves == ["up", "down"]


def test_what_does_not_count_for_levels_is_left_out(alice):
    assert not buy(alice, "120.00", excluded="20.01")
    assert level_name(alice) == "bronze"
    assert buy(alice, "0.01")
    assert level_name(alice) == "silver"


def test_delivery_is_left_out_where_the_programme_says_so(db):
    store = make_store(exclude_delivery_costs_from_tier_assignment=True)
    make_level(store, "bronze", 0)
    make_level(store, "silver", 100)
    alice = make_customer(store)
    sums = PurchaseSums(
        gross=Decimal(105), without_delivery=Decimal("99.99"), excluded_for_level=Decimal("0.00")
    )
    changed = spending.count_purchase(alice, sums, purchased_at=NOON)
    levels.review(alice, at=NOON, actor=SYSTEM, also_save=changed)
    assert level_name(alice) == "bronze"


def test_sums_and_level_are_written_in_one_statement(alice):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        buy(alice, "120.00")
    updates = [query["sql"] for query in queries if query["sql"].startswith("UPDATE")]
    assert len(updates) == 1
    fresh = Customer.objects.get(pk=alice.pk)
    assert (fresh.purchases_amount, fresh.purchases_count) == (Decimal("120.00"), 1)
    assert (fresh.first_purchase_at, fresh.last_purchase_at, fresh.updated_at) == (NOON, NOON, NOON)


def test_a_review_that_changes_nothing_reads_once_and_writes_nothing(alice, django_assert_num_queries):
    with CaptureQueriesContext(connection) as queries:
        assert not levels.review(alice, at=NOON, actor=SYSTEM)
    assert [query["sql"].split()[0] for query in queries if "level" in query["sql"]] == ["SELECT"]
    assert not Event.objects.exists()


@pytest.mark.parametrize("others", [1, 30])
def test_a_review_costs_the_same_whatever_the_number_of_customers_and_levels(store, alice, others):
    for number in range(others):
        make_customer(store, "bob")
        make_level(store, f"level{number}", 1000 + number)
    with CaptureQueriesContext(connection) as queries:
        buy(alice, "120.00")
    about_customers = [query["sql"] for query in queries if "customers_" in query["sql"]]
    assert len(about_customers) == 2


def test_a_manual_level_is_a_floor_until_outgrown(alice, ladder):
    levels.assign_manually(alice, ladder[1].pk, at=NOON, actor=SYSTEM)
    alice.refresh_from_db()
    assert not buy(alice, "20.00")
    assert (level_name(alice), alice.level_is_manual) == ("silver", True)
    assert buy(alice, "600.00")
    alice.refresh_from_db()
    assert (level_name(alice), alice.level_is_manual) == ("gold", False)


def test_releasing_a_manual_level_decides_it_anew(alice, ladder):
    buy(alice, "120.00")
    levels.assign_manually(alice, ladder[2].pk, at=NOON, actor=SYSTEM)
    released = levels.remove_manual(alice, at=NOON, actor=SYSTEM)
    assert (level_name(alice), released.level_is_manual) == ("silver", False)
    before = Event.objects.count()
    levels.remove_manual(alice, at=NOON, actor=SYSTEM)
    assert Event.objects.count() == before


def test_assigning_by_hand_is_recorded_and_audited(alice, ladder):
    assigned = levels.assign_manually(alice, ladder[2].pk, at=NOON, actor=SYSTEM)
    assert (assigned.level_is_manual, assigned.level_changed_at, assigned.version) == (True, NOON, 2)
    payload = Event.objects.get(type="customer.level_assigned").payload
    assert payload["previous_level_id"] == str(ladder[0].pk)
    assert AuditEntry.objects.filter(event_type="customer.level_assigned").count() == 1


def test_a_level_of_another_store_or_switched_off_cannot_be_assigned(store, alice, ladder):
    foreign = make_level(make_store("OTHER"), "foreign", 0)
    off = make_level(store, "off", 50, is_active=False)
    for level in (foreign, off):
        with pytest.raises(UnknownLevel):
            levels.assign_manually(alice, level.pk, at=NOON, actor=SYSTEM)
    assert level_name(alice) == "bronze"
    assert not Event.objects.exists()


def test_a_level_that_somebody_changed_meanwhile_is_decided_anew(alice, ladder):
    stale = Customer.objects.select_related("store").get(pk=alice.pk)
    levels.assign_manually(alice, ladder[2].pk, at=NOON, actor=SYSTEM)
    stale.purchases_amount = Decimal(120)
    assert not levels.review(stale, at=NOON, actor=SYSTEM, also_save=["purchases_amount"])
    fresh = Customer.objects.get(pk=alice.pk)
    assert (level_name(alice), fresh.level_is_manual) == ("gold", True)
    assert fresh.purchases_amount == Decimal(120)
    assert not Event.objects.filter(type="customer.level_changed").exists()


def test_without_figures_a_level_by_points_stays(db):
    store, (bronze, *_) = points_store()
    alice = make_customer(store, level=bronze)
    assert not buy(alice, "900.00")
    assert level_name(alice) == "bronze"
    assert Customer.objects.get(pk=alice.pk).purchases_amount == Decimal("900.00")


@pytest.mark.parametrize(
    ("mode", "base", "expected"),
    [
        ("none", "none", "silver"),
        ("none", "active_points", "silver"),
        ("none", "earned_points", "gold"),
        ("none", "earned_points_since_last_level_change", "bronze"),
        ("automatic", "earned_points_since_last_level_change", "gold"),
        ("after_x_days", "earned_points_since_last_level_change", "bronze"),
    ],
)
def test_the_base_says_which_points_count(db, mode, base, expected):
    store, (bronze, *_) = points_store(
        level_downgrade_mode=DowngradeMode(mode), level_downgrade_base=DowngradeBase(base)
    )
    alice = make_customer(store, level=bronze)
    levels.review(alice, at=NOON, actor=SYSTEM, points=figures("100", earned="500", since="99.99"))
    assert level_name(alice) == expected


def test_points_since_the_last_change_are_counted_from_that_moment(db):
    store, (bronze, *_) = points_store(level_downgrade_base=DowngradeBase.EARNED_SINCE_CHANGE)
    asked = []
    points = PointsFigures(
        available=Decimal(0), earned=Decimal(0), earned_since=lambda since: asked.append(since) or Decimal(0)
    )
    changed = make_customer(store, "alice", level=bronze, level_changed_at=NOON - timedelta(days=3))
    never = make_customer(store, "bob", level=bronze, created_at=NOON - timedelta(days=9))
    for customer in (changed, never):
        levels.review(customer, at=NOON, actor=SYSTEM, points=points)
    assert asked == [NOON - timedelta(days=3), NOON - timedelta(days=9)]


def test_points_earned_and_spent_move_the_level_through_the_wallet(db):
    store, (bronze, *_) = points_store(level_downgrade_mode=DowngradeMode.AUTOMATIC)
    alice = make_customer(store, level=bronze)
    add(alice, 120)
    assert level_name(alice) == "silver"
    spend(alice, 30)
    assert level_name(alice) == "bronze"


def test_releasing_a_level_by_points_asks_the_wallet(db):
    store, (bronze, _silver, gold) = points_store()
    alice = make_customer(store, level=bronze)
    add(alice, 120)
    levels.assign_manually(alice, gold.pk, at=NOON, actor=SYSTEM)
    released = levels.remove_manual(alice, at=NOON, actor=SYSTEM)
    assert level_name(alice) == "silver"
    assert not Customer.objects.get(pk=released.pk).level_is_manual


def after_days_store():
    return points_store(level_downgrade_mode=DowngradeMode.AFTER_DAYS, level_downgrade_days=90)


def test_levels_whose_days_are_over_are_decided_anew(db):
    store, (bronze, _silver, gold) = after_days_store()
    long_ago, lately = NOON - timedelta(days=90), NOON - timedelta(days=89)
    due = make_customer(store, "alice", level=gold, level_changed_at=long_ago)
    kept = make_customer(store, "bob", level=gold, level_changed_at=lately)
    manual = make_customer(store, "charlie", level=gold, level_changed_at=long_ago, level_is_manual=True)
    lowest = make_customer(store, "dora", level=bronze, level_changed_at=long_ago)
    assert levels.downgrade_due_levels(store, at=NOON) == 1
    assert [level_name(each) for each in (due, kept, manual, lowest)] == ["bronze", "gold", "gold", "bronze"]
    assert Customer.objects.get(pk=due.pk).level_changed_at == NOON


def test_a_level_still_deserved_is_kept_and_its_days_begin_anew(db):
    store, (bronze, silver, _gold) = after_days_store()
    alice = make_customer(store, level=bronze, created_at=NOON - timedelta(days=200))
    add(alice, 120, at=NOON - timedelta(days=1))
    Customer.objects.filter(pk=alice.pk).update(level=silver, level_changed_at=NOON - timedelta(days=100))
    assert levels.downgrade_due_levels(store, at=NOON) == 1
    assert level_name(alice) == "silver"
    assert levels.downgrade_due_levels(store, at=NOON + timedelta(days=89)) == 0


def test_a_second_run_and_a_run_cut_short_change_nothing_more(db, monkeypatch):
    store, (bronze, _silver, gold) = after_days_store()
    for _ in range(7):
        make_customer(store, "alice", level=gold, level_changed_at=NOON - timedelta(days=100))
    record, calls = levels.events.record, []

    def killed_in_the_second_chunk(*args, **kwargs):
        calls.append(args)
        if len(calls) > 4:
            raise KeyboardInterrupt
        return record(*args, **kwargs)

    monkeypatch.setattr(levels.events, "record", killed_in_the_second_chunk)
    with pytest.raises(KeyboardInterrupt):
        levels.downgrade_due_levels(store, at=NOON, chunk=2)
    monkeypatch.undo()
    done = Customer.objects.filter(level=bronze).count()
    assert 0 < done < 7
    assert levels.downgrade_due_levels(store, at=NOON, chunk=2) == 7 - done
    assert Customer.objects.filter(level=bronze).count() == 7
    assert levels.downgrade_due_levels(store, at=NOON, chunk=2) == 0


@pytest.mark.parametrize("mode", ["none", "automatic"])
def test_no_level_is_due_where_days_do_not_matter(db, mode):
    store, (_, _, gold) = points_store(level_downgrade_mode=DowngradeMode(mode))
    make_customer(store, level=gold, level_changed_at=NOON - timedelta(days=4000))
    assert levels.downgrade_due_levels(store, at=NOON) == 0


def test_a_movement_never_lowers_a_level_that_is_kept_for_days(db):
    store, (_, _, gold) = after_days_store()
    alice = make_customer(store, level=gold, level_changed_at=NOON - timedelta(days=400))
    assert not levels.review(alice, at=NOON, actor=SYSTEM, points=figures("0"))
    assert levels.review(alice, at=NOON, actor=SYSTEM, points=figures("0"), occasion=Occasion.DAYS_OVER)


def test_the_next_level_is_the_lowest_active_one_above(store, alice, ladder):
    make_level(store, "off", 50, is_active=False)
    assert levels.next_level(alice) == ladder[1]
    alice.level = ladder[2]
    assert levels.next_level(alice) is None


@pytest.mark.django_db(transaction=True)
def test_a_level_that_is_being_deleted_is_given_to_nobody():
    store = make_store()
    gold, alice = make_level(store, "gold", 500), make_customer(store, "alice")
    gold_id = gold.pk

    def assign() -> str:
        try:
            levels.assign_manually(alice, gold_id, at=NOON, actor=SYSTEM)
            return "given"
        except UnknownLevel as refusal:
            return refusal.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with events.atomic():
            offered.delete_level(gold, at=NOON, actor=SYSTEM)
            assigning = pool.submit(assign)
            # It comes as far as the level and waits there.
            assert wait([assigning], timeout=2).not_done
        assert assigning.result(timeout=60) == "level.unknown"
    alice.refresh_from_db()
    assert (alice.level, Event.objects.filter(type="customer.level_assigned").count()) == (None, 0)


def _release(alice: Customer) -> None:
    levels.remove_manual(alice, at=NOON, actor=SYSTEM)


def _release_with_a_profile(alice: Customer) -> None:
    profile.update_profile(alice, profile={"level_id": None}, at=NOON, actor=SYSTEM)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("release", [_release, _release_with_a_profile])
def test_a_release_waits_for_a_movement_without_holding_the_customer(release):
    store = make_store()
    bronze, gold = make_level(store, "bronze"), make_level(store, "gold", 500)
    alice = make_customer(store, "alice", level=gold, level_is_manual=True)

    def release_her() -> None:
        try:
            release(alice)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with events.atomic():
            lock_wallets([alice.pk])
            releasing = pool.submit(release_her)
            assert wait([releasing], timeout=2).not_done
            # Whoever moves points comes to the customer next.
            profile.lock(alice)
        releasing.result(timeout=60)
    alice.refresh_from_db()
    assert (alice.level, alice.level_is_manual) == (bronze, False)
