"""What purchases tell customers who ask for everything that is kept about them."""

from typing import Any

from customers.models import Customer
from customers.takeout import plain
from orders import queries
from orders.models import Purchase, PurchaseLine

_COLUMNS = (
    *("id", "document_number", "document_type", "purchased_at", "purchase_place", "gross_value"),
    *("customer_name", "customer_email", "customer_phone", "customer_card_number", "customer_tax_id"),
    *("customer_address", "assigned_at"),
)
_LINE_COLUMNS = ("sku", "name", "quantity", "gross_value", "category", "maker", "labels")


def purchases_of(customer: Customer) -> list[dict[str, Any]]:
    """Give every document of a customer with its lines and what the till wrote about the buyer, newest first."""
    documents = queries.purchases_of_customer(customer).select_related("point_of_sale", "revised")
    return [_document(purchase) for purchase in documents.iterator(chunk_size=500)]


def _document(purchase: Purchase) -> dict[str, Any]:
    return {
        **{name: plain(getattr(purchase, name)) for name in _COLUMNS},
        "point_of_sale": purchase.point_of_sale.name if purchase.point_of_sale else None,
        "revised_document": purchase.revised.document_number if purchase.revised else None,
        "labels": [{"key": label.key, "value": label.value} for label in purchase.labels.all()],
        "lines": [_line(line) for line in purchase.lines.all()],
    }


def _line(line: PurchaseLine) -> dict[str, Any]:
    return {name: plain(getattr(line, name)) for name in _LINE_COLUMNS}
