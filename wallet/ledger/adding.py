"""Points come in: adds, and the pending ones that staff make usable ahead of time."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from customers.models import Customer
from loyalty import bulk, events
from loyalty.actors import Actor
from loyalty.programme import ProgrammeSettings
from wallet import expiry
from wallet.events import PointsAdded, PointsAddedPending
from wallet.ledger.origin import Origin
from wallet.ledger.posting import (
    Balance,
    Posting,
    Reason,
    build_transfer,
    checked_points,
    find_repeat,
    lock_open_wallets,
    lock_wallets,
    owner_of,
)
from wallet.ledger.refusals import TransferNotPending
from wallet.ledger.settling import settle, unlock
from wallet.models import PointsTransfer, Wallet

Kind = PointsTransfer.Kind
State = PointsTransfer.State
BY_THE_PROGRAMME = "by the programme"


def open_wallets_on_registration(registered: Sequence[events.Recorded]) -> None:
    """Open the wallets of customers who have just registered, in the same transaction.

    The rows exist before anybody can move points, so there is always something to lock.
    """
    bulk.create(
        [
            Wallet(pk=UUID(recorded.subject.id), store_id=recorded.store_id)
            for recorded in registered
            if recorded.store_id is not None
        ]
    )


def add(
    customer: Customer,
    points: Decimal,
    *,
    at: datetime,
    actor: Actor,
    origin: Origin,
    expires_at: datetime | str | None = BY_THE_PROGRAMME,
    price: Decimal | None = None,
    transfer_id: UUID | None = None,
) -> PointsTransfer:
    """Add points to a customer's wallet as a new batch and return its transfer.

    The programme decides whether the batch is pending first and when it expires, unless `expires_at` says; a batch
    that would expire before it unlocks is usable at once.
    `transfer_id` is the id that was promised to whoever handed the batch in.
    Units: `points` Decimal, two places, > 0; `price` money the batch was sold for.
    Raises: InvalidPoints, ExternalIdTaken, CustomerDeleted. Nothing is written then.
    Idempotent: on (`origin.source`, `origin.external_id`).   Locks: the wallet.
    Source: docs/ledger.md, "Adding".
    """
    checked_points(points)
    with events.atomic():
        (wallet,) = lock_open_wallets([customer.pk])
        if earlier := find_repeat(wallet, Kind.ADDING, points, origin):
            return earlier
        settle([wallet], at=at, saves_sums=False)
        posting = Posting(wallet, at=at, actor=actor)
        batch = build_batch(posting, points, programme=customer.store.programme, origin=origin)
        if not isinstance(expires_at, str):
            _expire_at(batch, expires_at)
        if price is not None:
            batch.price = price
        if transfer_id is not None:
            batch.pk = transfer_id
        posting.insert(batch)
        post_batch(posting, batch)
        posting.record(
            PointsAddedPending if batch.state == State.PENDING else PointsAdded, batch, batch.value
        )
        posting.write()
        posting.review_level(customer)
    return batch


def _expire_at(batch: PointsTransfer, moment: datetime | None) -> None:
    """Let a batch expire at a moment of the caller's; points that would wait longer than they live do not wait."""
    batch.expires_at = moment
    if moment is not None and batch.locked_until is not None and moment <= batch.locked_until:
        batch.locked_until, batch.state = None, State.ACTIVE


def build_batch(
    posting: Posting, points: Decimal, *, programme: ProgrammeSettings, origin: Origin
) -> PointsTransfer:
    """Make a batch in memory; the programme says until when it is pending and when it expires."""
    at = posting.at
    batch = build_transfer(posting.wallet, Kind.ADDING, points, at=at, actor=posting.actor, origin=origin)
    batch.remaining = points
    batch.locked_until = expiry.locked_until(programme, at=at)
    batch.expires_at = expiry.expires_at(programme, usable_from=batch.locked_until or at)
    if batch.locked_until is not None:
        batch.state = State.PENDING
    return batch


def post_batch(posting: Posting, batch: PointsTransfer, *, tells_next_change: bool = True) -> None:
    """Let a new batch count in its wallet's sums."""
    if tells_next_change:
        posting.expect_change_at(batch.locked_until)
        posting.expect_change_at(batch.expires_at)
    if batch.state == State.PENDING:
        posting.change(batch, Balance.PENDING, batch.value, Reason.ADDED)
    else:
        posting.change(batch, Balance.AVAILABLE, batch.value, Reason.ADDED)
        posting.wallet.earned += batch.value


def activate(transfer: PointsTransfer, *, at: datetime, actor: Actor) -> PointsTransfer:
    """Make a pending batch usable now and return it.

    Raises: TransferNotPending. Nothing is written then.
    Locks: the wallet, re-reading the transfer under the lock.
    """
    with events.atomic():
        (wallet,) = lock_wallets([transfer.wallet_id])
        settle([wallet], at=at)
        batch = PointsTransfer.objects.get(pk=transfer.pk)
        if batch.state != State.PENDING:
            raise TransferNotPending
        posting = Posting(wallet, at=at, actor=actor)
        unlock(posting, batch, at)
        batch.locked_until = at
        batch.save(update_fields=["state", "locked_until"])
        posting.write()
        posting.review_level(owner_of(wallet.pk))
    return batch
