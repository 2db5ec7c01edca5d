"""A customer as a resource of the dialect."""

from decimal import Decimal
from typing import Any

from customers.models import Customer
from loyalty.amounts import to_json_number
from loyalty.api.omniwallet import documents
from loyalty.api.omniwallet.views import OmniwalletView

TYPE = "customers"
_ACTIONS = ("add-points", "add-points-from-value", "subtract-points", "barcode")


def customer_resource(view: OmniwalletView, customer: Customer, *, points: Decimal | None) -> dict[str, Any]:
    """Give a customer as a resource, named by e-mail; what a customer has not is null."""
    address = view.address(TYPE, customer.email)
    return {
        "type": TYPE,
        "id": customer.email,
        "attributes": {
            "name": customer.first_name,
            "last_name": customer.last_name or None,
            "email": customer.email,
            "card": customer.card_number,
            "phone": customer.phone,
            "updatedAt": documents.instant(customer.updated_at, view.zone),
            "createdAt": documents.instant(customer.created_at, view.zone),
            **({} if points is None else {"points": to_json_number(points)}),
        },
        "relationships": {
            "transactions": {
                "links": {
                    "self": f"{address}/relationships/transactions",
                    "related": f"{address}/transactions",
                }
            }
        },
        "links": {"self": address, **{action: f"{address}/{action}" for action in _ACTIONS}},
    }


EXAMPLE = {
    "type": TYPE,
    "id": "ada@example.com",
    "attributes": {
        "name": "Ada",
        "last_name": "Lovelace",
        "email": "ada@example.com",
        "card": "4000123400051238",
        "phone": "+34600123123",
        "updatedAt": "2026-03-14T13:00:00+01:00",
        "createdAt": "2026-03-14T13:00:00+01:00",
        "points": 12.5,
    },
}
