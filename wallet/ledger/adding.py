"""Points come in: adds, and the pending ones that staff make usable ahead of time."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from customers.models import Customer
from loyalty import events
from loyalty.actors import Actor
from wallet import expiry
from wallet.events import PointsAdded, PointsAddedPending, PointsUnlocked
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
)
from wallet.ledger.refusals import TransferNotPending
from wallet.ledger.settling import settle
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
    programme = customer.store.programme
    with events.atomic():
        (wallet,) = lock_wallets([customer.pk])
        if earlier := find_repeat(wallet, Kind.ADDING, points, origin):
            return earlier
        settle([wallet], at=at, saves_sums=False)
        posting = Posting(wallet, at=at, actor=actor)
        batch = build_transfer(wallet, Kind.ADDING, points, at=at, actor=actor, origin=origin)
        batch.remaining = points
        if price is not None:
            batch.price = price
        batch.locked_until = expiry.locked_until(programme, at=at)
        batch.expires_at = (
            expiry.expires_at(programme, usable_from=batch.locked_until or at)
            if isinstance(expires_at, str)
            else expires_at
        )
        if batch.locked_until is not None:
            batch.state = State.PENDING
        insert_transfer(batch)
        _post_added(posting, batch)
        posting.write()
        posting.review_level(customer)
    return batch


def _post_added(posting: Posting, batch: PointsTransfer) -> None:
    posting.expect_change_at(batch.locked_until)
    posting.expect_change_at(batch.expires_at)
    if batch.state == State.PENDING:
        posting.change(batch, Balance.PENDING, batch.value, Reason.ADDED)
        posting.record(PointsAddedPending, batch, batch.value)
    else:
        posting.change(batch, Balance.AVAILABLE, batch.value, Reason.ADDED)
        posting.wallet.earned += batch.value
        posting.record(PointsAdded, batch, batch.value)


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
        batch.state = State.ACTIVE
        batch.locked_until = at
        batch.save(update_fields=["state", "locked_until"])
        posting.change(batch, Balance.PENDING, -batch.remaining, Reason.UNLOCKED)
        posting.change(batch, Balance.AVAILABLE, batch.remaining, Reason.UNLOCKED)
        wallet.earned += batch.value
        posting.record(PointsUnlocked, batch, batch.remaining)
        posting.write()
        posting.review_level(_customer_of(wallet))
    return batch


def _customer_of(wallet: Wallet) -> Customer:
    return Customer.objects.select_related("store").get(pk=wallet.pk)
