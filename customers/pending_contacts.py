"""A new e-mail address or phone number that waits for its owner to confirm it.

Where accounts must be activated, the contact that the programme writes to is proven, and stays so: when customers
change it themselves, the old one counts until somebody who reads the new one has said so. The new value waits with
the codes (`loyalty.codes.keep`); the code itself is made when its message is sent.
"""

from datetime import datetime, timedelta

from customers import contact, identification
from customers.events import ContactChangeRequested
from customers.models import Customer
from customers.refusals import EmailTaken, InvalidProfileField, PhoneInvalid, PhoneTaken
from loyalty import codes, events, knocks, throttles
from loyalty.actors import Actor, ActorKind
from loyalty.codes import Holder, Purpose
from loyalty.events import Subject
from loyalty.programme import CommunicationMethod

_WINDOW, _PER_CUSTOMER = timedelta(hours=1), 10


def held_field(customer: Customer, *, actor: Actor) -> str | None:
    """Say which contact waits for confirmation when this party changes it: email, phone or none."""
    programme = customer.store.programme
    if actor.kind is not ActorKind.CUSTOMER or not programme.account_activation_required:
        return None
    return "phone" if programme.preferred_communication_method is CommunicationMethod.SMS else "email"


def hold_email(customer: Customer, written: str, *, at: datetime, actor: Actor) -> None:
    """Have a new e-mail address wait; what is written as before changes nothing.

    Raises: EmailInvalid, EmailTaken, knocks.TooManyRequests.   Locks: the caller holds the customer.
    """
    email = written.strip()
    if email == customer.email:
        return
    identification.check_email(email)
    limit = Customer._meta.get_field("email").max_length or 0
    if len(email) > limit:
        raise InvalidProfileField(field="email", limit=limit)
    others = Customer.objects.filter(store_id=customer.store_id).exclude(pk=customer.pk)
    if others.filter(email_key=contact.fold_email(email)).exists():
        raise EmailTaken
    _hold(customer, email, at=at, actor=actor)


def hold_phone(customer: Customer, written: str, *, at: datetime, actor: Actor) -> None:
    """Have a new phone number wait; what means the same number as before changes nothing.

    Raises: PhoneInvalid, PhoneTaken, knocks.TooManyRequests.   Locks: the caller holds the customer.
    """
    phone = identification.phone_of(customer.store, written.strip())
    if phone is None:
        raise PhoneInvalid
    if phone == customer.phone:
        return
    others = Customer.objects.filter(store_id=customer.store_id).exclude(pk=customer.pk)
    if others.filter(phone=phone).exists():
        raise PhoneTaken
    _hold(customer, phone, at=at, actor=actor)


def waiting(customer: Customer) -> str | None:
    """Give the e-mail address or phone number of a customer that waits to be confirmed, if one does."""
    return codes.kept(Purpose.CONTACT_CHANGE, holder=Holder.customer(customer.pk, customer.store_id))


def field_of(value: str) -> str:
    """Say which contact a waiting value is: only e-mail addresses have an @."""
    return "email" if "@" in value else "phone"


def ask_to_confirm(customer: Customer, value: str, *, at: datetime, actor: Actor) -> None:
    """Have a message with a code sent to a value that waits. Called within a transaction.

    Raises: knocks.TooManyRequests, for messages go to whom the customer names.
    """
    key = f"contact-change:{customer.pk}"
    if not throttles.count_failure(key, limit=_PER_CUSTOMER, window=_WINDOW):
        raise knocks.TooManyRequests(minutes=throttles.minutes_of(_WINDOW))
    events.record(
        ContactChangeRequested(field=field_of(value)),
        store_id=customer.store_id,
        actor=actor,
        subject=Subject.customer(customer.pk),
        at=at,
    )


def _hold(customer: Customer, value: str, *, at: datetime, actor: Actor) -> None:
    if waiting(customer) == value:
        return  # the same profile sent again; `contact_changes.send_again` sends another message
    ask_to_confirm(customer, value, at=at, actor=actor)
    holder = Holder.customer(customer.pk, customer.store_id)
    codes.keep(Purpose.CONTACT_CHANGE, value, holder=holder, at=at)
