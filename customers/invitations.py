"""Customers invite friends: an invitation goes out, the friend registers with it, and buys something.

The link's token names the invitation and opens nothing. Whoever registers with it is the invited friend, whatever
address they use; a token that is unknown, used or of another store is no obstacle to registering. What a referrer
gets follows from the events, which referral rules read. Nobody learns by inviting who is a customer already.
"""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from customers import contact, identification
from customers.events import FriendInvited, InvitedFriendPurchased, InvitedFriendRegistered
from customers.models import Customer, Invitation
from customers.refusals import PhoneInvalid
from loyalty import events
from loyalty.actors import SYSTEM, Actor
from loyalty.events import Subject
from loyalty.messages.sending import Channel
from loyalty.models import Store
from loyalty.refusals import Refusal

PER_DAY = 20
Status = Invitation.Status


class RecipientMissing(Refusal):
    """An invitation needs one address to go to."""

    code = "invitation.recipient_missing"
    message = "Give an e-mail address or a phone number."
    field = "email"


class OwnAddress(Refusal):
    """Nobody is their own friend."""

    code = "invitation.own_address"
    message = "This is your own address. Invite somebody else."
    field = "email"


class TooManyInvitations(Refusal):
    """Invitations go to people who did not ask for them."""

    code = "invitation.too_many"
    message = "You can send {limit} invitations a day. Try again tomorrow."


class NotActive(Refusal):
    """Whose account is closed, or not open yet, invites nobody."""

    code = "invitation.not_active"
    message = "Only active customers can invite friends."


def invite(referrer: Customer, *, email: str = "", phone: str = "", at: datetime, actor: Actor) -> Invitation:
    """Invite a friend by e-mail, or by phone where there is no e-mail, and return the invitation.

    The message is sent after the commit, and only to somebody who is no customer of the store yet.
    Raises: RecipientMissing, EmailInvalid, PhoneInvalid, OwnAddress, NotActive, TooManyInvitations.
    Idempotent: an open invitation of the same referrer to the same address is given back and not sent again.
    Locks: the referrer.
    """
    with events.atomic():
        locked = Customer.objects.select_for_update(of=("self",)).select_related("store").get(pk=referrer.pk)
        if not locked.is_active:
            raise NotActive
        invitation = _address(locked, email=email, phone=phone)
        known = _open_to_same_address(invitation).first()
        if known is not None:
            return known
        if locked.invitations.filter(created_at__gt=at - timedelta(days=1)).count() >= PER_DAY:
            raise TooManyInvitations(limit=PER_DAY)
        invitation.token = secrets.token_hex(20)
        invitation.created_at = at
        invitation.save(force_insert=True)
        channel = Channel.EMAIL if invitation.recipient_email else Channel.SMS
        _record(
            invitation,
            FriendInvited(invitation_id=str(invitation.pk), channel=channel.value),
            at=at,
            actor=actor,
        )
    return invitation


def accept(customer: Customer, token: str, *, at: datetime, actor: Actor) -> Invitation | None:
    """Note that a new customer came by an invitation and return it; None when the token names no open one.

    Called within the transaction that registers the customer, whose row is saved by the caller afterwards or again.
    Locks: the invitation. Of two who use one token at once, the second came by themselves.
    """
    open_ones = Invitation.objects.filter(store_id=customer.store_id, status=Status.INVITED)
    # A NUL is in no token, and PostgreSQL refuses to compare with one.
    is_token = bool(token) and "\x00" not in token
    invitation = open_ones.select_for_update().filter(token=token[:64]).first() if is_token else None
    if invitation is None:
        return None
    invitation.recipient, invitation.status, invitation.registered_at = customer, Status.REGISTERED, at
    invitation.save(update_fields=["recipient", "status", "registered_at"])
    Customer.objects.filter(pk=customer.pk).update(came_by_invitation=True)
    customer.came_by_invitation = True
    _record(
        invitation,
        InvitedFriendRegistered(invitation_id=str(invitation.pk), recipient_id=str(customer.pk)),
        at=at,
        actor=actor,
    )
    return invitation


def note_purchase(customer: Customer, *, purchase_id: UUID, at: datetime) -> None:
    """Tell that somebody who came by an invitation bought something; nothing happens for everybody else.

    Called within the transaction that counts the purchase, with the customer locked.
    """
    if not customer.came_by_invitation:
        return
    invitation = Invitation.objects.filter(recipient=customer).first()
    if invitation is None:
        return
    is_first = invitation.status == Status.REGISTERED
    if is_first:
        invitation.status, invitation.first_purchase_at = Status.MADE_PURCHASE, at
        invitation.save(update_fields=["status", "first_purchase_at"])
    event = InvitedFriendPurchased(
        invitation_id=str(invitation.pk),
        recipient_id=str(customer.pk),
        purchase_id=str(purchase_id),
        is_first=is_first,
    )
    _record(invitation, event, at=at, actor=SYSTEM)


def invitations_of(store: Store) -> QuerySet[Invitation]:
    """Give a store's invitations with the people on both ends, newest first, for one query."""
    return (
        Invitation.objects.filter(store=store)
        .select_related("referrer", "recipient")
        .order_by("-created_at", "pk")
    )


def sent_by(referrer: Customer) -> QuerySet[Invitation]:
    """Give the invitations that a customer sent, newest first."""
    return invitations_of(referrer.store).filter(referrer=referrer)


def _address(referrer: Customer, *, email: str, phone: str) -> Invitation:
    """Give an unsaved invitation to an address."""
    invitation = Invitation(store=referrer.store, referrer=referrer)
    if email.strip():
        identification.check_email(email.strip())
        invitation.recipient_email = email.strip()
        invitation.recipient_email_key = contact.fold_email(email) or ""
        if invitation.recipient_email_key == referrer.email_key:
            raise OwnAddress
        return invitation
    if not phone.strip():
        raise RecipientMissing
    number = identification.phone_of(referrer.store, phone)
    if number is None:
        raise PhoneInvalid
    if number == referrer.phone:
        raise OwnAddress(field="phone")
    invitation.recipient_phone = number
    return invitation


def _open_to_same_address(invitation: Invitation) -> QuerySet[Invitation]:
    same = (
        Q(recipient_email_key=invitation.recipient_email_key)
        if invitation.recipient_email_key
        else Q(recipient_phone=invitation.recipient_phone)
    )
    return Invitation.objects.filter(same, referrer=invitation.referrer, status=Status.INVITED)


def _record(invitation: Invitation, event: events.Event, *, at: datetime, actor: Actor) -> None:
    events.record(
        event,
        store_id=invitation.store_id,
        actor=actor,
        subject=Subject.customer(invitation.referrer_id),
        at=at,
    )
