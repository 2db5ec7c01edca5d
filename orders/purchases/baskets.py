"""Documents as the earning rules see them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from campaigns.evaluation import Basket, BasketLine, Label
from orders.documents import DocumentLine
from orders.models import Purchase, PurchaseLine


def basket_of(purchase: Purchase, lines: Sequence[PurchaseLine]) -> Basket:
    """Give a stored document as a basket, with the delivery SKUs stamped on it at registration."""
    return Basket(
        lines=tuple(
            BasketLine(
                sku=line.sku,
                gross_value=line.gross_value,
                quantity=line.quantity,
                category=line.category,
                maker=line.maker,
                labels=frozenset(Label(label["key"], label["value"]) for label in line.labels),
            )
            for line in lines
        ),
        purchased_at=purchase.purchased_at,
        pos_id=purchase.point_of_sale_id,
        delivery_skus=frozenset(purchase.excluded_delivery_skus),
    )


def basket_of_lines(
    lines: Iterable[DocumentLine],
    *,
    purchased_at: datetime,
    point_of_sale_id: UUID | None,
    delivery_skus: Iterable[str],
) -> Basket:
    """Give lines that are not stored as a basket."""
    return Basket(
        lines=tuple(
            BasketLine(
                sku=line.sku,
                gross_value=line.gross_value,
                quantity=line.quantity,
                category=line.category,
                maker=line.maker,
                labels=frozenset(line.labels),
            )
            for line in lines
        ),
        purchased_at=purchased_at,
        pos_id=point_of_sale_id,
        delivery_skus=frozenset(delivery_skus),
    )
