"""What goes in: a basket, its lines, and what matters about the shopper."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from loyalty.amounts import ZERO


@dataclass(frozen=True, order=True)
class Label:
    """A key and value on a product; two labels are the same when both are."""

    key: str
    value: str = ""


@dataclass(frozen=True)
class BasketLine:
    """One line of a purchase. `gross_value` is the total of the line: quantity never multiplies it."""

    sku: str
    gross_value: Decimal
    quantity: Decimal = Decimal(1)
    category: str = ""
    maker: str = ""
    labels: frozenset[Label] = frozenset()


@dataclass(frozen=True)
class Basket:
    """A purchase as the rules see it. `delivery_skus` are the SKUs that stood for delivery when it was registered."""

    lines: tuple[BasketLine, ...]
    purchased_at: datetime
    pos_id: UUID | None = None
    delivery_skus: frozenset[str] = field(default_factory=frozenset)

    @property
    def gross_value(self) -> Decimal:
        return sum((line.gross_value for line in self.lines), ZERO)

    @property
    def gross_value_without_delivery(self) -> Decimal:
        return sum((line.gross_value for line in self.lines if line.sku not in self.delivery_skus), ZERO)


@dataclass(frozen=True)
class Shopper:
    """The facts about a customer that decide which rules are for them."""

    level_id: UUID | None = None
    segment_ids: frozenset[UUID] = frozenset()
    is_active: bool = True
