"""The arithmetic of earning: the worked tables of docs/earning.md, its guarantees, and its edges."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.evaluation import (
    Basket,
    BasketLine,
    GeneralSpending,
    Label,
    LabelMultiplier,
    LabelsInclusion,
    MultiplyByLabels,
    MultiplyForProduct,
    Obstacle,
    ProductPurchase,
    Rule,
    Shopper,
    eligible_rules,
    evaluate,
)
from loyalty.amounts import MAX_AMOUNT, quantize
from tests.campaigns.worked_tables import NOON, SHOPPER, Example, examples

GOLD = UUID(int=1)
SILVER = UUID(int=2)
ALICE = Shopper(level_id=GOLD)


def general(number=1, rate="1", **fields):
    fields = {"level_ids": frozenset({GOLD}), "created_at": NOON, **fields}
    return GeneralSpending(
        id=UUID(int=number), name=f"General {number}", points_per_unit=Decimal(rate), **fields
    )


def basket(*lines, **fields):
    return Basket(
        lines=tuple(BasketLine(sku=sku, gross_value=Decimal(gross)) for sku, gross in lines),
        purchased_at=NOON,
        **fields,
    )


# --- The document ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.name)
def test_a_worked_table_of_the_document_holds(example: Example):
    outcome = evaluate(example.basket, example.rules, shopper=SHOPPER)

    *expected, total = example.expected
    told = [(rule.rule_name, str(quantize(rule.points)), rule.sentence) for rule in outcome.rules]
    assert told == [(row["rule"], row["points"], row["what happened"]) for row in expected]
    assert f"**{outcome.points}**" == total["points"]


def test_the_document_has_a_worked_table_for_every_kind():
    kinds = {rule.kind for example in examples() for rule in example.rules}

    assert kinds == {"points", "product_purchase", "multiply_for_product", "multiply_by_product_labels"}


# --- Edges ----------------------------------------------------------------------------------------------------


def test_a_customer_who_is_not_active_earns_nothing_and_is_told_why():
    outcome = evaluate(basket(("tea", "10")), [general()], shopper=Shopper(level_id=GOLD, is_active=False))

    assert outcome.points == 0
    assert outcome.rules[0].obstacle is Obstacle.CUSTOMER_INACTIVE
    assert outcome.reasons() == []


def test_a_simulation_for_nobody_meets_rules_of_every_level():
    outcome = evaluate(basket(("tea", "10")), [general(level_ids=frozenset({SILVER}))], shopper=None)

    assert outcome.points == Decimal("10.00")


def test_a_purchase_without_a_point_of_sale_meets_only_rules_that_name_none():
    here = UUID(int=9)
    rules = [general(1), general(2, pos_ids=frozenset({here}))]

    assert [rule.id.int for rule in eligible_rules(basket(), rules, shopper=ALICE)] == [1]
    assert [rule.id.int for rule in eligible_rules(basket(pos_id=here), rules, shopper=ALICE)] == [1, 2]


def test_both_ends_of_a_rules_window_belong_to_it():
    second = timedelta(seconds=1)
    rule = general(starts_at=NOON, ends_at=NOON)

    assert evaluate(basket(("tea", "1")), [rule], shopper=ALICE).points == 1
    for early_or_late in (NOON - second, NOON + second):
        missed = replace(basket(("tea", "1")), purchased_at=early_or_late)
        assert evaluate(missed, [rule], shopper=ALICE).points == 0


def test_instants_compare_across_zones():
    later_in_warsaw = datetime.fromisoformat("2026-03-14T13:00:00+01:00")

    assert evaluate(basket(("tea", "1")), [general(ends_at=later_in_warsaw)], shopper=ALICE).points == 1


def test_a_label_matches_by_key_and_value():
    line = BasketLine(sku="tea", gross_value=Decimal(4), labels=frozenset({Label("eco", "yes")}))
    bag = Basket(lines=(line,), purchased_at=NOON)
    rule = general(labels_inclusion=LabelsInclusion.INCLUDE, included_labels=frozenset({Label("eco", "no")}))

    assert evaluate(bag, [rule], shopper=ALICE).points == 0


def test_an_included_label_is_ignored_when_the_rule_does_not_choose_by_labels():
    rule = general(
        included_labels=frozenset({Label("eco", "yes")}), excluded_labels=frozenset({Label("a", "b")})
    )

    assert evaluate(basket(("tea", "4")), [rule], shopper=ALICE).points == 4


def test_the_oldest_of_two_rules_of_a_kind_runs_first():
    young = general(1, created_at=NOON)
    old = general(2, created_at=NOON - timedelta(days=1), is_last_executed=True)

    outcome = evaluate(basket(("tea", "4")), [young, old], shopper=ALICE)

    assert [rule.rule_id.int for rule in outcome.rules] == [2, 1]
    assert outcome.rules[1].obstacle is Obstacle.STOPPED


def test_a_thousand_doubling_lines_stop_at_the_largest_amount():
    bag = basket(*[("tea", "1.00")] * 1000)
    double = MultiplyForProduct(
        id=UUID(int=5),
        name="Double",
        created_at=NOON,
        level_ids=frozenset({GOLD}),
        multiplier=Decimal(999999),
        skus=frozenset({"tea"}),
    )

    assert evaluate(bag, [general(), double], shopper=ALICE).points == MAX_AMOUNT


def test_the_comment_names_the_rules_that_changed_the_points():
    bonus = ProductPurchase(
        id=UUID(int=3), name="Bonus", created_at=NOON, points_amount=Decimal(5), skus=frozenset({"cake"})
    )

    outcome = evaluate(basket(("tea", "4")), [bonus, general(1), general(2, rate="2")], shopper=None)

    assert outcome.comment == "General 1, General 2"


def test_reasons_are_plain_json_with_a_sentence_and_the_lines():
    [reason] = evaluate(basket(("tea", "4")), [general()], shopper=ALICE).reasons()

    assert reason == {
        "rule": str(UUID(int=1)),
        "name": "General 1",
        "kind": "points",
        "executed": True,
        "obstacle": None,
        "points": "4.00",
        "text": "General 1 ×1: 4.00",
        "lines": [{"line": 0, "sku": "tea", "points": "4.00"}],
    }


# --- Guarantees -----------------------------------------------------------------------------------------------

SKUS = ["tea", "milk", "bread", "delivery"]
LABELS = [Label("eco", "yes"), Label("eco", "no"), Label("sale", "")]
skus = st.sampled_from(SKUS)
label_sets = st.frozensets(st.sampled_from(LABELS))
money = st.decimals(min_value=0, max_value=10_000, places=2)
anything = st.decimals(min_value=-10_000, max_value=10_000, places=2)
rates = st.decimals(min_value=Decimal("0.01"), max_value=100, places=2)
levels = st.frozensets(st.sampled_from([GOLD, SILVER]))
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def lines(values):
    return st.builds(BasketLine, sku=skus, gross_value=values, labels=label_sets)


def baskets(values=anything):
    return st.builds(
        Basket,
        lines=st.lists(lines(values), max_size=8).map(tuple),
        purchased_at=st.just(NOON),
        pos_id=st.sampled_from([None, UUID(int=7), UUID(int=8)]),
        delivery_skus=st.just(frozenset({"delivery"})),
    )


shared = {
    "id": st.uuids(),
    "name": st.text(max_size=10),
    "created_at": st.integers(0, 3000).map(lambda days: NOON - timedelta(days=days)),
    "is_active": st.booleans(),
    "starts_at": st.sampled_from([None, LONG_AGO, NOON + timedelta(days=1)]),
    "level_ids": levels,
    "pos_ids": st.sampled_from([frozenset(), frozenset({UUID(int=7)})]),
    "is_last_executed": st.booleans(),
}
generals = st.builds(
    GeneralSpending,
    points_per_unit=rates,
    min_order_value=st.none() | money,
    excludes_delivery_cost=st.booleans(),
    excluded_skus=st.frozensets(skus),
    labels_inclusion=st.sampled_from(LabelsInclusion),
    included_labels=label_sets,
    excluded_labels=label_sets,
    **shared,
)
multipliers = st.builds(
    MultiplyForProduct, multiplier=rates, skus=st.frozensets(skus), labels=label_sets, **shared
)
label_multipliers = st.builds(
    MultiplyByLabels,
    label_multipliers=st.lists(
        st.builds(LabelMultiplier, label=st.sampled_from(LABELS), multiplier=rates), max_size=3
    ).map(tuple),
    **shared,
)
products = st.builds(ProductPurchase, points_amount=rates, skus=st.frozensets(skus), **shared)
rule_lists = st.lists(
    generals | multipliers | label_multipliers | products, max_size=6, unique_by=lambda rule: rule.id
)
shoppers = st.none() | st.builds(
    Shopper,
    level_id=st.sampled_from([None, GOLD, SILVER]),
    segment_ids=st.just(frozenset[UUID]()),
    is_active=st.booleans(),
)
quick = settings(max_examples=100, deadline=None)


@quick
@given(baskets(), rule_lists, shoppers)
def test_points_are_never_negative_nor_too_many_nor_finer_than_hundredths(bag, rules, shopper):
    points = evaluate(bag, rules, shopper=shopper).points

    assert 0 <= points <= MAX_AMOUNT
    assert points == quantize(points)


@quick
@given(baskets(), rule_lists, shoppers, st.randoms())
def test_the_order_in_which_rules_are_handed_over_does_not_matter(bag, rules, shopper, random):
    shuffled = random.sample(rules, len(rules))

    assert evaluate(bag, rules, shopper=shopper) == evaluate(bag, shuffled, shopper=shopper)


@quick
@given(baskets(money), rule_lists, shoppers)
def test_what_the_rules_are_said_to_have_done_adds_up_to_the_points(bag, rules, shopper):
    outcome = evaluate(bag, rules, shopper=shopper)

    if outcome.points < MAX_AMOUNT:
        assert sum(rule.points for rule in outcome.rules) == outcome.points
    assert all(effect.sku == bag.lines[effect.line].sku for rule in outcome.rules for effect in rule.lines)


@quick
@given(baskets(), rule_lists, shoppers)
def test_rules_that_are_not_eligible_change_nothing_and_say_why(bag, rules, shopper):
    eligible: list[Rule] = list(eligible_rules(bag, rules, shopper=shopper))
    everything = evaluate(bag, rules, shopper=shopper)

    assert evaluate(bag, eligible, shopper=shopper).points == everything.points
    told = {rule.rule_id for rule in everything.rules if rule.was_for_this_purchase}
    assert told == {rule.id for rule in eligible}
    assert all(rule.sentence and not (rule.obstacle and rule.lines) for rule in everything.rules)


@quick
@given(baskets(money), st.lists(generals, max_size=4, unique_by=lambda rule: rule.id), st.data())
def test_splitting_a_line_gains_at_most_a_hundredth_from_each_general_rule(bag, rules, data):
    if not bag.lines:
        return
    index = data.draw(st.integers(0, len(bag.lines) - 1))
    line = bag.lines[index]
    part = data.draw(st.decimals(min_value=0, max_value=line.gross_value, places=2))
    halves = (replace(line, gross_value=part), replace(line, gross_value=line.gross_value - part))
    split = replace(bag, lines=(*bag.lines[:index], *halves, *bag.lines[index + 1 :]))

    whole, parts = evaluate(bag, rules, shopper=None).points, evaluate(split, rules, shopper=None).points

    assert abs(parts - whole) <= len(rules) * Decimal("0.01")


@quick
@given(baskets(money), st.lists(generals, max_size=4, unique_by=lambda rule: rule.id), st.randoms())
def test_the_order_of_lines_does_not_matter_to_general_spending(bag, rules, random):
    shuffled = replace(bag, lines=tuple(random.sample(bag.lines, len(bag.lines))))

    assert evaluate(bag, rules, shopper=None).points == evaluate(shuffled, rules, shopper=None).points


@quick
@given(baskets(money), generals)
def test_a_general_rule_never_pays_for_more_than_the_basket(bag, rule):
    outcome = evaluate(bag, [rule], shopper=None)

    assert outcome.points <= quantize(bag.gross_value * rule.points_per_unit) + len(bag.lines) * Decimal(
        "0.01"
    )
