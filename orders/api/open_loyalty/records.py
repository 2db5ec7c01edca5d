"""Purchases in the dialect's words."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from loyalty.amounts import ZERO
from loyalty.api.open_loyalty import wire
from loyalty.models import Store
from orders.models import Purchase, PurchaseLine
from wallet import queries as wallet_queries

_ADDRESS = ("street", "address1", "address2", "province", "city", "postal", "country")


def purchase_records(purchases: Iterable[Purchase], *, store: Store) -> list[dict[str, Any]]:
    """Give the records of several purchases; one statement for all their points."""
    listed = list(purchases)
    points = wallet_queries.points_of_purchases(purchase.pk for purchase in listed)
    zone = store.programme.zone
    return [
        _record(purchase, store=store, zone=zone, points=points.get(purchase.pk, ZERO)) for purchase in listed
    ]


def purchase_record(purchase: Purchase, *, store: Store) -> dict[str, Any]:
    """Give the record of one purchase."""
    return purchase_records([purchase], store=store)[0]


def _record(purchase: Purchase, *, store: Store, zone: ZoneInfo, points: Decimal) -> dict[str, Any]:
    is_earning = purchase.document_type == Purchase.DocumentType.SELL and purchase.customer_id is not None
    return wire.compact(
        {
            "grossValue": wire.amount(purchase.gross_value),
            "transactionId": purchase.pk,
            "documentNumber": purchase.document_number,
            "purchaseDate": wire.instant(purchase.purchased_at, zone),
            "purchasePlace": purchase.purchase_place or None,
            "documentType": purchase.document_type,
            "customerId": purchase.customer_id,
            "assignedToCustomerDate": wire.instant_with_colon(purchase.assigned_at, zone),
            "customerData": _buyer_record(purchase),
            "labels": label_records(purchase),
            "items": line_records(purchase),
            "revisedDocument": purchase.revised.document_number if purchase.revised else None,
            "posId": purchase.point_of_sale_id,
            "excludedDeliverySKUs": purchase.excluded_delivery_skus or None,
            "excludedLevelSKUs": purchase.excluded_level_skus or None,
            "excludedLevelCategories": purchase.excluded_level_categories or None,
            "currency": store.currency.lower(),
            "pointsEarned": wire.amount(points) if is_earning else None,
        }
    )


def label_records(purchase: Purchase) -> list[dict[str, str]]:
    """Give the labels of a document."""
    return [{"key": label.key, "value": label.value} for label in purchase.labels.all()]


def line_records(purchase: Purchase) -> list[dict[str, Any]]:
    """Give the lines of a document."""
    return [_line_record(line) for line in purchase.lines.all()]


def _buyer_record(purchase: Purchase) -> dict[str, Any]:
    address = {
        name: purchase.customer_address[name] for name in _ADDRESS if purchase.customer_address.get(name)
    }
    return wire.compact(
        {
            "email": purchase.customer_email or None,
            "name": purchase.customer_name or None,
            "nip": purchase.customer_tax_id or None,
            "phone": purchase.customer_phone or None,
            "loyaltyCardNumber": purchase.customer_card_number or None,
            "address": address or None,
        }
    )


def _line_record(line: PurchaseLine) -> dict[str, Any]:
    return {
        "sku": {"code": line.sku},
        "name": line.name,
        "quantity": wire.amount(line.quantity),
        "grossValue": wire.amount(line.gross_value),
        "category": line.category,
        "maker": line.maker,
        "labels": line.labels,
    }
