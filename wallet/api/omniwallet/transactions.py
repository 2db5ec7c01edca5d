"""What moved: a customer's lines, oldest first, with the balance after each."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from customers.api.omniwallet.customers import CustomerView
from customers.api.omniwallet.records import TYPE as CUSTOMERS
from customers.models import Customer
from loyalty.amounts import to_json_number
from loyalty.api.omniwallet import documents
from loyalty.api.omniwallet.lists import Page, one_of
from wallet import lines
from wallet.api.omniwallet.points import SOURCE
from wallet.models import LedgerEntry

TYPE = "transactions"
SORTS = {
    "external_id": "external_id",
    "order_id": "order_id",
    "action": "action",
    "type": "word",
    "amount": "amount",
    "points": "points",
    "exchange": "exchange",
    "total_points": "total_points",
    "created_at": "created_at",
}
_EXAMPLE = {
    "type": TYPE,
    "id": "5",
    "attributes": {
        "external_id": "42227616-1c7b-11ee-be56-0242ac120002",
        "order_id": "order_12345",
        "action": "addition",
        "type": "Custom integration",
        "points": 10,
        "amount": None,
        "exchange": None,
        "total_points": 10,
        "created_at": "2026-03-14T13:00:00+01:00",
    },
}


class TransactionView(CustomerView):
    """Lists of a customer's lines."""

    is_list = True

    def page_of(self, customer: Customer, wanted: Mapping[str, str]) -> Page[LedgerEntry]:
        """Give the asked page of the lines that have these values, in the order of the ledger unless sorted."""
        rows = lines.lines_of(customer.pk, source=SOURCE)
        rows = rows.filter(**{SORTS[name]: text for name, text in wanted.items()})
        return self.paginate(rows, default="pk", total=rows.count())


class TransactionList(TransactionView):
    """Every movement of a customer's points, with the balance after it."""

    sorts = SORTS
    filters = ("external_id", "type", "action", "order_id")
    answers = {"GET": {"type": "object", "example": {"data": [_EXAMPLE]}}}

    def get(self, request: Request, email: str) -> Response:
        customer = self.customer(email)
        wanted = self.asked.filters
        if "action" in wanted:
            one_of((lines.ADDITION, lines.SUBTRACTION), "action", wanted["action"])
        page = self.page_of(customer, wanted)
        resources = [self.resource_of(line) for line in page.items]
        address = self.address(CUSTOMERS, customer.email, TYPE)
        return Response(documents.collection(page, resources, address=address))

    def resource_of(self, line: Any) -> dict[str, Any]:
        """Give a line as a resource."""
        said = line.transfer.extra if line.amount is not None else {}
        return {
            "type": TYPE,
            "id": str(line.pk),
            "attributes": {
                "external_id": line.external_id,
                "order_id": line.order_id,
                "action": line.action,
                "type": line.word,
                "points": to_json_number(line.points),
                "amount": _number(said.get("amount")),
                "exchange": _number(said.get("exchange")),
                "total_points": to_json_number(line.total_points),
                "created_at": documents.instant(line.created_at, self.zone),
            },
        }


class TransactionRelationship(TransactionView):
    """The types and ids of the same movements."""

    answers = {
        "GET": {
            "type": "object",
            "example": {"jsonapi": documents.VERSION, "data": [{"type": TYPE, "id": "5"}]},
        }
    }

    def get(self, request: Request, email: str) -> Response:
        customer = self.customer(email)
        page = self.page_of(customer, {})
        address = self.address(CUSTOMERS, customer.email)
        return Response(
            documents.relationship(
                page,
                TYPE,
                address=f"{address}/relationships/{TYPE}",
                related=f"{address}/{TYPE}",
            )
        )


def _number(text: str | None) -> int | float | None:
    return None if text is None else to_json_number(Decimal(text))
