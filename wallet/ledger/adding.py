"""Points come in: adds, and the pending ones that staff make usable ahead of time."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from customers.models import Customer
from loyalty import events
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
    insert_transfer,
    lock_wallets,
    owner_of,
)
from wallet.ledger.refusals import TransferNotPending
from wallet.ledger.settling import settle, unlock
from wallet.models import PointsTransfer, Wallet

Kind = PointsTransfer.Kind
State = PointsTransfer.State
BY_THE_PROGRAMME = "by the programme"


def open_wallet_on_registration(recorded: events.Recorded) -> None:
    """Open the wallet of a customer who has just registered, in the same transaction.

    The row exists before anybody can move points, so there is always something to lock.
    """
    if recorded.store_id is not None:
        Wallet.objects.create(pk=UUID(recorded.subject.id), store_id=recorded.store_id)


def add(
    customer: Customer,
    points: Decimal,
    *,
    at: datetime,
    actor: Actor,
    origin: Origin,
    expires_at: datetime | str | None = BY_THE_PROGRAMME,
    price: Decimal | None = None,
) -> PointsTransfer:
    """Add points to a customer's wallet as a new batch and return its transfer.

    The programme decides whether the batch is pending first and when it expires, unless `expires_at` says.
    Units: `points` Decimal, two places, > 0; `price` money the batch was sold for.
    Raises: InvalidPoints, ExternalIdTaken. Nothing is written then.
    Idempotent: on (`origin.source`, `origin.external_id`).   Locks: the wallet.
    Source: docs/ledger.md, "Adding".
    """
    checked_points(points)
    with events.atomic():
        (wallet,) = lock_wallets([customer.pk])
        if earlier := find_repeat(wallet, Kind.ADDING, points, origin):
            return earlier
        settle([wallet], at=at, saves_sums=False)
        posting = Posting(wallet, at=at, actor=actor)
        batch = build_batch(posting, points, programme=customer.store.programme, origin=origin)
        if not isinstance(expires_at, str):
            batch.expires_at = expires_at
        if price is not None:
            batch.price = price
        insert_transfer(batch)
        post_batch(posting, batch)
        posting.record(
            PointsAddedPending if batch.state == State.PENDING else PointsAdded, batch, batch.value
        )
        posting.write()
        posting.review_level(customer)
    return batch


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


def post_batch(posting: Posting, batch: PointsTransfer) -> None:
    """Let a new batch count in its wallet's sums."""
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
