"""Requests of people who cannot prove who they are: for a new password, for another activation message.

Whether an account is known shows neither in the answer nor in the work. A request looks once, counts, and records one
event, about the account or about `NOBODY`; everything else happens when the event's message is sent, which for nobody
means not at all.
"""

from datetime import timedelta
from uuid import UUID

from loyalty import throttles
from loyalty.refusals import Refusal

# Whom an event is about when no account was meant.
NOBODY = UUID(int=0)
# A shop full of people may share one address.
_ADDRESS_WINDOW, _PER_ADDRESS = timedelta(minutes=15), 100
_PAUSE = timedelta(minutes=1)
_ACCOUNT_WINDOW, _PER_ACCOUNT = timedelta(hours=1), 10


class TooManyRequests(Refusal):
    code = "request.too_many"
    message = "Too many requests. Try again in {minutes} minutes."


def admit(purpose: str, *, account: str, address: str) -> bool:
    """Count a request and tell whether a message may follow: one a minute and ten an hour for an account.

    `account` is the account's id, or what was typed where no account is known: both are counted alike. Who asks too
    early is not told so, for the same reason.
    Raises: TooManyRequests by the caller's address.
    """
    if not throttles.count_failure(
        f"{purpose}:address:{address}", limit=_PER_ADDRESS, window=_ADDRESS_WINDOW
    ):
        raise TooManyRequests(minutes=throttles.minutes_of(_ADDRESS_WINDOW))
    return may_send(purpose, account=account)


def may_send(purpose: str, *, account: str) -> bool:
    """Count a message to an account and tell whether it may go out."""
    is_after_pause = throttles.count_failure(f"{purpose}:pause:{account}", limit=1, window=_PAUSE)
    within = throttles.count_failure(
        f"{purpose}:account:{account}", limit=_PER_ACCOUNT, window=_ACCOUNT_WINDOW
    )
    return is_after_pause and within
