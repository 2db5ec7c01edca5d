"""What the orders floor lends to pages composed elsewhere."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import template

from orders.models import Purchase

register = template.Library()


@register.simple_tag
def purchases_behind(movements: Iterable[Any]) -> dict[UUID, Purchase]:
    """Give the purchases that movements of points name, by id, with one query."""
    ids = {movement.transfer.purchase_id for movement in movements} - {None}
    return Purchase.objects.select_related("point_of_sale").in_bulk(ids) if ids else {}


@register.filter
def purchase_of(purchases: dict[UUID, Purchase], movement: Any) -> Purchase | None:
    """Pick the purchase behind one movement."""
    return purchases.get(movement.transfer.purchase_id)
