"""How staff read a movement of points, in a list and on a customer's page alike: its name, its state, its last day."""

from collections.abc import Mapping

from django.utils.safestring import SafeString

from loyalty.cockpit import formats
from wallet import expiry
from wallet.models import PointsTransfer

Kind = PointsTransfer.Kind
# How each kind reads, and its sign.
KINDS: Mapping[str, tuple[str, int]] = {
    Kind.ADDING: ("Added", 1),
    Kind.SPENDING: ("Spent", -1),
    Kind.P2P_ADDING: ("Received from a customer", 1),
    Kind.P2P_SPENDING: ("Given to a customer", -1),
    Kind.BLOCKED: ("Blocked", -1),
}


def state(transfer: PointsTransfer) -> SafeString:
    """Show a movement's state; points of which nothing is left are used up."""
    is_used_up = (
        transfer.is_adding and transfer.state == PointsTransfer.State.ACTIVE and not transfer.remaining
    )
    return formats.badge("used", "Used up") if is_used_up else formats.badge(transfer.state)


def last_day(transfer: PointsTransfer) -> SafeString | str:
    """Show the last day on which added points can be spent, as the customer is told it."""
    if not transfer.is_adding:
        return "–"
    last = expiry.shown_expiry(transfer.expires_at, transfer.store.programme.zone)
    return formats.instant(last) if last else "Never"
