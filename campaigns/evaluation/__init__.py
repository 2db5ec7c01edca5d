"""What a basket earns: a pure function from a basket, a shopper and rules to points, with a reason for each.

Nothing here knows Django or a clock. docs/earning.md says in prose what this package does, and its worked tables are
run against it.

    outcome = evaluate(basket, rules, shopper=shopper)
    outcome.points     # what to post, never negative
    outcome.rules      # per rule: what it did, line by line, or why it did nothing
"""

from campaigns.evaluation.basket import Basket, BasketLine, Label, Shopper
from campaigns.evaluation.chain import eligible_rules, evaluate
from campaigns.evaluation.outcome import LineEffect, Obstacle, Outcome, RuleOutcome
from campaigns.evaluation.rules import (
    GeneralSpending,
    LabelMultiplier,
    LabelsInclusion,
    MultiplyByLabels,
    MultiplyForProduct,
    ProductPurchase,
    Rule,
)

__all__ = [
    "Basket",
    "BasketLine",
    "GeneralSpending",
    "Label",
    "LabelMultiplier",
    "LabelsInclusion",
    "LineEffect",
    "MultiplyByLabels",
    "MultiplyForProduct",
    "Obstacle",
    "Outcome",
    "ProductPurchase",
    "Rule",
    "RuleOutcome",
    "Shopper",
    "eligible_rules",
    "evaluate",
]
