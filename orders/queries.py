"""Reads of what was bought."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from customers.models import Customer
from loyalty.models import Store
from loyalty.refusals import NotFound
from orders.models import ItemLabel, Purchase, PurchaseLabel


@dataclass(frozen=True)
class PurchaseFilter:
    """What a list of purchases may be narrowed to; None and empty narrow nothing.

    Name and e-mail of the buyer match in part and without letter case, everything else exactly. `purchased_before`
    is excluded, every other bound included. Each label must hang on the document, one without a value with any.
    """

    customer_id: UUID | None = None
    document_type: str | None = None
    document_number: str | None = None
    point_of_sale_id: UUID | None = None
    purchased_from: datetime | None = None
    purchased_before: datetime | None = None
    gross_from: Decimal | None = None
    gross_to: Decimal | None = None
    buyer_name: str | None = None
    buyer_email: str | None = None
    buyer_phone: str | None = None
    buyer_card_number: str | None = None
    labels: tuple[Mapping[str, str], ...] = ()


_LOOKUPS = {
    "customer_id": "customer_id",
    "document_type": "document_type",
    "document_number": "document_number",
    "point_of_sale_id": "point_of_sale_id",
    "purchased_from": "purchased_at__gte",
    "purchased_before": "purchased_at__lt",
    "gross_from": "gross_value__gte",
    "gross_to": "gross_value__lte",
    "buyer_name": "customer_name__icontains",
    "buyer_email": "customer_email__icontains",
    "buyer_phone": "customer_phone",
    "buyer_card_number": "customer_card_number",
}


def purchases_of_store(store: Store, *, narrowed_to: PurchaseFilter = PurchaseFilter()) -> QuerySet[Purchase]:
    """Give a store's purchases with lines, labels and the revised document at hand, newest first."""
    conditions: dict[str, Any] = {
        lookup: value
        for name, lookup in _LOOKUPS.items()
        if (value := getattr(narrowed_to, name)) is not None and value != ""
    }
    found = Purchase.objects.filter(store=store, **conditions)
    for label in narrowed_to.labels:
        found = found.filter(_has_label(label))
    return found.select_related("revised").prefetch_related("lines", "labels")


def purchases_with_lines(purchase_ids: Collection[UUID]) -> QuerySet[Purchase]:
    """Give purchases by id with lines and labels at hand, or nothing, without a query, when none are asked for."""
    if not purchase_ids:
        return Purchase.objects.none()
    return Purchase.objects.filter(pk__in=purchase_ids).prefetch_related("lines", "labels")


def purchase_of(store: Store, purchase_id: UUID) -> Purchase:
    """Give one purchase of a store with its lines and labels.

    Raises: NotFound, also for a purchase of another store.
    """
    found = purchases_of_store(store).filter(pk=purchase_id).first()
    if found is None:
        raise NotFound
    return found


def purchases_of_customer(
    customer: Customer, *, narrowed_to: PurchaseFilter = PurchaseFilter()
) -> QuerySet[Purchase]:
    """Give a customer's purchases, newest first."""
    return purchases_of_store(customer.store, narrowed_to=narrowed_to).filter(customer=customer)


def item_labels_of_store(store: Store) -> dict[str, list[str]]:
    """Give every key that lines of a store's purchases carried, with its values."""
    offered: dict[str, list[str]] = {}
    for key, value in ItemLabel.objects.filter(store=store).values_list("key", "value"):
        offered.setdefault(key, []).append(value)
    return offered


def _has_label(label: Mapping[str, str]) -> Exists:
    wanted = Q(purchase=OuterRef("pk"), key=label["key"])
    if label.get("value"):
        wanted &= Q(value=label["value"])
    return Exists(PurchaseLabel.objects.filter(wanted))
