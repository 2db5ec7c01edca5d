"""Points from a file: `<pointsTransfers><pointsTransfer>…`, as spec 1f "XML imports" describes it.

`validityDuration` must be there and is ignored, as in the original: the programme says when points expire.
"""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from customers import identification
from customers.models import Customer
from loyalty.actors import Actor
from loyalty.amounts import BadAmount, parse_amount
from loyalty.api.bodies import read_uuid
from loyalty.imports.jobs import BadRow, RowKind
from loyalty.imports.xml_stream import Layout, Node
from loyalty.models import Store
from wallet import ledger
from wallet.models import PointsTransfer

_VERBS = {"adding": ledger.add, "spending": ledger.spend}
# The elements that name a customer, in the order in which they are asked.
_WHO = ("customerId", "customerEmail", "customerLoyaltyCardNumber", "customerPhoneNumber")
_COMMENT_LENGTH = 1000


def transfer_rows(store: Store, *, actor: Actor, at: datetime) -> RowKind:
    """Give the kind of import that adds or spends what each `<pointsTransfer>` of a file says."""

    def move(row: Node) -> UUID:
        return _move(store, row, actor=actor, at=at).pk

    return RowKind(
        name="points",
        layout=Layout("pointsTransfers", "pointsTransfer"),
        identify=lambda row: f"{_named(row)[1]}/({row.text('type')} {row.text('points')})",
        act=move,
    )


def _move(store: Store, row: Node, *, actor: Actor, at: datetime) -> PointsTransfer:
    verb = _VERBS.get(row.text("type"))
    if verb is None:
        raise BadRow(reason="type: neither adding nor spending.")
    if not row.text("validityDuration"):
        raise BadRow(reason="validityDuration is required node")
    comment = row.text("comment")
    if len(comment) > _COMMENT_LENGTH:
        raise BadRow(reason=f"comment: longer than {_COMMENT_LENGTH} characters.")
    points, customer = _points(row), _customer(store, row)
    return verb(customer, points, at=at, actor=actor, origin=ledger.Origin(source="import", comment=comment))


def _points(row: Node) -> Decimal:
    text = row.text("points")
    try:
        return parse_amount(text)
    except BadAmount:
        raise BadRow(reason=f'points: "{text[:40]}" is not an amount with at most two decimals.') from None


def _named(row: Node) -> tuple[str, str]:
    """Give the first element that names a customer, and its text."""
    return next(((name, row.text(name)) for name in _WHO if row.text(name)), ("", ""))


def _customer(store: Store, row: Node) -> Customer:
    element, text = _named(row)
    if not element:
        raise BadRow(reason="no element names a customer.")
    if element == "customerId":
        customer_id = read_uuid(text)
        if customer_id is None:
            raise BadRow(reason=f'Value "{text[:40]}" is not a valid UUID.')
        return identification.customer_of(store, customer_id, field="customerId")
    customer = identification.find_customer(
        store,
        email=text if element == "customerEmail" else "",
        card_number=text if element == "customerLoyaltyCardNumber" else "",
        phone=text if element == "customerPhoneNumber" else "",
    )
    if customer is None:
        raise identification.UnknownCustomer(field=element)
    return customer
