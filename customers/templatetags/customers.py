"""What the customers floor lends to pages composed elsewhere."""

from dataclasses import dataclass
from decimal import Decimal

from django import template

from customers import spending
from customers.models import Customer, Level
from loyalty.amounts import ZERO
from loyalty.programme import TierBasis

register = template.Library()


@dataclass(frozen=True)
class LevelProgress:
    """Where a customer stands between two levels: `missing` in points or in money, `percent` 0 to 100."""

    level: Level | None
    next_level: Level | None
    missing: Decimal
    percent: int
    by_points: bool


@register.simple_tag
def level_progress(customer: Customer, points: Decimal) -> LevelProgress:
    """Tell how far a customer is on the way to the next level.

    `points` is what the customer's level counts where levels go by points.
    """
    programme = customer.store.programme
    by_points = programme.tier_assign_type is TierBasis.POINTS
    amount = points if by_points else spending.amount_for_level(customer, with_delivery=not programme.exclude_delivery_costs_from_tier_assignment)
    start = customer.level.condition_value if customer.level else ZERO
    above = Level.objects.filter(store=customer.store, is_active=True, condition_value__gt=max(start, amount))
    next_level = above.order_by("condition_value").first()
    if next_level is None:
        return LevelProgress(customer.level, None, ZERO, 100, by_points)
    missing = max(next_level.condition_value - amount, ZERO)
    way = next_level.condition_value - start
    percent = int(100 * max(amount - start, ZERO) / way) if way else 100
    return LevelProgress(customer.level, next_level, missing, min(percent, 99), by_points)
