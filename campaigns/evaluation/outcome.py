"""What comes out: the points, and for every rule what it did or why it did nothing."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from loyalty.amounts import ZERO


class Obstacle(StrEnum):
    """Why a rule did nothing."""

    CUSTOMER_INACTIVE = "customer_inactive"
    INACTIVE = "inactive"
    OUTSIDE_DATES = "outside_dates"
    WRONG_TARGET = "wrong_target"
    WRONG_POS = "wrong_pos"
    MINIMUM_ORDER = "minimum_order"
    STOPPED = "stopped"

    @property
    def is_of_the_chain(self) -> bool:
        """Tell whether the rule was for this purchase at all, and only the chain kept it from running."""
        return self in {Obstacle.MINIMUM_ORDER, Obstacle.STOPPED}


@dataclass(frozen=True)
class LineEffect:
    """What a rule did to the bucket of one line: `line` counts from 0, `points` is the change."""

    line: int
    sku: str
    points: Decimal


@dataclass(frozen=True)
class RuleOutcome:
    """What one rule did. `sentence` is for people; `obstacle` is set when the rule did not run."""

    rule_id: UUID
    rule_name: str
    kind: str
    sentence: str
    obstacle: Obstacle | None = None
    lines: tuple[LineEffect, ...] = ()

    @property
    def executed(self) -> bool:
        return self.obstacle is None

    @property
    def was_for_this_purchase(self) -> bool:
        return self.obstacle is None or self.obstacle.is_of_the_chain

    @property
    def points(self) -> Decimal:
        """The change that this rule made to the sum of the buckets."""
        return sum((effect.points for effect in self.lines), ZERO)

    def as_json(self) -> dict[str, Any]:
        """Give the form in which a points transfer keeps its reasons."""
        return {
            "rule": str(self.rule_id),
            "name": self.rule_name,
            "kind": self.kind,
            "executed": self.executed,
            "obstacle": self.obstacle.value if self.obstacle else None,
            "points": str(self.points),
            "text": self.sentence,
            "lines": [
                {"line": effect.line, "sku": effect.sku, "points": str(effect.points)}
                for effect in self.lines
            ],
        }


@dataclass(frozen=True)
class Outcome:
    """What a basket earns, and why."""

    points: Decimal
    rules: tuple[RuleOutcome, ...]

    @property
    def earning_rules(self) -> tuple[RuleOutcome, ...]:
        """The rules that changed the sum, in the order in which they ran."""
        return tuple(outcome for outcome in self.rules if outcome.points != ZERO)

    @property
    def comment(self) -> str:
        """The names of the rules that changed the sum, as the points transfer shows them."""
        return ", ".join(dict.fromkeys(outcome.rule_name for outcome in self.earning_rules))

    def reasons(self) -> list[dict[str, Any]]:
        """Give the explanations of the rules that were for this purchase, ready to be kept with the points."""
        return [outcome.as_json() for outcome in self.rules if outcome.was_for_this_purchase]
