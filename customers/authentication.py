"""Customers prove who they are: a password with an e-mail, phone or card number.

An unknown account, a wrong password and an account without one are refused alike and cost the same work, so answers
tell nobody who is a member.
"""

from datetime import datetime

from customers import identification
from customers.events import CustomerLoggedIn
from customers.models import Customer
from loyalty import events, log_ins
from loyalty.actors import Actor, ActorKind
from loyalty.events import Subject
from loyalty.models import Store
from loyalty.refusals import Refusal


class WrongCredentials(Refusal):
    code = "log_in.wrong_credentials"
    message = "We do not know this combination. Check both fields."


class NotActive(Refusal):
    """The password is right but the account is not open; said only to somebody who knows the password."""

    code = "log_in.not_active"
    message = "This account is not active. Ask the staff to activate it."


def log_in(
    store: Store, *, identifier: str, password: str, address: str, at: datetime, through: str = "portal"
) -> Customer:
    """Check a customer's password, note the log-in through which face, and return the customer.

    Raises: WrongCredentials, NotActive, log_ins.TooManyAttempts.
    """
    customer = log_ins.attempt(
        lambda: verify_password(store, identifier=identifier, password=password),
        account=account_of(store, identifier),
        address=address,
    )
    if customer is None:
        raise WrongCredentials
    if not customer.is_active:
        raise NotActive
    note_log_in(customer, through=through, at=at)
    return customer


def verify_password(store: Store, *, identifier: str, password: str) -> Customer | None:
    """Give the customer of a store whose identifier and password these are, active or not; else None."""
    customer = identification.find_by_identifier(store, identifier)
    if customer is None or not customer.password:
        log_ins.check_nobody(password)
        return None
    return customer if customer.check_password(password) else None


def account_of(store: Store, identifier: str) -> str:
    """Name the account that a log-in means, known or not, so that guesses add up over faces and spellings."""
    return f"customer:{store.code}:{identification.fold_identifier(store, identifier)}"


def note_log_in(customer: Customer, *, through: str, at: datetime) -> None:
    """Remember that the customer came in, `through` which face (api, portal), and when they were last here."""
    customer.last_login_at = at
    with events.atomic():
        customer.save(update_fields=["last_login_at"])
        events.record(
            CustomerLoggedIn(through=through),
            store_id=customer.store_id,
            actor=Actor(kind=ActorKind.CUSTOMER, id=str(customer.pk)),
            subject=Subject.customer(customer.pk),
            at=at,
        )
