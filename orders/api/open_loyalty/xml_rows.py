"""XML files of the orders floor: purchases to register, and documents to match with customers.

`<transactions><transaction>…` and `<matchCustomers><matchCustomer>…`, as spec 1f "XML imports" describes them.
"""

import re
from datetime import datetime
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from loyalty.actors import Actor
from loyalty.amounts import BadAmount, parse_amount
from loyalty.api.bodies import read_uuid
from loyalty.api.open_loyalty.fields import read_instant
from loyalty.imports.jobs import BadRow, RowKind
from loyalty.imports.xml_stream import Layout, Node
from loyalty.models import Store
from orders import purchases
from orders.documents import YEARS, Buyer, DocumentLine, DocumentType, Label, PurchaseDocument

_QUANTITY = re.compile(r"[0-9]{1,9}(\.[0-9]{1,3})?", re.ASCII)
_ADDRESS = ("street", "address1", "address2", "postal", "city", "province", "country")


def purchase_rows(store: Store, *, actor: Actor, at: datetime) -> RowKind:
    """Give the kind of import that registers each `<transaction>` of a file."""
    zone = store.programme.zone

    def register(row: Node) -> UUID:
        document = read_document(row, zone=zone)
        return purchases.register_purchase(store, actor=actor, at=at, document=document).pk

    return RowKind(
        name="purchases",
        layout=Layout("transactions", "transaction"),
        identify=lambda row: row.text("documentNumber"),
        act=register,
    )


def match_rows(store: Store, *, actor: Actor, at: datetime) -> RowKind:
    """Give the kind of import that matches the document of each `<matchCustomer>` with its customer."""

    def match(row: Node) -> UUID:
        return _match(store, row, actor=actor, at=at)

    return RowKind(
        name="matches",
        layout=Layout("matchCustomers", "matchCustomer"),
        identify=lambda row: row.text("transactionDocumentNumber"),
        act=match,
    )


def read_document(row: Node, *, zone: ZoneInfo) -> PurchaseDocument:
    """Read one `<transaction>`.

    Raises: BadRow, naming the element at fault.
    """
    kind = _choice(row, "documentType")
    return PurchaseDocument(
        document_number=_text(row, "documentNumber", required=True),
        document_type=kind,
        purchased_at=_moment(row, "purchaseDate", zone=zone),
        lines=tuple(_line(item, kind=kind) for item in _items(row)),
        buyer=_buyer(row),
        labels=_labels(row),
        revised_document=_text(row, "revisedDocument", required=kind is DocumentType.RETURN),
        purchase_place=_text(row, "purchasePlace"),
        point_of_sale_id=_uuid(row, "posId"),
        point_of_sale_identifier=_text(row, "posIdentifier", limit=128),
    )


def _match(store: Store, row: Node, *, actor: Actor, at: datetime) -> UUID:
    customer_id = _uuid(row, "customerId")
    email = _text(row, "customerEmail", limit=254)
    return purchases.assign_customer(
        store,
        document_number=_text(row, "transactionDocumentNumber", required=True),
        customer_id=customer_id,
        email=email,
        card_number=_text(row, "customerLoyaltyCardNumber", limit=128),
        phone=_text(row, "customerPhoneNumber", limit=64),
        actor=actor,
        at=at,
    ).pk


def _items(row: Node) -> list[Node]:
    items = row.all("items/item")
    if not items:
        raise BadRow(reason="items: there is no item.")
    return items


def _line(item: Node, *, kind: DocumentType) -> DocumentLine:
    gross_value = _amount(item, "grossValue")
    if gross_value < 0 and kind is DocumentType.SELL:
        raise BadRow(reason=f'grossValue: "{gross_value}" is negative.')
    return DocumentLine(
        sku=_text(item, "sku/code", required=True),
        name=_text(item, "name", required=True),
        quantity=_quantity(item),
        gross_value=gross_value,
        category=_text(item, "category"),
        maker=_text(item, "maker"),
        labels=_labels(item),
    )


def _buyer(row: Node) -> Buyer:
    address = {name: _text(row, f"customer/address/{name}") for name in _ADDRESS}
    return Buyer(
        name=_text(row, "customer/name", required=True),
        email=_text(row, "customer/email", limit=254),
        phone=_text(row, "customer/phone", limit=64),
        card_number=_text(row, "customer/loyaltyCardNumber", limit=128),
        tax_id=_text(row, "customer/nip", limit=64),
        address={name: text for name, text in address.items() if text},
    )


def _labels(node: Node) -> tuple[Label, ...]:
    labels = (
        Label(_text(label, "key", required=True, limit=128), _text(label, "value"))
        for label in node.all("labels/label")
    )
    return tuple(dict.fromkeys(labels))


def _text(row: Node, path: str, *, required: bool = False, limit: int = 255) -> str:
    text = row.text(path)
    if required and not text:
        raise BadRow(reason=f"{path}: a value is missing.")
    if len(text) > limit:
        raise BadRow(reason=f"{path}: longer than {limit} characters.")
    return text


def _choice(row: Node, path: str) -> DocumentType:
    text = _text(row, path, required=True)
    try:
        return DocumentType(text)
    except ValueError:
        raise BadRow(reason=f'{path}: "{text}" is neither sell nor return.') from None


def _uuid(row: Node, path: str) -> UUID | None:
    text = row.text(path)
    if not text:
        return None
    found = read_uuid(text)
    if found is None:
        raise BadRow(reason=f'Value "{text}" is not a valid UUID.')
    return found


def _amount(row: Node, path: str) -> Decimal:
    text = _text(row, path, required=True)
    try:
        return parse_amount(text)
    except BadAmount:
        raise BadRow(reason=f'{path}: "{text[:40]}" is not an amount with at most two decimals.') from None


def _quantity(item: Node) -> Decimal:
    text = _text(item, "quantity", required=True)
    if not _QUANTITY.fullmatch(text):
        raise BadRow(reason=f'quantity: "{text[:40]}" is not a quantity with at most three decimals.')
    return Decimal(text)


def _moment(row: Node, path: str, *, zone: ZoneInfo) -> datetime:
    text = _text(row, path, required=True)
    moment = read_instant(text, zone=zone)
    if moment is None or moment.year not in YEARS:
        raise BadRow(reason=f'{path}: "{text[:40]}" is not a date with time.')
    return moment
