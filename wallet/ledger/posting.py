"""The mechanics under every movement: locked wallets, entries, sums, events.

A `Posting` is one transaction's work on one locked wallet. Changes are made in memory and written by `write()` in a
fixed handful of statements, whatever their number.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError
from django.db.models import UUIDField

from customers import levels
from customers.level_choice import Occasion
from customers.models import Customer
from customers.refusals import CustomerDeleted
from loyalty import bulk, events
from loyalty.actors import Actor
from loyalty.amounts import MAX_AMOUNT, ZERO, BadAmount, to_hundredths
from loyalty.prepared import Prepared, Slot
from loyalty.programme import TierBasis
from wallet.events import PointsMoved
from wallet.ledger.origin import Origin, call_of, with_call
from wallet.ledger.refusals import ExternalIdTaken, InvalidPoints, WalletFrozen
from wallet.models import LedgerEntry, PointsTransfer, Wallet

Balance = LedgerEntry.Balance
Reason = LedgerEntry.Reason
_LOCK_ONE = Prepared(lambda: Wallet.objects.select_for_update().filter(pk=Slot("id", UUIDField())).order_by())
SUMS = ["available", "pending", "blocked", "earned", "spent", "expired", "next_change_at"]


def checked_points(points: Decimal) -> Decimal:
    """Give the amount back when it may be moved.

    Raises: InvalidPoints unless it is above zero and up to MAX_AMOUNT, with at most two decimals.
    """
    try:
        if to_hundredths(points) > 0 and points <= MAX_AMOUNT:
            return points
    except BadAmount:
        pass
    raise InvalidPoints


def lock_wallets(customer_ids: Sequence[UUID]) -> list[Wallet]:
    """Lock the wallets of these customers, in order of id so that no two movements ever wait for each other.

    On SQLite the transaction itself is the lock: it began IMMEDIATE, so no other writer runs.
    """
    if len(customer_ids) == 1:
        return _LOCK_ONE.rows(id=customer_ids[0])
    return list(Wallet.objects.select_for_update().filter(pk__in=customer_ids).order_by("pk"))


def lock_open_wallets(customer_ids: Sequence[UUID]) -> list[Wallet]:
    """Lock wallets that something new is to happen to, as `lock_wallets` does.

    Raises: CustomerDeleted, also for who was deleted since the caller looked: the wallet's own row says so, because
    of a row that was waited for no other is read again.
    """
    wallets = lock_wallets(customer_ids)
    if any(wallet.closed_at is not None for wallet in wallets):
        raise CustomerDeleted
    return wallets


def owner_of(customer_id: UUID | str) -> Customer:
    """Give a wallet's customer with the store whose programme decides."""
    return Customer.objects.select_related("store").get(pk=customer_id)


class Posting:
    """What one transaction does to one locked wallet."""

    def __init__(self, wallet: Wallet, *, at: datetime, actor: Actor) -> None:
        self.wallet = wallet
        self.at = at
        self.actor = actor
        # What is written together with the entries, before them.
        self.changes = bulk.Changes()
        self._external_id: str | None = None
        self._entries: list[LedgerEntry] = []

    def refuse_if_frozen(self) -> None:
        """Raises: WalletFrozen when nothing may leave this wallet."""
        if self.wallet.is_frozen:
            raise WalletFrozen

    def change(
        self,
        transfer: PointsTransfer,
        balance: Balance,
        by: Decimal,
        reason: Reason,
        *,
        at: datetime | None = None,
    ) -> None:
        """Change one balance by a signed amount and note the entry; nothing happens for zero."""
        if by == ZERO:
            return
        after = getattr(self.wallet, balance.value) + by
        setattr(self.wallet, balance.value, after)
        self._entries.append(
            LedgerEntry(
                wallet=self.wallet,
                transfer=transfer,
                balance=balance,
                reason=reason,
                change=by,
                balance_after=after,
                created_at=at or self.at,
            )
        )

    def expect_change_at(self, moment: datetime | None) -> None:
        """Remember that time alone will change this wallet at `moment`."""
        if moment is not None:
            known = self.wallet.next_change_at
            self.wallet.next_change_at = moment if known is None else min(known, moment)

    def record(
        self,
        event_class: type[PointsMoved],
        transfer: PointsTransfer,
        points: Decimal,
        *,
        at: datetime | None = None,
        other_customer_id: UUID | None = None,
    ) -> None:
        """Say what happened to this wallet."""
        events.record(
            event_class(
                transfer_id=str(transfer.pk),
                points=str(points),
                balance=str(self.wallet.available),
                purchase_id=str(transfer.purchase_id) if transfer.purchase_id else None,
                other_customer_id=str(other_customer_id) if other_customer_id else None,
            ),
            store_id=self.wallet.store_id,
            actor=self.actor,
            subject=events.Subject.customer(self.wallet.pk),
            at=at or self.at,
        )

    def take_entries(self) -> list[LedgerEntry]:
        """Hand over the entries noted so far, for a caller that writes many wallets at once."""
        entries, self._entries = self._entries, []
        return entries

    def insert(self, transfer: PointsTransfer) -> None:
        """Have a new transfer written with everything else."""
        self._external_id = self._external_id or transfer.external_id
        self.changes.insert([transfer])

    def write(self) -> None:
        """Write transfers, draws, entries and sums, on PostgreSQL in one round trip.

        Raises: ExternalIdTaken when another transaction used the same external id a moment ago.
        """
        self.changes.insert(self.take_entries())
        self.changes.update([self.wallet], SUMS)
        try:
            self.changes.write()
        except IntegrityError as error:
            if self._external_id is not None and "external_id" in str(error):
                raise ExternalIdTaken from error
            raise

    def review_level(self, customer: Customer, *, occasion: Occasion = Occasion.MOVEMENT) -> None:
        """Let the level follow the points, where the programme's levels do."""
        if customer.store.programme.tier_assign_type is TierBasis.POINTS:
            wallet = self.wallet
            levels.review(
                customer,
                at=self.at,
                actor=self.actor,
                points=levels.PointsFigures(
                    available=wallet.available,
                    earned=wallet.earned,
                    earned_since=lambda since: earned_since(wallet, since),
                ),
                occasion=occasion,
            )


def earned_since(wallet: Wallet, since: datetime) -> Decimal:
    """Give the points of adds that became usable after a moment and were not cancelled."""
    added = PointsTransfer.objects.filter(
        wallet=wallet, kind=PointsTransfer.Kind.ADDING, created_at__gte=since
    ).exclude(state__in=[PointsTransfer.State.PENDING, PointsTransfer.State.CANCELED])
    return sum(added.values_list("value", flat=True), ZERO)


def build_transfer(
    wallet: Wallet,
    kind: PointsTransfer.Kind,
    points: Decimal,
    *,
    at: datetime,
    actor: Actor,
    origin: Origin,
) -> PointsTransfer:
    """Make a transfer in memory, with everything its origin knows."""
    return PointsTransfer(
        wallet=wallet,
        store_id=wallet.store_id,
        kind=kind,
        state=PointsTransfer.State.ACTIVE,
        value=points,
        issuer=actor.issuer,
        comment=origin.comment,
        source=origin.source,
        external_id=origin.external_id,
        purchase_id=origin.purchase_id,
        revised_purchase_id=origin.revised_purchase_id,
        reward_id=origin.reward_id,
        voucher_id=origin.voucher_id,
        order_number=origin.order_number,
        venue=origin.venue,
        reasons=origin.reasons,
        extra=with_call(origin.extra, origin.call),
        created_at=at,
    )


def find_repeat(
    wallet: Wallet, kind: PointsTransfer.Kind, points: Decimal, origin: Origin
) -> PointsTransfer | None:
    """Give the transfer that an identical call made before, or None.

    Raises: ExternalIdTaken when the external id names a different movement.
    """
    if origin.external_id is None:
        return None
    earlier = PointsTransfer.objects.filter(
        store_id=wallet.store_id, source=origin.source, external_id=origin.external_id
    ).first()
    if earlier is None:
        return None
    if earlier.wallet_id != wallet.pk or not _is_same_call(earlier, kind, points, origin):
        raise ExternalIdTaken
    return earlier


def _is_same_call(
    earlier: PointsTransfer, kind: PointsTransfer.Kind, points: Decimal, origin: Origin
) -> bool:
    if origin.call:
        return call_of(earlier.extra) == origin.call
    return (earlier.kind, earlier.value) == (kind, points)
