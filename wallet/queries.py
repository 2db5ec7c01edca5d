"""Reads of the wallet: figures as they are at a moment, what expires when, transfers by filter.

A wallet's kept sums are right until `next_change_at`; after it, until the ledger settles, these reads apply what is
due themselves, so a late job is never visible.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Case, Count, F, Q, QuerySet, Sum, When

from customers.models import Customer
from loyalty import calendar
from loyalty.amounts import ZERO
from loyalty.models import Store
from loyalty.refusals import NotFound
from wallet import expiry
from wallet.models import PointsTransfer, Wallet

Kind = PointsTransfer.Kind
State = PointsTransfer.State


@dataclass(frozen=True)
class Figures:
    """A wallet's sums at a moment. `available` excludes pending, blocked and expired points."""

    available: Decimal = ZERO
    pending: Decimal = ZERO
    blocked: Decimal = ZERO
    earned: Decimal = ZERO
    spent: Decimal = ZERO
    expired: Decimal = ZERO


@dataclass(frozen=True)
class Expiring:
    """What a wallet will lose, by the last valid local day."""

    by_day: dict[date, Decimal] = field(default_factory=dict)

    @property
    def total(self) -> Decimal:
        return sum(self.by_day.values(), ZERO)


def figures_of(wallet: Wallet, *, at: datetime) -> Figures:
    """Give a wallet's figures as they are at a moment, whether or not it has been settled."""
    return figures_of_many([wallet], at=at)[wallet.pk]


def figures_of_many(wallets: Iterable[Wallet], *, at: datetime) -> dict[UUID, Figures]:
    """Give the figures of several wallets with at most one query."""
    kept = {wallet.pk: wallet for wallet in wallets}
    overdue = [wallet.pk for wallet in kept.values() if wallet.next_change_at and wallet.next_change_at <= at]
    due: dict[UUID, list[PointsTransfer]] = {pk: [] for pk in kept}
    if overdue:
        for batch in due_batches(overdue, at=at):
            due[batch.wallet_id].append(batch)
    return {pk: _apply_due(wallet, due[pk], at=at) for pk, wallet in kept.items()}


def due_batches(wallet_ids: Collection[UUID], *, at: datetime) -> QuerySet[PointsTransfer]:
    """Give the batches of some wallets that unlock or expire by a moment and have not done so yet."""
    unlocking = Q(state=State.PENDING, locked_until__lte=at)
    expiring = Q(state=State.ACTIVE, remaining__gt=0, expires_at__lte=at)
    return PointsTransfer.objects.filter(unlocking | expiring, wallet_id__in=wallet_ids)


def _apply_due(wallet: Wallet, due: Sequence[PointsTransfer], *, at: datetime) -> Figures:
    available, pending, earned, expired = wallet.available, wallet.pending, wallet.earned, wallet.expired
    for batch in due:
        if batch.state == State.PENDING:
            pending -= batch.remaining
            available += batch.remaining
            earned += batch.value
        if batch.expires_at is not None and batch.expires_at <= at:
            available -= batch.remaining
            expired += batch.remaining
    return Figures(
        available=available,
        pending=pending,
        blocked=wallet.blocked,
        earned=earned,
        spent=wallet.spent,
        expired=expired,
    )


def state_of(batch: PointsTransfer, *, at: datetime) -> str:
    """Give a transfer's state as it is at a moment, whether or not the job that settles has run."""
    if batch.state in {State.PENDING, State.ACTIVE} and batch.remaining > ZERO:
        if batch.expires_at is not None and batch.expires_at <= at:
            return State.EXPIRED.value
        if batch.state == State.PENDING and batch.locked_until is not None and batch.locked_until <= at:
            return State.ACTIVE.value
    return batch.state


def customer_with_wallet(store: Store, customer_id: UUID) -> Customer:
    """Give a customer of this store with wallet and level at hand.

    Raises: NotFound, also for one of another store or a deleted one.
    """
    customer = (
        Customer.objects.select_related("wallet", "level")
        .filter(store=store, pk=customer_id)
        .exclude(status=Customer.Status.DELETED)
        .first()
    )
    if customer is None:
        raise NotFound
    customer.store = store
    return customer


def received_points(wallet: Wallet) -> Decimal:
    """Give how many points other customers have given to this one."""
    received = PointsTransfer.objects.filter(wallet=wallet, kind=Kind.P2P_ADDING)
    return sum(received.values_list("value", flat=True), ZERO)


def expiring_between(wallet: Wallet, *, start: datetime, end: datetime, zone: ZoneInfo) -> Expiring:
    """Give what expires after `start` and up to `end`, by the last day on which it is valid."""
    by_day: dict[date, Decimal] = {}
    batches = PointsTransfer.objects.filter(
        wallet=wallet,
        remaining__gt=0,
        state__in=[State.ACTIVE, State.PENDING],
        expires_at__gt=start,
        expires_at__lte=end,
    ).order_by("expires_at")
    for batch in batches.only("remaining", "expires_at"):
        shown = expiry.shown_expiry(batch.expires_at, zone)
        if shown is not None:
            by_day[shown.date()] = by_day.get(shown.date(), ZERO) + batch.remaining
    return Expiring(by_day=by_day)


def expiring_within_days(customer: Customer, *, at: datetime, days: int) -> Expiring:
    """Give what a customer loses within so many days."""
    return expiring_between(
        customer.wallet, start=at, end=at + timedelta(days=days), zone=customer.store.programme.zone
    )


def expiring_next_month(customer: Customer, *, at: datetime) -> Expiring:
    """Give what a customer loses in the calendar month after this one, in the store's zone."""
    zone = customer.store.programme.zone
    first = calendar.month_after(at.astimezone(zone).date())
    after = calendar.month_after(first)
    # A batch whose last valid day is the first of the month ends the instant the second begins, and so on.
    start, end = calendar.start_of_day(first, zone), calendar.start_of_day(after, zone)
    return expiring_between(customer.wallet, start=start, end=end, zone=zone)


def transfers_of_store(store: Store) -> QuerySet[PointsTransfer]:
    """Give a store's transfers with the customers they belong to, newest first."""
    return (
        PointsTransfer.objects.filter(store=store)
        .select_related("wallet__customer")
        .order_by(F("created_at").desc(), "id")
    )


def transfer_of_store(store: Store, transfer_id: UUID) -> PointsTransfer:
    """Give a transfer of this store.

    Raises: NotFound, also for one of another store.
    """
    transfer = PointsTransfer.objects.filter(store=store, pk=transfer_id).first()
    if transfer is None:
        raise NotFound
    return transfer


def transfers_of_customer(customer: Customer) -> QuerySet[PointsTransfer]:
    """Give a customer's transfers, newest first."""
    return transfers_of_store(customer.store).filter(wallet_id=customer.pk)


def points_of_purchases(purchase_ids: Iterable[UUID]) -> dict[UUID, Decimal]:
    """Give the points that each purchase granted and that were not cancelled, with one query."""
    granted: dict[UUID, Decimal] = {}
    rows = PointsTransfer.objects.filter(purchase_id__in=list(purchase_ids), kind=Kind.ADDING).exclude(
        state=State.CANCELED
    )
    for purchase_id, value in rows.values_list("purchase_id", "value"):
        if purchase_id is not None:
            granted[purchase_id] = granted.get(purchase_id, ZERO) + value
    return granted


def spent_in_all(store: Store) -> tuple[int, Decimal]:
    """Give how many movements spent or gave away a store's points, and how many points, cancelled ones left out."""
    spent = PointsTransfer.objects.filter(store=store, kind__in=[Kind.SPENDING, Kind.P2P_SPENDING]).exclude(
        state=State.CANCELED
    )
    found = spent.order_by().aggregate(count=Count("pk"), points=Sum("value"))
    return found["count"], found["points"] or ZERO


def transfers_of_purchase(purchase_id: UUID) -> QuerySet[PointsTransfer]:
    """Give what a purchase granted and took back, with the reasons."""
    return PointsTransfer.objects.filter(
        Q(purchase_id=purchase_id) | Q(revised_purchase_id=purchase_id)
    ).order_by("created_at")


def batches_of(wallet: Wallet, *, limit: int) -> QuerySet[PointsTransfer]:
    """Give a wallet's batches: first those that have points left, newest first."""
    adding = PointsTransfer.objects.filter(wallet=wallet, kind__in=PointsTransfer.ADDING_KINDS)
    has_points = Case(When(remaining__gt=0, then=0), default=1)
    return adding.order_by(has_points, "-created_at", "id")[:limit]


def outgoing_of(wallet: Wallet, *, limit: int) -> QuerySet[PointsTransfer]:
    """Give what left a wallet or is blocked in it, newest first."""
    outgoing = PointsTransfer.objects.filter(wallet=wallet).exclude(kind__in=PointsTransfer.ADDING_KINDS)
    return outgoing.order_by("-created_at", "id")[:limit]


def spending_of(customer: Customer, transfer_id: UUID) -> PointsTransfer:
    """Give a spending of this customer's; what a return took back, or a reward cost, is none.

    Raises: NotFound, also for another customer's.
    """
    spendings = PointsTransfer.objects.filter(
        wallet_id=customer.pk, kind=Kind.SPENDING, revised_purchase_id__isnull=True, reward_id__isnull=True
    )
    spending = spendings.filter(pk=transfer_id).first()
    if spending is None:
        raise NotFound
    return spending
