"""Customers change their e-mail address or phone number themselves, and confirm the new one where they must."""

from datetime import datetime

from customers import pending_contacts, profile
from customers.models import Customer
from loyalty import codes, events
from loyalty.actors import Actor, ActorKind
from loyalty.codes import Holder, Purpose


def request_change(customer: Customer, *, field: str, value: str, at: datetime, actor: Actor) -> bool:
    """Change a contact (`field`: email, phone) and tell whether the new value waits to be confirmed first.

    Raises: EmailTaken, PhoneTaken, EmailInvalid, PhoneInvalid, InvalidProfileField, ProfileEditsClosed,
    knocks.TooManyRequests. Nothing is written then.   Locks: the customer.
    """
    change: profile.Profile = {"email": value} if field == "email" else {"phone": value}
    changed = profile.update_profile(customer, profile=change, at=at, actor=actor)
    held = pending_contacts.held_field(changed, actor=actor)
    return held == field and pending_contacts.waiting(changed) is not None


def send_again(customer: Customer, *, at: datetime, actor: Actor) -> None:
    """Have another message with a new code sent for the value that waits, if one does.

    Raises: knocks.TooManyRequests.
    """
    value = pending_contacts.waiting(customer)
    if value is not None:
        with events.atomic():
            pending_contacts.ask_to_confirm(customer, value, at=at, actor=actor)


def confirm_change(customer: Customer, raw: str, *, at: datetime, address: str) -> Customer:
    """Put the waiting value in its place, for the customer who shows the code sent to it, and return the customer.

    Raises: codes.UnknownCode (somebody else's, too), codes.TooManyGuesses, EmailTaken, PhoneTaken (somebody took the
    value meanwhile; the code is used up all the same).   Locks: the customer.
    """
    holder = Holder.customer(customer.pk, customer.store_id)
    redeemed = codes.redeem(
        Purpose.CONTACT_CHANGE, raw, store_id=customer.store_id, at=at, address=address, holder=holder
    )
    value = redeemed.value
    confirmed: profile.Profile = (
        {"email": value} if pending_contacts.field_of(value) == "email" else {"phone": value}
    )
    with events.atomic():
        locked = Customer.objects.select_for_update(of=("self",)).select_related("store").get(pk=customer.pk)
        if not locked.is_active:
            raise codes.UnknownCode
        changes = profile.write_into(locked, confirmed, at=at)
        if changes.columns:
            locked.version += 1
            profile.save(locked, update_fields=[*changes.columns, "version", "updated_at"])
            actor = Actor(kind=ActorKind.CUSTOMER, id=str(locked.pk))
            profile.record_updated(locked, list(changes.names), at=at, actor=actor)
    return locked
