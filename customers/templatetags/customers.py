"""What the customers floor lends to pages composed elsewhere."""

from dataclasses import dataclass
from decimal import Decimal

from django import template
from django.utils.safestring import SafeString, mark_safe

from customers import card, dashboard, levels
from customers.dashboard import CustomersDashboard
from customers.levels import PointsFigures
from customers.models import Customer, Level
from loyalty.amounts import ZERO
from loyalty.cockpit.ranges import Range
from loyalty.models import Store
from loyalty.programme import TierBasis

register = template.Library()


@dataclass(frozen=True)
class LevelProgress:
    """Where a customer stands on the way to the next level: `missing` in points or money, `percent` 0 to 100."""

    level: Level | None
    next_level: Level | None
    missing: Decimal
    percent: int
    by_points: bool


@register.simple_tag
def level_progress(customer: Customer, points: PointsFigures) -> LevelProgress:
    """Tell how far a customer is from the level they have to the next; at the top it is all the way."""
    programme = customer.store.programme
    by_points = programme.tier_assign_type is TierBasis.POINTS
    following = levels.next_level(customer)
    if following is None:
        return LevelProgress(customer.level, None, ZERO, 100, by_points)
    amount = levels.counted_amount(customer, programme, points) or ZERO
    start = customer.level.condition_value if customer.level else ZERO
    missing = max(following.condition_value - amount, ZERO)
    gone, way = max(amount - start, ZERO), following.condition_value - start
    # Only the level itself fills the ring: a fall that is still to come, or rounding, does not.
    percent = min(int(100 * gone / way), 99) if way else 99
    return LevelProgress(customer.level, following, missing, percent, by_points)


@register.simple_tag
def card_barcode(customer: Customer) -> SafeString:
    """Draw the customer's card as Code 128, or as a QR code when Code 128 cannot write the number."""
    number = customer.card_number or ""
    return mark_safe(card.code128_svg(number) if card.has_code128(number) else card.qr_svg(number))


@register.simple_tag
def customers_dashboard(store: Store, wanted: Range) -> CustomersDashboard:
    """Give a store's customers in figures for a range, with the chart. Three statements."""
    return dashboard.of_customers(store, wanted)
