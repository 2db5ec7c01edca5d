"""Criteria of segments that look at purchases: conditions on customers, for `customers.segments`.

Only sales count. What was bought and brought back was bought all the same; sums of money, which returns lower, are on
the customer's row.
"""

import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import BooleanField, Count, Exists, F, Func, OuterRef, Q, QuerySet
from django.db.models.sql.compiler import SQLCompiler

from customers.segments.criteria import Criterion
from loyalty import calendar
from loyalty.amounts import to_hundredths
from loyalty.models import Store
from orders.models import Purchase, PurchaseLine


def bought_in_pos(criterion: Criterion, store: Store, at: datetime) -> Q:
    """Ask for a purchase at one of the points of sale."""
    return Q(Exists(_sales().filter(point_of_sale__in=criterion["posIds"])))


def purchase_period(criterion: Criterion, store: Store, at: datetime) -> Q:
    """Ask for a purchase from the beginning of the first day to the end of the last, in the store's zone."""
    zone = store.programme.zone
    first, last = (date.fromisoformat(criterion[name]) for name in ("fromDate", "toDate"))
    return Q(
        Exists(
            _sales().filter(
                purchased_at__gte=calendar.start_of_day(first, zone),
                purchased_at__lt=calendar.start_of_day(last + timedelta(days=1), zone),
            )
        )
    )


def bought_skus(criterion: Criterion, store: Store, at: datetime) -> Q:
    """Ask for one of the products."""
    return Q(Exists(_lines().filter(sku__in=criterion["skuIds"])))


def bought_makers(criterion: Criterion, store: Store, at: datetime) -> Q:
    """Ask for a product of one of the makers."""
    return Q(Exists(_lines().filter(maker__in=criterion["makers"])))


def bought_labels(criterion: Criterion, store: Store, at: datetime) -> Q:
    """Ask for a product that carries one of the labels, key and value."""
    wanted = reduce(or_, (Q(_Carries(F("labels"), label)) for label in criterion["labels"]))
    return Q(Exists(_lines().filter(wanted)))


def transaction_percent_in_pos(criterion: Criterion, store: Store, at: datetime) -> Q:
    """Ask for so many of a hundred purchases at one point of sale; who bought nothing has no share anywhere."""
    share = to_hundredths(Decimal(criterion["percent"]))
    if not share:
        return Q(Exists(_sales()))
    here = Purchase.objects.filter(
        point_of_sale=criterion["posId"],
        customer__isnull=False,
        document_type=Purchase.DocumentType.SELL,
    )
    counted = here.order_by().values("customer").annotate(here=Count("pk") * 10_000)
    # Counting one shop's purchases once is cheaper than every customer's, one by one; how many a customer made in all
    # is on the customer's row.
    enough = counted.filter(here__gte=F("customer__purchases_count") * share)
    return Q(pk__in=enough.values("customer"))


def _sales() -> QuerySet[Purchase]:
    return Purchase.objects.filter(customer=OuterRef("pk"), document_type=Purchase.DocumentType.SELL)


def _lines() -> QuerySet[PurchaseLine]:
    return PurchaseLine.objects.filter(
        purchase__customer=OuterRef("pk"), purchase__document_type=Purchase.DocumentType.SELL
    )


class _Carries(Func):
    """Whether a list of labels in a JSON column holds one with this key and value."""

    output_field = BooleanField()
    conditional = True

    def __init__(self, column: F, label: dict[str, str], **extra: Any) -> None:
        super().__init__(column, **extra)
        self.label = label

    def as_postgresql(
        self, compiler: SQLCompiler, connection: Any, **context: Any
    ) -> tuple[str, tuple[Any, ...]]:
        column, params = compiler.compile(self.get_source_expressions()[0])
        return f"({column} @> %s::jsonb)", (*params, json.dumps([self.label]))

    def as_sqlite(
        self, compiler: SQLCompiler, connection: Any, **context: Any
    ) -> tuple[str, tuple[Any, ...]]:
        column, params = compiler.compile(self.get_source_expressions()[0])
        found = (
            f"EXISTS (SELECT 1 FROM json_each({column}) WHERE json_extract(json_each.value, '$.key') = %s"  # noqa: S608
            " AND json_extract(json_each.value, '$.value') = %s)"
        )
        return found, (*params, self.label["key"], self.label["value"])
