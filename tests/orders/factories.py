"""Makers of documents, and the bodies that tills send."""

import copy
import itertools
from datetime import datetime
from decimal import Decimal
from typing import Any

from customers.models import Level
from loyalty.actors import SYSTEM
from loyalty.models import Store
from orders import purchases
from orders.documents import Buyer, DocumentLine, DocumentType, Label, PurchaseDocument
from orders.models import Purchase
from tests.campaigns.factories import make_rule
from tests.factories import NOON

PURCHASES = "/api/DEFAULT/transaction"
_number = itertools.count(1)


def line(sku: str = "bread", gross: str = "10", **fields: Any) -> DocumentLine:
    labels = tuple(Label(*label) for label in fields.pop("labels", ()))
    return DocumentLine(
        sku=sku,
        name=fields.pop("name", sku.capitalize()),
        quantity=Decimal(fields.pop("quantity", 1)),
        gross_value=Decimal(gross),
        labels=labels,
        **fields,
    )


def document(*lines: DocumentLine, **fields: Any) -> PurchaseDocument:
    """Make a sale of one loaf for 10.00 unless told otherwise; `of` names the buyer by card number."""
    card_number = fields.pop("of", None)
    if card_number is not None:
        fields["buyer"] = Buyer(name="Alice Doe", card_number=card_number)
    return PurchaseDocument(
        document_number=fields.pop("number", None) or f"doc-{next(_number)}",
        document_type=fields.pop("kind", DocumentType.SELL),
        purchased_at=fields.pop("at", NOON),
        lines=lines or (line(),),
        **fields,
    )


def returning(sale: Purchase, gross: str, **fields: Any) -> PurchaseDocument:
    """Make a return of a sale worth `gross`."""
    return document(
        line(gross=gross), kind=DocumentType.RETURN, revised_document=sale.document_number, **fields
    )


def register(
    store: Store,
    *lines: DocumentLine,
    at: datetime = NOON,
    what: PurchaseDocument | None = None,
    **fields: Any,
) -> Purchase:
    """Register a document as the system."""
    whole = what or document(*lines, at=at, **fields)
    return purchases.register_purchase(store, actor=SYSTEM, at=at, document=whole)


def point_per_unit(level: Level, **fields: Any) -> None:
    """Make the rule that gives a point for every unit of money."""
    make_rule(level, points_per_unit=Decimal(fields.pop("points", 1)), **fields)


def till_body(**changes: Any) -> dict[str, Any]:
    """The body of the reference document's example, with changes at dotted paths (`transactionData__posId=…`)."""
    body: dict[str, Any] = copy.deepcopy(
        {
            "transactionData": {
                "documentNumber": "214124124125",
                "purchaseDate": "2019-02-20 09:28",
                "documentType": "sell",
            },
            "items": [
                {
                    "sku": {"code": "test0101"},
                    "name": "Product name",
                    "quantity": "1",
                    "grossValue": "1500.00",
                    "category": "Category Name",
                    "maker": "Marker name",
                    "labels": [{"key": "Label key", "value": "Label value"}],
                }
            ],
            "customerData": {
                "name": "Firstname Lastname",
                "email": "tomasztest8@wp.pl",
                "phone": "00000000000000",
                "loyaltyCardNumber": "11111111111",
                "nip": "00000000000000",
                "address": {
                    "street": "Street name",
                    "address1": "123",
                    "postal": "00-000",
                    "city": "Wroclaw",
                    "province": "Dolnoslaskie",
                    "country": "PL",
                },
            },
        }
    )
    for path, value in changes.items():
        *outer, last = path.split("__")
        here: Any = body
        for part in outer:
            here = here[int(part)] if part.isdigit() else here.setdefault(part, {})
        if value is None:
            del here[last]
        else:
            here[int(last) if last.isdigit() else last] = value
    return {"transaction": body}


def errors_at(answer: Any, *path: str) -> list[str]:
    """Give the messages that a form answer has at a field."""
    here = answer.json()["form"]
    for name in path:
        here = here["children"][name]
    found: list[str] = here["errors"]
    return found
