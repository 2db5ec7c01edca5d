"""What the wallet lends to pages composed elsewhere."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django import template

from customers.levels import PointsFigures
from customers.models import Customer
from loyalty.cockpit.ranges import Range
from loyalty.models import Store
from wallet import dashboard, queries, shown, statement, voucher_series
from wallet.dashboard import PointsDashboard
from wallet.ledger.posting import earned_since
from wallet.models import PointsTransfer, Wallet

register = template.Library()

SOON_DAYS = 30
PAGE_SIZE = 25


@dataclass(frozen=True)
class Due:
    """Points that change on a day."""

    points: Decimal
    day: date


@dataclass(frozen=True)
class WalletSummary:
    """A wallet's figures with what comes up in the next days."""

    wallet: Wallet
    figures: queries.Figures
    expiring: list[Due]
    unlocking: list[Due]

    @property
    def expiring_total(self) -> Decimal:
        """All that expires soon."""
        return sum((due.points for due in self.expiring), Decimal(0))

    @property
    def for_level(self) -> PointsFigures:
        """What a level by points may look at."""
        return PointsFigures(
            available=self.figures.available,
            earned=self.figures.earned,
            earned_since=lambda since: earned_since(self.wallet, since),
        )


@dataclass(frozen=True)
class StatementPage:
    """Some movements and the number to ask for the older ones with, if there are any."""

    movements: list[statement.Movement]
    older: int | None


@register.simple_tag
def wallet_summary(customer: Customer, at: datetime) -> WalletSummary:
    """Give a customer's points as they are, what expires soon, and what becomes usable when."""
    wallet = customer.wallet
    expiring = queries.expiring_within_days(customer, at=at, days=SOON_DAYS)
    return WalletSummary(
        wallet=wallet,
        figures=queries.figures_of(wallet, at=at),
        expiring=[Due(points, day) for day, points in sorted(expiring.by_day.items())],
        unlocking=_unlocking(wallet, at=at, customer=customer),
    )


def _unlocking(wallet: Wallet, *, at: datetime, customer: Customer) -> list[Due]:
    by_day: dict[date, Decimal] = {}
    waiting = PointsTransfer.objects.filter(
        wallet=wallet,
        state=PointsTransfer.State.PENDING,
        locked_until__gt=at,
        locked_until__lte=at + timedelta(days=SOON_DAYS),
    )
    for locked_until, points in waiting.values_list("locked_until", "remaining"):
        if locked_until is not None:
            day = locked_until.astimezone(customer.store.programme.zone).date()
            by_day[day] = by_day.get(day, Decimal(0)) + points
    return [Due(points, day) for day, points in sorted(by_day.items())]


@register.simple_tag
def last_movements(customer: Customer, limit: int) -> list[statement.Movement]:
    """Give the newest movements."""
    return statement.movements(customer, limit=limit)


@register.simple_tag
def statement_page(customer: Customer, before: int | None) -> StatementPage:
    """Give one page of movements, newest first, older than the one numbered `before`."""
    found = statement.movements(customer, before=before, limit=PAGE_SIZE + 1)
    shown = found[:PAGE_SIZE]
    return StatementPage(movements=shown, older=shown[-1].entry.pk if len(found) > PAGE_SIZE else None)


# --- Cockpit --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reason:
    """What one earning rule did, for people."""

    name: str
    points: Decimal
    text: str
    executed: bool


@register.filter
def reasons(transfer: PointsTransfer) -> list[Reason]:
    """Give why a transfer was made, rule by rule."""
    return [
        Reason(
            name=str(each.get("name", "")),
            points=Decimal(str(each.get("points", "0"))),
            text=str(each.get("text", "")),
            executed=bool(each.get("executed", True)),
        )
        for each in transfer.reasons
    ]


@register.simple_tag
def transfers_of(customer: Customer, limit: int) -> list[PointsTransfer]:
    """Give a customer's newest transfers."""
    found = list(queries.transfers_of_customer(customer)[:limit])
    for transfer in found:
        transfer.store = customer.store
    return found


@register.filter
def movement_name(transfer: PointsTransfer) -> str:
    """Give what a movement is called in the cockpit."""
    return shown.KINDS[transfer.kind][0]


register.filter("movement_state", shown.state)
register.filter("last_day", shown.last_day)


@register.simple_tag
def points_for_purchase(purchase_id: UUID) -> list[PointsTransfer]:
    """Give what a purchase granted and took back, oldest first."""
    return list(queries.transfers_of_purchase(purchase_id))


@register.filter
def net_points(transfers: list[PointsTransfer]) -> Decimal:
    """Give what a purchase's movements come to: added less taken back, cancelled ones not counted."""
    counted = (each for each in transfers if each.state != PointsTransfer.State.CANCELED)
    return sum((each.value if each.is_adding else -each.value for each in counted), Decimal(0))


@register.simple_tag
def points_dashboard(store: Store, wanted: Range) -> PointsDashboard:
    """Give what happened to a store's points in a range, what is owed now, and the chart. Four statements."""
    return dashboard.of_points(store, wanted)


@register.simple_tag
def newest_series(store: Store) -> voucher_series.Progress | None:
    """Give how far the newest large series of vouchers is."""
    return voucher_series.newest(store)
