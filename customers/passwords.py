"""Customers get a new password: by knowing the old one, or by a link sent to them. The rules are `loyalty.passwords`'.

A new password ends every log-in of the customer, the one that asked for it among them.
"""

from datetime import datetime
from uuid import UUID

from customers import identification, profile
from customers.events import PasswordChanged, PasswordResetRequested
from customers.models import Customer
from loyalty import codes, events, knocks
from loyalty import passwords as rules
from loyalty.actors import SYSTEM, Actor, ActorKind
from loyalty.codes import Purpose
from loyalty.events import Subject
from loyalty.models import Store

# Who may have a new password: a new customer too, who keeps waiting for activation.
_OPEN = (Customer.Status.NEW, Customer.Status.ACTIVE)


def request_reset(store: Store, *, identifier: str, at: datetime, address: str) -> None:
    """Send whoever asks for it, by e-mail, phone or card number, a link for a new password.

    Answers and works alike for known and unknown accounts (`loyalty.knocks`).
    Raises: knocks.TooManyRequests.
    """
    customer = identification.find_by_identifier(store, identifier)
    account = str(customer.pk) if customer else identifier.strip().casefold()
    if not knocks.admit(f"reset:{store.pk}", account=account, address=address):
        return
    is_meant = customer is not None and customer.status in _OPEN
    with events.atomic():
        events.record(
            PasswordResetRequested(),
            store_id=store.pk,
            actor=SYSTEM,
            subject=Subject.customer(customer.pk if customer and is_meant else knocks.NOBODY),
            at=at,
        )


def reset(raw: str, *, password: str, at: datetime, address: str, store: Store) -> Customer:
    """Give the customer of a store whom a link was sent to a new password, and return the customer.

    Raises: rules.PasswordTooWeak (the link stays good), codes.UnknownCode, codes.TooManyGuesses.
    Locks: the customer.
    """
    rules.check_rules(password)
    redeemed = codes.redeem(Purpose.PASSWORD_RESET, raw, store_id=store.pk, at=at, address=address)
    return _set(redeemed.holder.id, password, at=at)


def reset_anybodys(raw: str, *, password: str, at: datetime, address: str) -> None:
    """Give whoever was sent a link, a customer of any store or a member of staff, a new password.

    Raises: as `reset`.
    """
    rules.check_rules(password)
    redeemed = codes.redeem(Purpose.PASSWORD_RESET, raw, store_id=None, at=at, address=address)
    if redeemed.holder.kind is ActorKind.CUSTOMER:
        _set(redeemed.holder.id, password, at=at)
    else:
        rules.reset_staff(redeemed.holder.id, password, at=at)


def change(customer: Customer, *, current: str, new: str, at: datetime, actor: Actor) -> Customer:
    """Change the password of a customer who knows the old one, and return the customer.

    Raises: rules.PasswordTooWeak, rules.WrongCurrentPassword, rules.TooManyWrongPasswords. Nothing is written then.
    Locks: the customer.
    """
    rules.check_rules(new)
    rules.verify_current(customer, current, kind=ActorKind.CUSTOMER)
    return _set(customer.pk, new, at=at, actor=actor)


def _set(customer_id: UUID, password: str, *, at: datetime, actor: Actor | None = None) -> Customer:
    with events.atomic():
        customers = Customer.objects.select_for_update(of=("self",)).select_related("store")
        locked = customers.filter(pk=customer_id, status__in=_OPEN).first()
        if locked is None:
            raise codes.UnknownCode
        rules.set_new(locked, password, kind=ActorKind.CUSTOMER)
        themselves = Actor(kind=ActorKind.CUSTOMER, id=str(locked.pk))
        profile.record_changed(locked, PasswordChanged(), at=at, actor=actor or themselves)
    return locked
