"""Earning rules in the dialect's words, with the keys of their kind."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from campaigns.models import EarningRule
from loyalty.amounts import ZERO
from loyalty.api.open_loyalty import wire

Kind = EarningRule.Kind


def rule_record(rule: EarningRule, zone: ZoneInfo) -> dict[str, Any]:
    """Give one rule; its relations should be prefetched."""
    levels, segments = list(rule.levels.all()), list(rule.segments.all())
    return wire.compact(
        {
            "levels": [level.pk for level in levels],
            "segments": [segment.pk for segment in segments],
            "earningRuleId": rule.pk,
            "name": rule.name,
            "description": rule.description,
            "active": rule.is_active,
            "startAt": wire.instant(rule.start_at, zone),
            "endAt": wire.instant(rule.end_at, zone),
            "allTimeActive": rule.is_all_time_active,
            "usages": [],
            "pos": [pos.pk for pos in rule.points_of_sale.all()],
            "lastExecutedRule": rule.is_last_executed,
            **_OF_KIND[rule.kind](rule),
            "type": rule.kind,
            "hasPhoto": bool(rule.photo),
            "segmentNames": _names(segments),
            "levelNames": _names(levels),
        }
    )


def _names(targets: Iterable[Any]) -> dict[str, str] | list[str]:
    """Give names by id; an empty list where there are none, as the original's serializer does."""
    return {str(target.pk): target.name for target in targets} or []


def _skus(codes: Iterable[str]) -> list[dict[str, str]]:
    return [{"code": code} for code in codes]


def _general_spending(rule: EarningRule) -> Mapping[str, Any]:
    return {
        "pointValue": wire.amount(rule.points_per_unit),
        "excludedSKUs": _skus(rule.excluded_skus),
        "excludedLabels": rule.excluded_labels,
        "includedLabels": rule.included_labels,
        "inclusionType": rule.labels_inclusion,
        "labelsInclusionType": rule.labels_inclusion,
        "excludeDeliveryCost": rule.excludes_delivery_cost,
        "minOrderValue": wire.amount(rule.min_order_value or ZERO),
    }


def _product_purchase(rule: EarningRule) -> Mapping[str, Any]:
    return {"skuIds": rule.skus, "pointsAmount": wire.amount(rule.points_amount)}


def _multiply_for_product(rule: EarningRule) -> Mapping[str, Any]:
    return {"skuIds": rule.skus, "multiplier": wire.amount(rule.multiplier), "labels": rule.labels}


def _multiply_by_labels(rule: EarningRule) -> Mapping[str, Any]:
    factors = [{**entry, "multiplier": float(entry["multiplier"])} for entry in rule.label_multipliers]
    return {"labelMultipliers": factors}


_OF_KIND: dict[str, Callable[[EarningRule], Mapping[str, Any]]] = {
    Kind.GENERAL_SPENDING.value: _general_spending,
    Kind.PRODUCT_PURCHASE.value: _product_purchase,
    Kind.MULTIPLY_FOR_PRODUCT.value: _multiply_for_product,
    Kind.MULTIPLY_BY_LABELS.value: _multiply_by_labels,
}
