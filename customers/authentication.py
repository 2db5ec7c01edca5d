"""Customers prove who they are: a password with an e-mail, phone or card number.

An unknown account, a wrong password and an account without one are refused alike and cost the same work, so answers
tell nobody who is a member.
"""

from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password

from customers import identification
from customers.models import Customer
from loyalty import throttles
from loyalty.models import Store
from loyalty.refusals import Refusal

_WINDOW = timedelta(minutes=15)
# Failures within the window: of one account from one address, of one address, of one account from anywhere. The keys
# are those of the API's log-in, so guesses through both faces add up.
_PER_PAIR, _PER_ADDRESS, _PER_ACCOUNT = 10, 100, 100


class WrongCredentials(Refusal):
    code = "log_in.wrong_credentials"
    message = "We do not know this combination. Check both fields."


class NotActive(Refusal):
    """The password is right but the account is not open; said only to somebody who knows the password."""

    code = "log_in.not_active"
    message = "This account is not active. Ask the staff to activate it."


class TooManyAttempts(Refusal):
    code = "log_in.too_many_attempts"
    message = "Too many attempts. Try again in {minutes} minutes."


def log_in(store: Store, *, identifier: str, password: str, address: str, at: datetime) -> Customer:
    """Check a customer's password, note the log-in and return the customer.

    Raises: WrongCredentials, NotActive, TooManyAttempts.
    """
    limits = _limits(store, identifier, address)
    _refuse_if_blocked(limits)
    customer = verify_password(store, identifier=identifier, password=password)
    if customer is None:
        within = [throttles.count_failure(key, limit=limit, window=_WINDOW) for key, limit in limits.items()]
        raise WrongCredentials if all(within) else _too_many()
    # Guesses made at the same time may have used up the limit meanwhile: then even a right one is refused.
    _refuse_if_blocked(limits)
    if not customer.is_active:
        raise NotActive
    throttles.forget(next(iter(limits)))
    note_log_in(customer, at=at)
    return customer


def verify_password(store: Store, *, identifier: str, password: str) -> Customer | None:
    """Give the customer of a store whose identifier and password these are, active or not; else None."""
    customer = identification.find_by_identifier(store, identifier)
    if customer is None or not customer.password:
        make_password(password)  # the work of a real check
        return None
    return customer if customer.check_password(password) else None


def note_log_in(customer: Customer, *, at: datetime) -> None:
    """Remember when the customer was last here."""
    customer.last_login_at = at
    customer.save(update_fields=["last_login_at"])


def _limits(store: Store, identifier: str, address: str) -> dict[str, int]:
    account = f"log-in:customer:{store.code}:{identifier.lower()}"
    return {
        f"{account}:{address}": _PER_PAIR,
        f"log-in:address:{address}": _PER_ADDRESS,
        account: _PER_ACCOUNT,
    }


def _refuse_if_blocked(limits: dict[str, int]) -> None:
    if any(throttles.is_blocked(key, limit=limit) for key, limit in limits.items()):
        raise _too_many()


def _too_many() -> TooManyAttempts:
    return TooManyAttempts(minutes=int(_WINDOW.total_seconds()) // 60)
