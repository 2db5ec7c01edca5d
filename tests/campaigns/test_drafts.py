"""What an editor may say in a rule, field by field."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from campaigns.drafts import RuleDraft, columns_of_kind, find_problems
from campaigns.evaluation import Label, LabelMultiplier, LabelsInclusion
from tests.factories import NOON

GOLD = (UUID(int=1),)
ECO = Label("eco", "yes")


def general(**fields: Any) -> RuleDraft:
    return RuleDraft(
        **{"kind": "points", "name": "General", "level_ids": GOLD, "points_per_unit": Decimal(1), **fields}
    )


@pytest.mark.parametrize(
    ("fields", "at_fault"),
    [
        ({}, set()),
        ({"kind": "event"}, {"kind"}),
        ({"kind": ""}, {"kind"}),
        ({"name": " "}, {"name"}),
        ({"name": "x" * 256}, {"name"}),
        ({"level_ids": ()}, {"level_ids"}),
        ({"level_ids": (), "segment_ids": GOLD}, set()),
        ({"is_all_time_active": False}, {"start_at", "end_at"}),
        ({"is_all_time_active": False, "start_at": NOON, "end_at": NOON}, set()),
        ({"is_all_time_active": False, "start_at": NOON, "end_at": NOON - timedelta(seconds=1)}, {"end_at"}),
        ({"points_per_unit": None}, {"points_per_unit"}),
        ({"points_per_unit": Decimal(0)}, {"points_per_unit"}),
        ({"points_per_unit": Decimal(-1)}, {"points_per_unit"}),
        ({"points_per_unit": Decimal("0.001")}, {"points_per_unit"}),
        ({"points_per_unit": Decimal("NaN")}, {"points_per_unit"}),
        ({"points_per_unit": Decimal("Infinity")}, {"points_per_unit"}),
        ({"points_per_unit": Decimal(10000000000)}, {"points_per_unit"}),
        ({"min_order_value": Decimal(0)}, set()),
        ({"min_order_value": Decimal("-0.01")}, {"min_order_value"}),
        ({"labels_inclusion": LabelsInclusion.INCLUDE}, {"included_labels"}),
        ({"labels_inclusion": LabelsInclusion.EXCLUDE}, set()),
        ({"excluded_skus": ("x",) * 501}, {"excluded_skus"}),
        ({"kind": "product_purchase"}, {"points_amount", "skus"}),
        ({"kind": "product_purchase", "points_amount": Decimal(5), "skus": ("a",)}, set()),
        ({"kind": "multiply_for_product"}, {"multiplier", "skus"}),
        ({"kind": "multiply_for_product", "multiplier": Decimal(2), "labels": (ECO,)}, set()),
        ({"kind": "multiply_for_product", "multiplier": Decimal(1_000_000), "skus": ("a",)}, {"multiplier"}),
        ({"kind": "multiply_by_product_labels"}, {"label_multipliers"}),
        (
            {"kind": "multiply_by_product_labels", "label_multipliers": (LabelMultiplier(ECO, Decimal(0)),)},
            {"label_multipliers"},
        ),
    ],
)
def test_problems_are_named_at_their_fields(fields: dict[str, Any], at_fault: set[str]) -> None:
    assert set(find_problems(general(**fields))) == at_fault


def test_fields_of_other_kinds_are_neither_looked_at_nor_kept() -> None:
    draft = general(multiplier=Decimal(-1), skus=("a",), labels=(ECO,))

    assert find_problems(draft) == {}
    columns = columns_of_kind(draft)
    assert (columns["multiplier"], columns["skus"], columns["labels"]) == (None, [], [])


def test_repeated_skus_and_labels_are_kept_once() -> None:
    columns = columns_of_kind(general(excluded_skus=("b", "a", "b"), excluded_labels=(ECO, ECO)))

    assert columns["excluded_skus"] == ["b", "a"]
    assert columns["excluded_labels"] == [{"key": "eco", "value": "yes"}]
