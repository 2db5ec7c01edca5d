"""Messages to customers and their friends: the reactions that make what is secret and send it.

Each is called from the outbox, without a transaction around it, with the event that owes the message; it may be called
again after a failure. Link tokens and codes are made here, the moment they are sent, so that no event, log or queue
ever holds one. Who was closed, erased or served meanwhile gets nothing.
"""

import re

from django.utils import timezone

from customers import pending_contacts
from customers.models import Customer, Invitation
from loyalty import codes
from loyalty.codes import Holder, Purpose
from loyalty.messages.sending import Channel, send
from loyalty.models import Event, Store
from loyalty.programme import CommunicationMethod

Status = Customer.Status
_LONGEST_NAME = 64
# What mail programs and phones turn into a link: `a://b`, `a/b`, `a@b`, `www.b`, `b.com`; not `J.R.` or `St. John`.
_ADDRESS = re.compile(r"[/@\\]|www\.|\w\.\w{2,}", re.IGNORECASE)


def preferred_channel(store: Store) -> Channel:
    """Say how a store's programme writes to customers first."""
    is_sms = store.programme.preferred_communication_method is CommunicationMethod.SMS
    return Channel.SMS if is_sms else Channel.EMAIL


def channel_of(customer: Customer) -> Channel | None:
    """Say how a customer is written to: the programme's way if they have that contact, else the other, else not."""
    preferred = preferred_channel(customer.store)
    return next((way for way in (preferred, Channel.EMAIL, Channel.SMS) if _contact(customer, way)), None)


def customer_of(event: Event, *statuses: Customer.Status) -> Customer | None:
    """Give the customer an event is about, if there is one in one of these states."""
    found = Customer.objects.filter(pk=event.subject_id, status__in=statuses)
    return found.select_related("store").first()


def write_to(customer: Customer, name: str, **facts: str) -> None:
    """Send a message to a customer the way they are written to; nothing goes out to who has no contact.

    `facts` are what the template says besides the customer's first name.
    """
    channel = channel_of(customer)
    if channel is not None:
        context = {"name": called(customer), **facts}
        send(customer.store, name, channel=channel, to=_contact(customer, channel), context=context)


def called(customer: Customer) -> str:
    """Say what a message calls a customer: the first name, or nothing where that reads like an advertisement.

    Anybody may register anybody's address, or invite it, under a name that is a text with an address to go to.
    """
    name = customer.first_name
    return "" if len(name) > _LONGEST_NAME or _ADDRESS.search(name) else name


def send_activation(event: Event) -> None:
    """Send a new customer the link or, by text message, the code that activates the account."""
    customer = customer_of(event, Status.NEW)
    channel = Channel(event.payload["channel"])
    if customer is None or not _contact(customer, channel):
        return
    issue = codes.issue_digits if channel is Channel.SMS else codes.issue_link
    secret = issue(Purpose.ACTIVATION, holder=_holder(customer), at=timezone.now())
    _send(customer, "activation", channel, to=_contact(customer, channel), secret=secret)


def send_password_reset(event: Event) -> None:
    """Send a customer the link for a new password."""
    customer = customer_of(event, Status.NEW, Status.ACTIVE)
    channel = channel_of(customer) if customer else None
    if customer is None or channel is None:
        return
    secret = codes.issue_link(Purpose.PASSWORD_RESET, holder=_holder(customer), at=timezone.now())
    _send(customer, "password_reset", channel, to=_contact(customer, channel), secret=secret)


def send_contact_change(event: Event) -> None:
    """Send the link or code that confirms a new e-mail address or phone number, to that address or number."""
    customer = customer_of(event, Status.ACTIVE)
    is_phone = event.payload["field"] == "phone"
    if customer is None:
        return
    renewed = codes.renew(
        Purpose.CONTACT_CHANGE, holder=_holder(customer), at=timezone.now(), as_digits=is_phone
    )
    if renewed is None:
        return
    secret, value = renewed
    if pending_contacts.field_of(value) == event.payload["field"]:
        _send(customer, "contact_change", Channel.SMS if is_phone else Channel.EMAIL, to=value, secret=secret)


def send_email_changed(event: Event) -> None:
    """Tell a customer, at the new address, that it is theirs now."""
    customer = customer_of(event, Status.ACTIVE)
    if customer is not None and customer.email:
        _send(customer, "email_changed", Channel.EMAIL, to=customer.email)


def send_invitation(event: Event) -> None:
    """Send a friend the invitation of a customer, unless the friend is a customer of the store already."""
    waiting = Invitation.objects.filter(status=Invitation.Status.INVITED).select_related("store", "referrer")
    invitation = waiting.filter(pk=event.payload["invitation_id"]).first()
    if invitation is None or not invitation.referrer.is_active or _is_customer(invitation):
        return
    channel = Channel.EMAIL if invitation.recipient_email else Channel.SMS
    to = invitation.recipient_email or invitation.recipient_phone
    if to:
        context = {"name": called(invitation.referrer), "token": invitation.token}
        send(invitation.store, "invitation", channel=channel, to=to, context=context)


def _contact(customer: Customer, channel: Channel) -> str:
    return (customer.phone if channel is Channel.SMS else customer.email) or ""


def _holder(customer: Customer) -> Holder:
    return Holder.customer(customer.pk, customer.store_id)


def _send(customer: Customer, name: str, channel: Channel, *, to: str, secret: str = "") -> None:
    context = {"name": called(customer), "token": secret}
    send(customer.store, name, channel=channel, to=to, context=context)


def _is_customer(invitation: Invitation) -> bool:
    wanted = (
        {"email_key": invitation.recipient_email_key}
        if invitation.recipient_email_key
        else {"phone": invitation.recipient_phone}
    )
    return Customer.objects.filter(store_id=invitation.store_id, **wanted).exists()
