"""What an editor fills in for an earning rule, and what is wrong with it: pure, so that every face asks the same.

Fields that do not belong to the draft's kind are not looked at and not kept.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from campaigns.evaluation import (
    GeneralSpending,
    Label,
    LabelMultiplier,
    LabelsInclusion,
    MultiplyByLabels,
    MultiplyForProduct,
    ProductPurchase,
)
from loyalty.amounts import HUNDREDTH, MAX_AMOUNT, ZERO, quantize

BLANK = "This value should not be blank."
INVALID = "This value is not valid."
NO_TARGET = "Choose at least one level or segment."
END_BEFORE_START = "The end should not be before the start."
NO_PRODUCT = "Name at least one SKU or label."
MAX_MULTIPLIER = Decimal("999999.99")
MAX_NAME = 255
MAX_ITEMS = 500

# Which of the optional fields mean something, by kind.
FIELDS_OF_KIND: dict[str, tuple[str, ...]] = {
    GeneralSpending.kind: (
        "points_per_unit",
        "min_order_value",
        "excludes_delivery_cost",
        "excluded_skus",
        "labels_inclusion",
        "included_labels",
        "excluded_labels",
    ),
    ProductPurchase.kind: ("points_amount", "skus"),
    MultiplyForProduct.kind: ("multiplier", "skus", "labels"),
    MultiplyByLabels.kind: ("label_multipliers",),
}


@dataclass(frozen=True, kw_only=True)
class RuleDraft:
    """A rule as an editor wants it. Without `is_all_time_active`, `start_at` and `end_at` must come."""

    kind: str
    name: str
    description: str = ""
    is_active: bool = False
    is_all_time_active: bool = True
    start_at: datetime | None = None
    end_at: datetime | None = None
    level_ids: tuple[UUID, ...] = ()
    segment_ids: tuple[UUID, ...] = ()
    pos_ids: tuple[UUID, ...] = ()
    is_last_executed: bool = False

    points_per_unit: Decimal | None = None
    points_amount: Decimal | None = None
    multiplier: Decimal | None = None
    skus: tuple[str, ...] = ()
    labels: tuple[Label, ...] = ()
    label_multipliers: tuple[LabelMultiplier, ...] = ()
    min_order_value: Decimal | None = None
    excludes_delivery_cost: bool = True
    excluded_skus: tuple[str, ...] = ()
    labels_inclusion: LabelsInclusion = LabelsInclusion.NONE
    included_labels: tuple[Label, ...] = ()
    excluded_labels: tuple[Label, ...] = ()

    @property
    def window(self) -> tuple[datetime | None, datetime | None]:
        """The start and end that are kept: none for a rule that always holds."""
        return (None, None) if self.is_all_time_active else (self.start_at, self.end_at)


def find_problems(draft: RuleDraft) -> dict[str, str]:
    """Tell what is wrong with a draft: field (our name) to sentence; empty when it can be kept.

    Whether its levels, segments and points of sale exist is for `campaigns.rules` to see.
    """
    if draft.kind not in FIELDS_OF_KIND:
        return {"kind": INVALID}
    problems = _shared_problems(draft)
    kept = set(FIELDS_OF_KIND[draft.kind])
    for name in ("points_per_unit", "points_amount", "multiplier"):
        if name in kept:
            problems.update(_factor_problem(name, getattr(draft, name)))
    minimum = draft.min_order_value if "min_order_value" in kept else None
    if minimum is not None and not _is_amount(minimum, at_least=ZERO, at_most=MAX_AMOUNT):
        problems["min_order_value"] = INVALID
    return {**problems, **_product_problems(draft)}


def _shared_problems(draft: RuleDraft) -> dict[str, str]:
    problems: dict[str, str] = {}
    if not draft.name.strip():
        problems["name"] = BLANK
    elif len(draft.name) > MAX_NAME:
        problems["name"] = INVALID
    if not draft.level_ids and not draft.segment_ids:
        problems["level_ids"] = NO_TARGET
    if not draft.is_all_time_active:
        if draft.start_at is None:
            problems["start_at"] = BLANK
        if draft.end_at is None:
            problems["end_at"] = BLANK
        if draft.start_at and draft.end_at and draft.end_at < draft.start_at:
            problems["end_at"] = END_BEFORE_START
    return problems


def _factor_problem(name: str, value: Decimal | None) -> dict[str, str]:
    if value is None:
        return {name: BLANK}
    at_most = MAX_MULTIPLIER if name == "multiplier" else MAX_AMOUNT
    return {} if _is_amount(value, at_least=HUNDREDTH, at_most=at_most) else {name: INVALID}


def _product_problems(draft: RuleDraft) -> dict[str, str]:
    """Tell what is wrong with the SKUs and labels that the draft's kind looks at."""
    problems: dict[str, str] = {}
    if draft.kind == ProductPurchase.kind and not draft.skus:
        problems["skus"] = BLANK
    if draft.kind == MultiplyForProduct.kind and not draft.skus and not draft.labels:
        problems["skus"] = NO_PRODUCT
    if draft.kind == MultiplyByLabels.kind:
        if not draft.label_multipliers:
            problems["label_multipliers"] = BLANK
        elif not all(
            _is_amount(entry.multiplier, at_least=HUNDREDTH, at_most=MAX_MULTIPLIER)
            for entry in draft.label_multipliers
        ):
            problems["label_multipliers"] = INVALID
    asks_for_labels = draft.kind == GeneralSpending.kind and draft.labels_inclusion is LabelsInclusion.INCLUDE
    if asks_for_labels and not draft.included_labels:
        problems["included_labels"] = BLANK
    for name in (
        "skus",
        "labels",
        "label_multipliers",
        "excluded_skus",
        "included_labels",
        "excluded_labels",
    ):
        if name in FIELDS_OF_KIND[draft.kind] and len(getattr(draft, name)) > MAX_ITEMS:
            problems[name] = INVALID
    return problems


def _is_amount(value: Decimal, *, at_least: Decimal, at_most: Decimal) -> bool:
    return value.is_finite() and at_least <= value <= at_most and value == quantize(value)


def labels_json(labels: Iterable[Label]) -> list[dict[str, str]]:
    """Give labels as a rule keeps them, each once."""
    return [{"key": label.key, "value": label.value} for label in dict.fromkeys(labels)]


def columns_of_kind(draft: RuleDraft) -> dict[str, Any]:
    """Give the values of the optional columns: those of the draft's kind, and the empty value for all others."""
    blank = RuleDraft(kind=draft.kind, name=draft.name)
    kept = FIELDS_OF_KIND[draft.kind]
    source = {name: draft if name in kept else blank for names in FIELDS_OF_KIND.values() for name in names}
    values = {name: getattr(owner, name) for name, owner in source.items()}
    for name in ("labels", "included_labels", "excluded_labels"):
        values[name] = labels_json(values[name])
    for name in ("skus", "excluded_skus"):
        values[name] = list(dict.fromkeys(values[name]))
    # A minimum of nothing is no minimum.
    values["min_order_value"] = values["min_order_value"] or None
    values["labels_inclusion"] = values["labels_inclusion"].value
    values["label_multipliers"] = [
        {"key": entry.label.key, "value": entry.label.value, "multiplier": str(quantize(entry.multiplier))}
        for entry in values["label_multipliers"]
    ]
    return values
