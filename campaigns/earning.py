"""What a purchase earns: fetch the rules, evaluate them, have the ledger post the points (docs/earning.md).

The level that counts is the one that `customer` carries when it is handed over: whoever registers a purchase reviews
the level first and earns afterwards, so that the new level already governs the same purchase.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from campaigns import queries
from campaigns.evaluation import (
    Basket,
    GeneralSpending,
    Label,
    LabelMultiplier,
    LabelsInclusion,
    MultiplyByLabels,
    MultiplyForProduct,
    Outcome,
    ProductPurchase,
    Rule,
    Shopper,
    evaluate,
)
from campaigns.models import EarningRule
from customers.models import Customer
from loyalty import events
from loyalty.actors import SYSTEM
from loyalty.amounts import ZERO
from loyalty.models import Store
from wallet import ledger
from wallet.ledger import Origin
from wallet.models import PointsTransfer

SOURCE = "purchase"
_COMMENT_LENGTH = 1000


def earn_for_purchase(
    customer: Customer,
    basket: Basket,
    *,
    purchase_id: UUID,
    at: datetime,
    rules: Sequence[Rule] | None = None,
) -> PointsTransfer | None:
    """Post what a purchase earns its customer and return the adding transfer, or None when it earns nothing.

    The transfer's comment names the rules that gave something; its reasons explain every rule that was for this
    purchase. Rules are judged by `basket.purchased_at`; `at` is the moment of posting. `rules` are those of
    `read_rules`, from a caller that has read them for many purchases of one transaction. Whoever registered the
    purchase, it is the programme that gives the points, so their issuer is the system.
    Idempotent: on the purchase.   Locks: the wallet.
    Source: docs/earning.md, "Steps".
    """
    with events.atomic():
        outcome = work_out(customer.store, basket, customer=customer, rules=rules)
        if outcome.points <= ZERO:
            return None
        origin = Origin(
            source=SOURCE,
            external_id=str(purchase_id),
            comment=shorten(outcome.comment),
            purchase_id=purchase_id,
            reasons=outcome.reasons(),
        )
        return ledger.add(customer, outcome.points, at=at, actor=SYSTEM, origin=origin)


def simulate(store: Store, basket: Basket, *, customer: Customer | None) -> Outcome:
    """Work out what a basket would earn a customer, or nobody in particular, without writing anything."""
    return work_out(store, basket, customer=customer)


def read_rules(store: Store) -> list[Rule]:
    """Give a store's active rules whatever their dates: the evaluation looks at those itself."""
    return as_rules(queries.rules_of(store).filter(is_active=True))


def work_out(
    store: Store, basket: Basket, *, customer: Customer | None, rules: Sequence[Rule] | None = None
) -> Outcome:
    """Evaluate the rules that hold on the day of the purchase, in at most three statements."""
    if rules is None:
        rules = as_rules(queries.rules_holding(store, at=basket.purchased_at))
    return evaluate(basket, rules, shopper=None if customer is None else _shopper(customer, rules))


def as_rules(rows: QuerySet[EarningRule]) -> list[Rule]:
    """Give rows as the rules that the evaluation knows, in two statements."""
    found = list(rows.prefetch_related(None))
    targets = queries.targets_of(found)
    return [_as_rule(row, targets[row.pk]) for row in found]


def _as_rule(row: EarningRule, targets: Mapping[str, set[UUID]]) -> Rule:
    always = row.is_all_time_active
    shared: dict[str, Any] = {
        "id": row.pk,
        "name": row.name,
        "created_at": row.created_at,
        "is_active": row.is_active,
        "starts_at": None if always else row.start_at,
        "ends_at": None if always else row.end_at,
        "level_ids": frozenset(targets["levels"]),
        "segment_ids": frozenset(targets["segments"]),
        "pos_ids": frozenset(targets["points_of_sale"]),
        "is_last_executed": row.is_last_executed,
    }
    return _BUILDERS[row.kind](row, shared)


def read_labels(stored: Iterable[dict[str, str]]) -> frozenset[Label]:
    """Give stored labels as the evaluation knows them."""
    return frozenset(Label(key=entry["key"], value=entry.get("value", "")) for entry in stored)


def shorten(comment: str) -> str:
    """Cut a list of rule names to what a transfer's comment holds."""
    return comment if len(comment) <= _COMMENT_LENGTH else comment[: _COMMENT_LENGTH - 1] + "…"


def _shopper(customer: Customer, rules: Iterable[Rule]) -> Shopper:
    # Most programmes aim at levels alone: then nobody needs to ask which segments the customer is in.
    asks_for_segments = any(rule.segment_ids for rule in rules)
    return Shopper(
        level_id=customer.level_id,
        segment_ids=frozenset(queries.segments_of(customer)) if asks_for_segments else frozenset(),
        is_active=customer.is_active,
    )


def _general_spending(row: EarningRule, shared: dict[str, Any]) -> Rule:
    return GeneralSpending(
        points_per_unit=row.points_per_unit or ZERO,
        min_order_value=row.min_order_value,
        excludes_delivery_cost=row.excludes_delivery_cost,
        excluded_skus=frozenset(row.excluded_skus),
        labels_inclusion=LabelsInclusion(row.labels_inclusion),
        included_labels=read_labels(row.included_labels),
        excluded_labels=read_labels(row.excluded_labels),
        **shared,
    )


def _product_purchase(row: EarningRule, shared: dict[str, Any]) -> Rule:
    return ProductPurchase(points_amount=row.points_amount or ZERO, skus=frozenset(row.skus), **shared)


def _multiply_for_product(row: EarningRule, shared: dict[str, Any]) -> Rule:
    return MultiplyForProduct(
        multiplier=row.multiplier or ZERO, skus=frozenset(row.skus), labels=read_labels(row.labels), **shared
    )


def _multiply_by_labels(row: EarningRule, shared: dict[str, Any]) -> Rule:
    return MultiplyByLabels(label_multipliers=read_label_multipliers(row.label_multipliers), **shared)


def read_label_multipliers(stored: Iterable[dict[str, str]]) -> tuple[LabelMultiplier, ...]:
    """Give stored label factors as the evaluation knows them."""
    return tuple(
        LabelMultiplier(
            label=Label(key=entry["key"], value=entry["value"]), multiplier=Decimal(entry["multiplier"])
        )
        for entry in stored
    )


_BUILDERS: dict[str, Callable[[EarningRule, dict[str, Any]], Rule]] = {
    GeneralSpending.kind: _general_spending,
    ProductPurchase.kind: _product_purchase,
    MultiplyForProduct.kind: _multiply_for_product,
    MultiplyByLabels.kind: _multiply_by_labels,
}
