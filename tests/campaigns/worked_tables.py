"""Reads the worked tables of docs/earning.md: rules, basket and expected outcome of each example."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from campaigns.evaluation import (
    Basket,
    BasketLine,
    GeneralSpending,
    Label,
    LabelMultiplier,
    LabelsInclusion,
    MultiplyByLabels,
    MultiplyForProduct,
    ProductPurchase,
    Rule,
    Shopper,
)

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "earning.md"
NOON = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
Row = dict[str, str]


def named(kind: str, name: str) -> UUID:
    """Give the same id to the same name every time."""
    return uuid5(NAMESPACE_URL, f"{kind}/{name}")


SHOPPER = Shopper(
    level_id=named("level", "gold"), segment_ids=frozenset({named("segment", "families")}), is_active=True
)


@dataclass
class Example:
    """One heading of the worked tables."""

    name: str
    rules: list[Rule] = field(default_factory=list)
    lines: list[BasketLine] = field(default_factory=list)
    expected: list[Row] = field(default_factory=list)

    @property
    def basket(self) -> Basket:
        return Basket(
            lines=tuple(self.lines),
            purchased_at=NOON,
            pos_id=named("pos", "centre"),
            delivery_skus=frozenset({"delivery"}),
        )


def examples() -> list[Example]:
    """Read every example of the document."""
    text = DOCUMENT.read_text(encoding="utf-8").split("## Worked tables", 1)[1]
    return [_example(part) for part in text.split("\n### ")[1:]]


def _example(part: str) -> Example:
    example = Example(name=part.splitlines()[0].strip())
    for header, rows in _tables(part):
        if header[:2] == ["rule", "kind"]:
            example.rules = [_rule(row, age) for age, row in enumerate(rows)]
        elif header[0] == "sku":
            example.lines = [_line(row) for row in rows]
        else:
            example.expected = rows
    return example


def _tables(part: str) -> Iterator[tuple[list[str], list[Row]]]:
    for block in part.split("\n\n"):
        lines = [line for line in block.splitlines() if line.startswith("|")]
        if len(lines) < 3:
            continue
        header, _, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
        yield header, [dict(zip(header, row, strict=True)) for row in rows]


def _label(text: str) -> Label:
    key, _, value = text.strip().partition(":")
    return Label(key=key, value=value)


def _line(row: Row) -> BasketLine:
    labels = frozenset(_label(text) for text in row["labels"].split(",") if text.strip())
    return BasketLine(
        sku=row["sku"], gross_value=Decimal(row["gross"]), quantity=Decimal(row["quantity"]), labels=labels
    )


def _rule(row: Row, age: int) -> Rule:
    options: dict[str, Any] = {
        "id": named("rule", row["rule"]),
        "name": row["rule"],
        "created_at": NOON - timedelta(days=100 - age),
        "level_ids": frozenset({named("level", "gold")}),
    }
    for option in filter(None, (text.strip() for text in row["where"].split(";"))):
        _apply_option(options, option)
    return _BUILDERS[row["kind"]](row["value"], options)


def _apply_option(options: dict[str, Any], option: str) -> None:
    word, _, rest = option.partition(" ")
    if option in {"delivery counts", "last", "off"}:
        options.update(
            {
                "delivery counts": {"excludes_delivery_cost": False},
                "last": {"is_last_executed": True},
                "off": {"is_active": False},
            }[option]
        )
    elif word in {"level", "segment", "pos"}:
        options[f"{word}_ids"] = frozenset({named(word, rest)})
    elif word in {"from", "until"}:
        key = "starts_at" if word == "from" else "ends_at"
        options[key] = datetime.fromisoformat(rest).replace(tzinfo=UTC)
    elif word == "minimum":
        options["min_order_value"] = Decimal(rest)
    elif word == "sku":
        options["skus"] = frozenset({rest})
    elif word == "label":
        options["labels"] = frozenset({_label(rest)})
    elif option.startswith("without sku "):
        options["excluded_skus"] = frozenset({option.removeprefix("without sku ")})
    elif option.startswith("without label "):
        options["labels_inclusion"] = LabelsInclusion.EXCLUDE
        options["excluded_labels"] = frozenset({_label(option.removeprefix("without label "))})
    elif option.startswith("only label "):
        options["labels_inclusion"] = LabelsInclusion.INCLUDE
        options["included_labels"] = frozenset({_label(option.removeprefix("only label "))})
    else:
        raise ValueError(f"docs/earning.md: no such option: {option}")


def _label_multipliers(text: str) -> tuple[LabelMultiplier, ...]:
    pairs = (part.strip().rsplit(" ", 1) for part in text.split(";"))
    return tuple(LabelMultiplier(label=_label(label), multiplier=Decimal(factor)) for label, factor in pairs)


_BUILDERS: dict[str, Any] = {
    "points": lambda value, options: GeneralSpending(points_per_unit=Decimal(value), **options),
    "product_purchase": lambda value, options: ProductPurchase(points_amount=Decimal(value), **options),
    "multiply_for_product": lambda value, options: MultiplyForProduct(multiplier=Decimal(value), **options),
    "multiply_by_product_labels": lambda value, options: MultiplyByLabels(
        label_multipliers=_label_multipliers(value), **options
    ),
}
