"""What the orders floor lends to the cockpit's pages: purchases, and the timeline that needs every floor."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import template

from customers.models import Customer
from loyalty import events
from loyalty.cockpit import formats
from loyalty.cockpit.ranges import Range
from loyalty.models import Event, Store
from orders import dashboard
from orders.dashboard import PurchasesDashboard
from orders.models import Purchase
from wallet import queries
from wallet.models import PointsTransfer

register = template.Library()

# Icon of a line of the timeline, by the beginning of the event's type.
_ICONS = {
    "points.added": "add_circle",
    "points.received": "add_circle",
    "points.unlocked": "lock_open",
    "points.spent": "do_not_disturb_on",
    "points.sent": "redeem",
    "points.expired": "hourglass_disabled",
    "points.blocked": "lock",
    "points": "toll",
    "purchase": "receipt_long",
    "customer.level": "trophy",
    "customer.added_to_segment": "group_add",
    "customer.removed_from_segment": "group_remove",
    "customer.avatar": "account_circle",
    "customer.password": "key",
    "customer.activat": "how_to_reg",
    "invitation": "mail",
    "customer": "person",
}
# News that the points of the same purchase already tell.
_TOLD_BY_POINTS = "purchase.assigned"


@dataclass(frozen=True)
class TimelineLine:
    """One line of a customer's timeline."""

    sentence: str
    at: datetime
    icon: str
    customer: Customer
    transfer: PointsTransfer | None = None
    purchase: Purchase | None = None


@register.simple_tag
def customer_timeline(customer: Customer, limit: int) -> list[TimelineLine]:
    """Give what happened to a customer, newest first, in sentences. Three queries, whatever happened."""
    rows = list(
        Event.objects.filter(
            store_id=customer.store_id, subject_kind="customer", subject_id=str(customer.pk)
        ).order_by("-id")[:limit]
    )
    transfers = PointsTransfer.objects.in_bulk(_ids(rows, "transfer_id"))
    wanted = _ids(rows, "purchase_id") | {each.purchase_id for each in transfers.values() if each.purchase_id}
    purchases = Purchase.objects.select_related("point_of_sale").in_bulk(wanted)
    told = {transfer.purchase_id for transfer in transfers.values()}
    return [
        _line(row, transfers, purchases, customer)
        for row in rows
        if not (row.type == _TOLD_BY_POINTS and _uuid(row.payload.get("purchase_id")) in told)
    ]


def _ids(rows: Iterable[Event], key: str) -> set[UUID]:
    return {found for row in rows if (found := _uuid(row.payload.get(key)))}


def _uuid(text: Any) -> UUID | None:
    return UUID(text) if text else None


def _line(
    row: Event, transfers: dict[UUID, PointsTransfer], purchases: dict[UUID, Purchase], customer: Customer
) -> TimelineLine:
    transfer = transfers.get(_uuid(row.payload.get("transfer_id")) or UUID(int=0))
    purchase_id = _uuid(row.payload.get("purchase_id")) or (transfer.purchase_id if transfer else None)
    purchase = purchases.get(purchase_id) if purchase_id else None
    return TimelineLine(
        sentence=_sentence(row, transfer, purchase, customer),
        at=row.occurred_at,
        icon=next((icon for start, icon in _ICONS.items() if row.type.startswith(start)), "history"),
        customer=customer,
        transfer=transfer,
        purchase=purchase,
    )


def _sentence(
    row: Event, transfer: PointsTransfer | None, purchase: Purchase | None, customer: Customer
) -> str:
    """Write "Earned 12.40 points on purchase 8231 at Main Street: General spending ×1, Double dairy ×2"."""
    if row.type == _TOLD_BY_POINTS and purchase is not None:
        return _bought(purchase, customer)
    if transfer is None or "points" not in row.payload:
        return events.describe(row)
    points = formats.points(Decimal(row.payload["points"]), customer.store)
    match row.type:
        case "points.added":
            return _with_reason(f"Earned {points}{_where(purchase)}", transfer)
        case "points.added_pending":
            return _with_reason(f"Earned {points}{_where(purchase)}, usable later", transfer)
        case "points.unlocked":
            return f"{points}{_from(purchase)} became usable"
        case "points.expired":
            return f"{points}{_from(purchase)} expired"
        case "points.revoked":
            return f"{points} taken back for return {purchase.document_number if purchase else ''}".strip()
    known = events.Event.registry.get(row.type)
    said = known.sentence.replace("{points} points", points) if known else row.type
    # What a format still asks for is filled in the plain way.
    return events.describe(row) if "{" in said else _with_reason(said, transfer)


def _bought(purchase: Purchase, customer: Customer) -> str:
    """Write what a document that moved no points was: "Bought for 7.40 EUR at Main Street, purchase 8231"."""
    is_return = purchase.document_type == Purchase.DocumentType.RETURN
    verb, noun = ("Returned goods of", "return") if is_return else ("Bought for", "purchase")
    place = purchase.point_of_sale or purchase.purchase_place
    where = f" at {place}" if place else ""
    return f"{verb} {formats.money(purchase.gross_value, customer.store)}{where}, {noun} {purchase.document_number}"


def _where(purchase: Purchase | None) -> str:
    if purchase is None:
        return ""
    place = purchase.point_of_sale or purchase.purchase_place
    return f" on purchase {purchase.document_number}" + (f" at {place}" if place else "")


def _from(purchase: Purchase | None) -> str:
    return f" of purchase {purchase.document_number}" if purchase else ""


def _with_reason(said: str, transfer: PointsTransfer) -> str:
    effective = [
        # "General spending ×1: 10.00" is what the rule did; here its name and factor suffice.
        str(reason.get("text") or reason.get("name")).rpartition(": ")[0] or str(reason.get("name"))
        for reason in transfer.reasons
        if reason.get("executed", True) and Decimal(str(reason.get("points", "0")))
    ]
    why = ", ".join(effective) or transfer.comment
    return f"{said}: {why}" if why else said


@register.simple_tag
def store_news(store: Store, limit: int) -> list[TimelineLine]:
    """Give what happened to a store's customers last, each line with its customer's name. Four queries."""
    rows = list(
        Event.objects.filter(store=store, subject_kind="customer")
        .exclude(type=_TOLD_BY_POINTS)
        .order_by("-id")[:limit]
    )
    customers = Customer.objects.select_related("store").in_bulk({UUID(row.subject_id) for row in rows})
    transfers = PointsTransfer.objects.in_bulk(_ids(rows, "transfer_id"))
    purchases = Purchase.objects.select_related("point_of_sale").in_bulk(
        {each.purchase_id for each in transfers.values() if each.purchase_id}
    )
    return [
        _line(row, transfers, purchases, customers[UUID(row.subject_id)])
        for row in rows
        if UUID(row.subject_id) in customers
    ]


@register.simple_tag
def purchases_of(customer: Customer, limit: int) -> list[Purchase]:
    """Give a customer's newest purchases with the points that each earned. Two queries."""
    found = list(
        Purchase.objects.filter(customer=customer)
        .select_related("point_of_sale", "store")
        .order_by("-purchased_at")[:limit]
    )
    earned = queries.points_of_purchases(purchase.pk for purchase in found)
    for purchase in found:
        purchase.points_earned = earned.get(purchase.pk, Decimal(0))  # type: ignore[attr-defined]  # for the template
    return found


@register.simple_tag
def purchase_lines(purchase: Purchase) -> list[Any]:
    """Give the lines of a purchase."""
    return list(purchase.lines.all())


@register.simple_tag
def returns_of(purchase: Purchase) -> list[Purchase]:
    """Give the returns that took back a part of a sale."""
    return list(purchase.returns.select_related("store").order_by("created_at"))


@register.simple_tag
def purchases_dashboard(store: Store, wanted: Range) -> PurchasesDashboard:
    """Give a store's purchases in figures for a range, with the chart. One statement."""
    return dashboard.of_purchases(store, wanted)
