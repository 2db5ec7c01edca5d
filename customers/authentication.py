"""Customers prove who they are: a password with an e-mail, phone or card number.

Every refusal of an unknown account, a wrong password and an account without one is the same, and costs the same
work, so answers tell nobody who is a member.
"""

from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password

from customers import identification
from customers.models import Customer
from loyalty import throttles
from loyalty.models import Store
from loyalty.refusals import Refusal

# One address against one account; one address against all of them; the whole world against one account.
_PER_ACCOUNT_AND_ADDRESS = throttles.Limit("log-in.pair", failures=10, window=timedelta(minutes=15))
_PER_ADDRESS = throttles.Limit("log-in.address", failures=100, window=timedelta(minutes=15))
_PER_ACCOUNT = throttles.Limit("log-in.account", failures=100, window=timedelta(days=1))


class WrongCredentials(Refusal):
    code = "log_in.wrong_credentials"
    message = "We do not know this combination. Check both fields."


class NotActive(Refusal):
    """The password is right, but the account is not open: said only to who knows the password."""

    code = "log_in.not_active"
    message = "This account is not active. Ask the staff to activate it."


def log_in(store: Store, *, identifier: str, password: str, address: str, at: datetime) -> Customer:
    """Check a customer's password, note the log-in and return the customer.

    Raises: WrongCredentials, NotActive, throttles.TooManyAttempts.
    Must not be called inside a transaction: a failure stays counted though the log-in is refused.
    """
    account = (store.pk, identifier.strip().casefold())
    counters = [
        throttles.Counter.of(_PER_ACCOUNT_AND_ADDRESS, *account, address),
        throttles.Counter.of(_PER_ADDRESS, address),
        throttles.Counter.of(_PER_ACCOUNT, *account),
    ]
    throttles.check(counters, at=at)
    customer = _check_password(identification.find_by_identifier(store, identifier), password)
    if customer is None:
        throttles.count_failure(counters, at=at)
        raise WrongCredentials
    throttles.check(counters, at=at)
    if not customer.is_active:
        raise NotActive
    customer.last_login_at = at
    customer.save(update_fields=["last_login_at"])
    return customer


def _check_password(customer: Customer | None, password: str) -> Customer | None:
    if customer is None or not customer.password:
        make_password(password)  # the work of a real check
        return None
    return customer if customer.check_password(password) else None
