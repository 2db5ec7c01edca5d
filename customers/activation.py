"""Opening and closing a customer's account: by staff, or by the customer with a code or link sent to them."""

from datetime import datetime

from customers import identification, messages, profile
from customers.events import ActivationRequested, CustomerActivated, CustomerDeactivated
from customers.models import Customer
from customers.refusals import PhoneMissing
from loyalty import codes, events, knocks
from loyalty.actors import SYSTEM, Actor, ActorKind
from loyalty.codes import Purpose
from loyalty.events import Subject
from loyalty.messages.sending import Channel
from loyalty.models import Store

Status = Customer.Status


def activate(customer: Customer, *, at: datetime, actor: Actor) -> Customer:
    """Make a new or blocked customer active and return the customer.

    Raises: CustomerDeleted, CustomerAnonymized.   Locks: the customer.
    Idempotent: an active customer stays as they are.
    """
    with events.atomic():
        locked = profile.lock(customer)
        if locked.status != Status.ACTIVE:
            _open(locked, at=at, actor=actor)
    return locked


def deactivate(customer: Customer, *, at: datetime, actor: Actor) -> Customer:
    """Block a customer, ending every session of theirs at once, and return the customer.

    Raises: CustomerDeleted.   Idempotent: a blocked customer stays as they are.   Locks: the customer.
    """
    with events.atomic():
        locked = profile.lock_even_anonymous(customer)
        if locked.status != Status.BLOCKED:
            locked.status = Status.BLOCKED
            locked.token_version += 1
            locked.version += 1
            locked.save(update_fields=["status", "token_version", "version", "updated_at"])
            profile.record_changed(locked, CustomerDeactivated(), at=at, actor=actor)
    return locked


def request_activation(
    customer: Customer, *, at: datetime, actor: Actor, channel: Channel | None = None
) -> None:
    """Have a new customer sent a link or a code that activates the account, by the programme's way unless one is named.

    A customer who lacks the contact for the programme's way is written to by the other.
    Raises: PhoneMissing when a text message is asked for and there is no number.
    Idempotent: nothing is sent to who is not new.
    """
    if customer.status != Status.NEW:
        return
    if channel is Channel.SMS and not customer.phone:
        raise PhoneMissing
    way = channel or messages.channel_of(customer)
    if way is not None:
        with events.atomic():
            event = ActivationRequested(channel=way.value)
            profile.record_changed(customer, event, at=at, actor=actor)


def ask_for_activation(store: Store, *, identifier: str, at: datetime, address: str) -> None:
    """Have another activation message sent to whoever asks for one by e-mail, phone or card number.

    Answers and works alike for who is new, who is not and who is unknown.
    Raises: knocks.TooManyRequests.
    """
    customer = identification.find_by_identifier(store, identifier)
    account = str(customer.pk) if customer else identifier.strip().casefold()
    if not knocks.admit(f"activation:{store.pk}", account=account, address=address):
        return
    is_meant = customer is not None and customer.status == Status.NEW
    way = messages.channel_of(customer) if customer and is_meant else None
    with events.atomic():
        events.record(
            ActivationRequested(channel=(way or messages.preferred_channel(store)).value),
            store_id=store.pk,
            actor=SYSTEM,
            subject=Subject.customer(customer.pk if customer and is_meant else knocks.NOBODY),
            at=at,
        )


def activate_with_code(store: Store, raw: str, *, at: datetime, address: str) -> Customer:
    """Activate the new customer whom a link token or a code of digits was sent to, and return the customer.

    Raises: codes.UnknownCode, also when staff have blocked or activated the account meanwhile; codes.TooManyGuesses.
    Locks: the customer.
    """
    redeemed = codes.redeem(Purpose.ACTIVATION, raw, store_id=store.pk, at=at, address=address)
    with events.atomic():
        customers = Customer.objects.select_for_update(of=("self",)).select_related("store")
        locked = customers.filter(pk=redeemed.holder.id, status=Status.NEW).first()
        if locked is None:
            raise codes.UnknownCode
        _open(locked, at=at, actor=Actor(kind=ActorKind.CUSTOMER, id=str(locked.pk)))
    return locked


def _open(customer: Customer, *, at: datetime, actor: Actor) -> None:
    customer.status = Status.ACTIVE
    customer.version += 1
    customer.save(update_fields=["status", "version", "updated_at"])
    profile.record_changed(customer, CustomerActivated(), at=at, actor=actor)
