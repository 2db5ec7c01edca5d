"""The kinds of purchase rules: what each adds to or makes of the buckets.

A rule's `priority` is that of its kind: general spending runs first, multipliers next, product purchases last, so
that fixed points for a product are never multiplied.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from math import prod
from typing import ClassVar
from uuid import UUID

from campaigns.evaluation.basket import Basket, BasketLine, Label
from campaigns.evaluation.buckets import Buckets
from campaigns.evaluation.outcome import LineEffect


class LabelsInclusion(StrEnum):
    """How labels choose the lines that general spending counts."""

    NONE = "none_labels"
    INCLUDE = "include_labels"
    EXCLUDE = "exclude_labels"


def plain(number: Decimal) -> str:
    """Write a factor without trailing zeros: 2, 1.5, 0.25."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What all kinds share: when, where and for whom a rule holds, and whether it ends the chain."""

    kind: ClassVar[str]
    priority: ClassVar[int]

    id: UUID
    name: str
    created_at: datetime
    is_active: bool = True
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    level_ids: frozenset[UUID] = frozenset()
    segment_ids: frozenset[UUID] = frozenset()
    pos_ids: frozenset[UUID] = frozenset()
    is_last_executed: bool = False

    @property
    def running_order(self) -> tuple[int, datetime, UUID]:
        """The place in the chain: by kind, then oldest first, then by id."""
        return self.priority, self.created_at, self.id

    def apply(self, basket: Basket, buckets: Buckets) -> Iterator[LineEffect]:
        """Change the buckets and give what happened to each line that the rule matches."""
        for number, line in enumerate(basket.lines):
            change = self._change(line, basket, buckets)
            if change is not None:
                yield LineEffect(line=number, sku=line.sku, points=change)

    def _change(self, line: BasketLine, basket: Basket, buckets: Buckets) -> Decimal | None:
        raise NotImplementedError

    def title(self) -> str:
        """Give the rule's name with what it does: "General spending ×1"."""
        raise NotImplementedError

    def tell(self, points: Decimal) -> str:
        """Write down a change of points as this kind does."""
        return f"{points:+.2f}"


@dataclass(frozen=True, kw_only=True)
class GeneralSpending(Rule):
    """Points for money spent: each counted line adds its gross value × `points_per_unit`."""

    kind = "points"
    priority = 1

    points_per_unit: Decimal
    min_order_value: Decimal | None = None
    excludes_delivery_cost: bool = True
    excluded_skus: frozenset[str] = frozenset()
    labels_inclusion: LabelsInclusion = LabelsInclusion.NONE
    included_labels: frozenset[Label] = frozenset()
    excluded_labels: frozenset[Label] = frozenset()

    def misses_minimum_order(self, basket: Basket) -> bool:
        """Tell whether the basket is too small for this rule."""
        if self.min_order_value is None:
            return False
        base = basket.gross_value_without_delivery if self.excludes_delivery_cost else basket.gross_value
        return base < self.min_order_value

    def _change(self, line: BasketLine, basket: Basket, buckets: Buckets) -> Decimal | None:
        if not self._counts(line, basket):
            return None
        return buckets.add(line.sku, line.gross_value * self.points_per_unit)

    def _counts(self, line: BasketLine, basket: Basket) -> bool:
        if line.sku in self.excluded_skus:
            return False
        if self.excludes_delivery_cost and line.sku in basket.delivery_skus:
            return False
        if self.labels_inclusion is LabelsInclusion.INCLUDE:
            return not line.labels.isdisjoint(self.included_labels)
        if self.labels_inclusion is LabelsInclusion.EXCLUDE:
            return line.labels.isdisjoint(self.excluded_labels)
        return True

    def title(self) -> str:
        return f"{self.name} ×{plain(self.points_per_unit)}"

    def tell(self, points: Decimal) -> str:
        return f"{points:.2f}"


@dataclass(frozen=True, kw_only=True)
class MultiplyForProduct(Rule):
    """Each line of a listed SKU or with a listed label multiplies its bucket by `multiplier`."""

    kind = "multiply_for_product"
    priority = 2

    multiplier: Decimal
    skus: frozenset[str] = frozenset()
    labels: frozenset[Label] = frozenset()

    def _change(self, line: BasketLine, basket: Basket, buckets: Buckets) -> Decimal | None:
        if line.sku not in self.skus and line.labels.isdisjoint(self.labels):
            return None
        return buckets.multiply(line.sku, self.multiplier)

    def title(self) -> str:
        return f"{self.name} ×{plain(self.multiplier)}"


@dataclass(frozen=True)
class LabelMultiplier:
    """A label and the factor that it brings."""

    label: Label
    multiplier: Decimal


@dataclass(frozen=True, kw_only=True)
class MultiplyByLabels(Rule):
    """Each line multiplies its bucket by the product of the factors of all its listed labels."""

    kind = "multiply_by_product_labels"
    priority = 2

    label_multipliers: tuple[LabelMultiplier, ...]

    def _change(self, line: BasketLine, basket: Basket, buckets: Buckets) -> Decimal | None:
        factors = [entry.multiplier for entry in self.label_multipliers if entry.label in line.labels]
        return buckets.multiply(line.sku, prod(factors, start=Decimal(1))) if factors else None

    def title(self) -> str:
        factors = ", ".join(
            f"×{plain(entry.multiplier)} for {entry.label.key}:{entry.label.value}"
            for entry in self.label_multipliers
        )
        return f"{self.name} {factors}"


@dataclass(frozen=True, kw_only=True)
class ProductPurchase(Rule):
    """Each line of a listed SKU adds `points_amount`, whatever its quantity."""

    kind = "product_purchase"
    priority = 3

    points_amount: Decimal
    skus: frozenset[str]

    def _change(self, line: BasketLine, basket: Basket, buckets: Buckets) -> Decimal | None:
        return buckets.add(line.sku, self.points_amount) if line.sku in self.skus else None

    def title(self) -> str:
        return f"{self.name} {plain(self.points_amount)} a line"
