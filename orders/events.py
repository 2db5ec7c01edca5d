"""What the orders floor says happened. Money travels as text with two decimals; no personal values."""

from dataclasses import dataclass
from typing import ClassVar

from loyalty.events import Event


@dataclass(frozen=True)
class PurchaseRegistered(Event):
    """A document reached the programme."""

    type: ClassVar[str] = "purchase.registered"
    sentence: ClassVar[str] = "{document_type} {document_number} registered, {gross_value}"

    purchase_id: str
    document_number: str
    document_type: str
    gross_value: str
    point_of_sale_id: str | None


@dataclass(frozen=True)
class PurchaseAssigned(Event):
    """A document got its customer. `previous_count` is how many sales the customer had before, when that counts."""

    type: ClassVar[str] = "purchase.assigned"
    sentence: ClassVar[str] = "{document_type} {document_number} of {gross_value} counted, {points} points"

    purchase_id: str
    document_number: str
    document_type: str
    gross_value: str
    points: str
    customer_id: str
    previous_count: int | None


@dataclass(frozen=True)
class PurchaseMatched(Event):
    """A person said whose document it is."""

    type: ClassVar[str] = "purchase.matched"
    sentence: ClassVar[str] = "Document {document_number} matched by hand"
    audited: ClassVar[bool] = True

    purchase_id: str
    document_number: str
    customer_id: str


@dataclass(frozen=True)
class PurchaseLabelsChanged(Event):
    """The labels of a document changed: how many were hung on and taken off."""

    type: ClassVar[str] = "purchase.labels_changed"
    sentence: ClassVar[str] = "Labels of {document_number} changed: {added} added, {removed} removed"
    audited: ClassVar[bool] = True

    purchase_id: str
    document_number: str
    added: int
    removed: int
