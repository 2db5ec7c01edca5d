"""Log-ins by password, whoever's and through whichever face: failures are counted, and too many end in a refusal.

Counted are the failures of an account from one address, of an address, and of an account from anywhere. Faces that
name an account by the same text count together; somebody else's guesses do not lock out its owner.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from django.contrib.auth.hashers import make_password

from loyalty import throttles
from loyalty.refusals import Refusal

WINDOW = timedelta(minutes=15)
_PER_PAIR, _PER_ADDRESS, _PER_ACCOUNT = 10, 100, 100
_Holder = TypeVar("_Holder")


class TooManyAttempts(Refusal):
    code = "log_in.too_many_attempts"
    message = "Too many attempts. Try again in {minutes} minutes."


def staff_account(username: str) -> str:
    """Name the account of a member of staff, so that guesses add up over cockpit and API."""
    return f"admin::{username.lower()}"


def check_nobody(password: str) -> None:
    """Do the work of a password check for an account that is not there, so that its time tells nobody who is."""
    make_password(password)


def attempt(verify: Callable[[], _Holder | None], *, account: str, address: str) -> _Holder | None:
    """Give whom `verify` finds to know the password, forgetting earlier slips, or count a failure and give None.

    `account` names the account as it was typed, known or not: both are counted alike.
    Raises: TooManyAttempts.
    """
    account = f"log-in:{account}"
    pair = f"{account}:{address}"
    limits = {pair: _PER_PAIR, f"log-in:address:{address}": _PER_ADDRESS, account: _PER_ACCOUNT}
    _refuse_if_blocked(limits)
    holder = verify()
    if holder is None:
        within = [throttles.count_failure(key, limit=limit, window=WINDOW) for key, limit in limits.items()]
        if not all(within):
            raise _too_many()
        return None
    # Guesses made at the same time may have used up the limit meanwhile: then even a right one is refused.
    _refuse_if_blocked(limits)
    throttles.forget(pair)
    return holder


def _refuse_if_blocked(limits: dict[str, int]) -> None:
    if any(throttles.is_blocked(key, limit=limit) for key, limit in limits.items()):
        raise _too_many()


def _too_many() -> TooManyAttempts:
    return TooManyAttempts(minutes=throttles.minutes_of(WINDOW))
