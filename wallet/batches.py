"""Batches that are bought or given through partners: added at once, or handed in and added in a moment.

What is handed in gets the id of the batch that it will be. A row waits for it; the reaction that adds it deletes the
row in the same transaction, so a batch arrives exactly once, whoever is killed when.
"""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils import timezone

from customers.models import Customer
from loyalty import events
from loyalty.actors import Actor, ActorKind
from loyalty.events import Subject
from loyalty.models import Event as EventRow
from loyalty.refusals import InvalidInput
from wallet import ledger
from wallet.events import BatchQueued
from wallet.ledger.posting import checked_points, lock_open_wallets, lock_wallets, owner_of
from wallet.models import PointsTransfer, QueuedBatch


@dataclass(frozen=True)
class Terms:
    """What a batch holds and how long it lives.

    Units: `amount` points; `price` money it was sold for. Without `expires_at` it never expires.
    """

    amount: Decimal
    source: str
    price: Decimal | None = None
    expires_at: datetime | None = None
    order_number: str = ""
    venue: str = ""
    comment: str = ""
    extra: dict[str, Any] = field(default_factory=dict)


def add(customer: Customer, terms: Terms, *, at: datetime, actor: Actor) -> PointsTransfer:
    """Add a batch to a customer's wallet and return its transfer.

    Raises: InvalidPoints, InvalidInput (already expired), CustomerDeleted. Nothing is written then.
    Locks: the wallet.
    """
    _check(terms, at=at)
    return _add(customer, terms, at=at, actor=actor)


def queue(customer: Customer, terms: Terms, *, at: datetime, actor: Actor) -> UUID:
    """Accept a batch that is to be added in a moment, and give the id that it will have.

    Raises: InvalidPoints, InvalidInput (already expired), CustomerDeleted. Nothing is written then.
    Locks: the wallet, so that nothing comes to wait for a customer who is being deleted.
    """
    _check(terms, at=at)
    with events.atomic():
        lock_open_wallets([customer.pk])
        queued = QueuedBatch.objects.create(
            wallet_id=customer.pk,
            amount=terms.amount,
            price=terms.price,  # type: ignore[misc]  # one type per field
            expires_at=terms.expires_at,
            source=terms.source,
            order_number=terms.order_number,
            venue=terms.venue,
            comment=terms.comment,
            extra=terms.extra,
            created_at=at,
        )
        events.record(
            BatchQueued(batch_id=str(queued.pk), points=str(terms.amount)),
            store_id=customer.store_id,
            actor=actor,
            subject=Subject.customer(customer.pk),
            at=at,
        )
    return queued.pk


def add_queued(event: EventRow) -> None:
    """Add the batch that was handed in: a reaction to `batch.queued`, in whose transaction it runs.

    Idempotent: the row that waits goes with the batch that comes.   Locks: the wallet.
    """
    batch_id = UUID(event.payload["batch_id"])
    with events.atomic():
        lock_wallets([UUID(event.subject_id)])
        # Read under the lock: the customer may have been forgotten or deleted meanwhile.
        queued = QueuedBatch.objects.filter(pk=batch_id).first()
        if queued is None:
            return
        actor = Actor(kind=ActorKind(event.actor_kind), id=event.actor_id)
        _add(owner_of(queued.wallet_id), _terms_of(queued), at=timezone.now(), actor=actor, batch_id=batch_id)
        queued.delete()


def _terms_of(queued: QueuedBatch) -> Terms:
    return Terms(
        amount=queued.amount,
        source=queued.source,
        price=queued.price,
        expires_at=queued.expires_at,
        order_number=queued.order_number,
        venue=queued.venue,
        comment=queued.comment,
        extra=queued.extra,
    )


def _check(terms: Terms, *, at: datetime) -> None:
    checked_points(terms.amount)
    if terms.expires_at is not None and terms.expires_at <= at:
        raise InvalidInput(field="expires_at", reason="This moment has passed already.")


def _add(
    customer: Customer, terms: Terms, *, at: datetime, actor: Actor, batch_id: UUID | None = None
) -> PointsTransfer:
    return ledger.add(
        customer,
        terms.amount,
        at=at,
        actor=actor,
        origin=ledger.Origin(
            source=terms.source,
            comment=terms.comment,
            order_number=terms.order_number,
            venue=terms.venue,
            extra=terms.extra,
        ),
        expires_at=terms.expires_at,
        price=terms.price,
        transfer_id=batch_id,
    )
