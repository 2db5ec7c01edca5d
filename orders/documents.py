"""What a till hands in: a document with its lines, its buyer and its labels, read and checked, not yet stored.

A line's `gross_value` is the total of the line, whatever the quantity. Values of a return may come with either sign;
`as_positive()` gives them the sign they are stored with.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from campaigns.evaluation import Label
from loyalty.amounts import ZERO

# Dates outside are misprints, and not every time zone can show the ends of the calendar.
YEARS = range(1900, 2200)

__all__ = ["YEARS", "Buyer", "DocumentLine", "DocumentType", "Label", "PurchaseDocument"]


class DocumentType(StrEnum):
    SELL = "sell"
    RETURN = "return"


@dataclass(frozen=True)
class DocumentLine:
    """One line of a document."""

    sku: str
    name: str
    quantity: Decimal
    gross_value: Decimal
    category: str = ""
    maker: str = ""
    labels: tuple[Label, ...] = ()


@dataclass(frozen=True)
class Buyer:
    """What the till knows of the buyer; e-mail, phone and card number find the customer."""

    name: str = ""
    email: str = ""
    phone: str = ""
    card_number: str = ""
    tax_id: str = ""
    address: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class PurchaseDocument:
    """A sale, or a return that names the sale it revises.

    The point of sale comes by id or by the till's own identifier; by both means an unknown one is refused.
    """

    document_number: str
    document_type: DocumentType
    purchased_at: datetime
    lines: tuple[DocumentLine, ...]
    buyer: Buyer = Buyer()
    labels: tuple[Label, ...] = ()
    revised_document: str = ""
    purchase_place: str = ""
    point_of_sale_id: UUID | None = None
    point_of_sale_identifier: str = ""

    @property
    def is_return(self) -> bool:
        return self.document_type is DocumentType.RETURN

    @property
    def gross_value(self) -> Decimal:
        return sum((line.gross_value for line in self.lines), ZERO)

    def as_positive(self) -> "PurchaseDocument":
        """Give the same return with every sign turned when its gross is negative."""
        if not self.is_return or self.gross_value >= ZERO:
            return self
        return replace(self, lines=tuple(replace(line, gross_value=-line.gross_value) for line in self.lines))
