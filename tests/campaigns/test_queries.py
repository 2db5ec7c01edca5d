"""Reads of rules: whose they are, which hold, in how many statements."""

from datetime import timedelta
from uuid import uuid4

import pytest

from campaigns import queries
from loyalty.refusals import NotFound
from tests.campaigns.factories import make_rule, make_segment
from tests.factories import NOON, make_customer, make_level, make_store

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("rows", [1, 30])
def test_rules_come_with_their_targets_in_four_statements(store, gold, rows, django_assert_num_queries):
    families = make_segment(store, "families")
    for number in range(rows):
        make_rule(gold, name=f"Rule {number}", segment_ids=(families.pk,))

    with django_assert_num_queries(4):
        seen = [
            (list(rule.levels.all()), list(rule.segments.all()), list(rule.points_of_sale.all()))
            for rule in queries.rules_of(store)
        ]
    assert seen == [([gold], [families], [])] * rows


def test_a_rule_of_another_store_does_not_exist(store, gold):
    other = make_store("OTHER")
    rule = make_rule(gold)

    assert queries.rule_of(store, rule.pk) == rule
    for missing in ((other, rule.pk), (store, uuid4())):
        with pytest.raises(NotFound):
            queries.rule_of(*missing)


def test_both_ends_of_a_window_hold(store, gold):
    end = NOON + timedelta(days=1)
    rule = make_rule(gold, is_all_time_active=False, start_at=NOON, end_at=end)
    second = timedelta(seconds=1)

    def holding(at):
        return list(queries.rules_holding(store, at=at))

    assert holding(NOON) == holding(end) == [rule]
    assert holding(NOON - second) == holding(end + second) == []


def test_rules_for_a_customer_are_those_of_the_level_or_a_segment_each_once(store, gold):
    silver = make_level(store, "silver", 100)
    alice = make_customer(store, "alice", level=gold)
    families, gardeners = make_segment(store, "families", alice), make_segment(store, "gardeners", alice)
    mine = make_rule(gold, name="mine", segment_ids=(families.pk, gardeners.pk))
    ours = make_rule(silver, name="ours", segment_ids=(families.pk,))
    make_rule(silver, name="theirs")
    make_rule(gold, name="off", is_active=False)

    assert list(queries.rules_for(alice, at=NOON)) == [mine, ours]


def test_a_customer_without_level_and_segment_has_no_rules(store, gold):
    make_rule(gold)

    assert list(queries.rules_for(make_customer(store, "bob"), at=NOON)) == []
