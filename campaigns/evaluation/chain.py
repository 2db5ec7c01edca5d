"""The chain: which rules are for a purchase, and what they make of it one after the other."""

from collections.abc import Iterable, Sequence

from campaigns.evaluation.basket import Basket, Shopper
from campaigns.evaluation.buckets import Buckets
from campaigns.evaluation.outcome import Obstacle, Outcome, RuleOutcome
from campaigns.evaluation.rules import GeneralSpending, Rule
from loyalty.amounts import ZERO

_SENTENCES = {
    Obstacle.CUSTOMER_INACTIVE: "the customer is not active",
    Obstacle.INACTIVE: "the rule is switched off",
    Obstacle.OUTSIDE_DATES: "the purchase lies outside the rule's dates",
    Obstacle.WRONG_TARGET: "not for the customer's level or segments",
    Obstacle.WRONG_POS: "not for this point of sale",
}


def evaluate(basket: Basket, rules: Iterable[Rule], *, shopper: Shopper | None) -> Outcome:
    """Run the chain over a basket and give the points with an explanation for every rule, in running order.

    Without a shopper (a simulation for nobody in particular) targets are not tested.
    Units: points Decimal, two places, from 0 to MAX_AMOUNT.
    Source: docs/earning.md, "Steps".
    """
    buckets = Buckets()
    stopper: Rule | None = None
    outcomes: list[RuleOutcome] = []
    for rule in sorted(rules, key=lambda rule: rule.running_order):
        outcome = _run(rule, basket, shopper=shopper, buckets=buckets, stopper=stopper)
        outcomes.append(outcome)
        if outcome.executed and rule.is_last_executed:
            stopper = rule
    return Outcome(points=buckets.total(), rules=tuple(outcomes))


def eligible_rules(basket: Basket, rules: Iterable[Rule], *, shopper: Shopper | None) -> Sequence[Rule]:
    """Give the rules that are for this purchase and shopper, in running order, whether or not the chain stops early."""
    ordered = sorted(rules, key=lambda rule: rule.running_order)
    return [rule for rule in ordered if _obstacle(rule, basket, shopper) is None]


def _run(
    rule: Rule, basket: Basket, *, shopper: Shopper | None, buckets: Buckets, stopper: Rule | None
) -> RuleOutcome:
    obstacle = _obstacle(rule, basket, shopper)
    if obstacle is not None:
        return _refused(rule, obstacle, _SENTENCES[obstacle])
    if stopper is not None:
        return _refused(rule, Obstacle.STOPPED, f"“{stopper.name}” was the last rule to run")
    if isinstance(rule, GeneralSpending) and rule.misses_minimum_order(basket):
        return _refused(rule, Obstacle.MINIMUM_ORDER, f"minimum order {rule.min_order_value:.2f} not reached")
    lines = tuple(rule.apply(basket, buckets))
    told = rule.tell(sum((effect.points for effect in lines), ZERO)) if lines else "no line matched"
    return RuleOutcome(
        rule_id=rule.id, rule_name=rule.name, kind=rule.kind, sentence=f"{rule.title()}: {told}", lines=lines
    )


def _refused(rule: Rule, obstacle: Obstacle, why: str) -> RuleOutcome:
    return RuleOutcome(
        rule_id=rule.id,
        rule_name=rule.name,
        kind=rule.kind,
        sentence=f"{rule.name}: {why}",
        obstacle=obstacle,
    )


def _obstacle(rule: Rule, basket: Basket, shopper: Shopper | None) -> Obstacle | None:
    """Tell what keeps a rule from a purchase before the chain even starts."""
    if shopper is not None and not shopper.is_active:
        return Obstacle.CUSTOMER_INACTIVE
    if not rule.is_active:
        return Obstacle.INACTIVE
    if rule.starts_at is not None and basket.purchased_at < rule.starts_at:
        return Obstacle.OUTSIDE_DATES
    if rule.ends_at is not None and basket.purchased_at > rule.ends_at:
        return Obstacle.OUTSIDE_DATES
    if shopper is not None and not _is_for(rule, shopper):
        return Obstacle.WRONG_TARGET
    if rule.pos_ids and basket.pos_id not in rule.pos_ids:
        return Obstacle.WRONG_POS
    return None


def _is_for(rule: Rule, shopper: Shopper) -> bool:
    return shopper.level_id in rule.level_ids or not shopper.segment_ids.isdisjoint(rule.segment_ids)
