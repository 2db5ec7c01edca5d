"""What the customers floor lends to pages composed elsewhere."""

from dataclasses import dataclass
from decimal import Decimal

from django import template
from django.utils.safestring import SafeString, mark_safe

from customers import card, dashboard, invitations, levels, tallies
from customers.dashboard import CustomersDashboard
from customers.levels import PointsFigures
from customers.models import Customer, Invitation, Level, Segment
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
def card_qr(customer: Customer) -> SafeString:
    """Draw the customer's card as a QR code."""
    return mark_safe(card.qr_svg(customer.card_number or ""))


@register.simple_tag
def card_code128(customer: Customer) -> SafeString | str:
    """Draw the customer's card as Code 128; nothing when Code 128 cannot write the number."""
    number = customer.card_number or ""
    return mark_safe(card.code128_svg(number)) if card.has_code128(number) else ""


@register.simple_tag
def people_on_level(level: Level) -> int:
    """Count the customers who stand on a level."""
    return tallies.counts_by_level(level.store).get(level.pk, 0)


# --- One customer in the cockpit ------------------------------------------------------------------------------


@register.simple_tag
def address_lines(customer: Customer) -> list[str]:
    """Give a customer's address line by line, as on a letter."""
    house = "/".join(part for part in (customer.address1, customer.address2) if part)
    lines = (
        f"{customer.street} {house}",
        f"{customer.postal} {customer.city}",
        ", ".join(part for part in (customer.province, customer.country) if part),
    )
    return [line.strip() for line in lines if line.strip()]


@register.simple_tag
def agreements_of(customer: Customer) -> list[str]:
    """Give what a customer agreed to."""
    agreed = {"terms": customer.agreement1, "marketing": customer.agreement2, "data": customer.agreement3}
    return [name for name, is_given in agreed.items() if is_given]


@register.simple_tag
def devices_of(customer: Customer) -> int:
    """Count the devices to which push messages go."""
    return customer.push_tokens.count()


@register.simple_tag
def segments_of(customer: Customer) -> list[Segment]:
    """Give the segments that a customer is in."""
    return list(Segment.objects.filter(members__customer=customer).order_by("name"))


@register.simple_tag
def invited_by(customer: Customer) -> Invitation | None:
    """Give the invitation by which a customer came, if there was one."""
    if not customer.came_by_invitation:
        return None
    return Invitation.objects.filter(recipient=customer).select_related("referrer").first()


@register.simple_tag
def invitations_sent(customer: Customer, limit: int) -> list[Invitation]:
    """Give a customer's newest invitations."""
    return list(invitations.sent_by(customer)[:limit])


@register.filter
def masked_recipient(invitation: Invitation) -> str:
    """Write the address of somebody who is no customer so that it can be told from others, but not be used."""
    if invitation.recipient_email:
        name, _, host = invitation.recipient_email.rpartition("@")
        return f"{name[:1]}…@{host}"
    if invitation.recipient_phone:
        return f"{invitation.recipient_phone[:3]} … {invitation.recipient_phone[-2:]}"
    return "–"


@register.simple_tag
def what_goes(customer: Customer) -> list[str]:
    """Say what erasing a customer takes away, in words and numbers; what is not there is not named."""
    address = any(address_lines(customer))
    kept = {
        "Name": customer.full_name,
        "E-mail address": customer.email,
        "Phone number": customer.phone,
        f"Card {customer.card_number}": customer.card_number,
        "Address": address,
        "Date of birth": customer.birth_date,
        "Company and tax id": customer.company_name,
        "Picture": customer.avatar,
    }
    counted = {
        "label": customer.labels.count(),
        "device": customer.push_tokens.count(),
        "segment membership": customer.segment_memberships.count(),
        "invited address": customer.invitations.count(),
    }
    plurals = {"invited address": "invited addresses"}
    return [
        *(name for name, value in kept.items() if value),
        *(
            f"{count} {noun if count == 1 else plurals.get(noun, noun + 's')}"
            for noun, count in counted.items()
            if count
        ),
    ]


@register.simple_tag
def customers_dashboard(store: Store, wanted: Range) -> CustomersDashboard:
    """Give a store's customers in figures for a range, with the chart. Three statements."""
    return dashboard.of_customers(store, wanted)
