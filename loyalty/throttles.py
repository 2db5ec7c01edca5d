"""Counting failed guesses, so that passwords and codes cannot be found by trying.

Counters live in the database: they count exactly under any number of processes and survive the loss of a cache. Only
failures count, so nobody is slowed down by succeeding often.

The way to use it: `check()` before looking at the secret, `count_failure()` after a wrong one, `check()` again after
a right one. Every guess takes its place in one line of failures, so of many guesses made at once no more than the
limit are ever answered truthfully.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from loyalty.models import Throttle
from loyalty.refusals import Refusal


class TooManyAttempts(Refusal):
    code = "throttle.too_many_attempts"
    message = "Too many attempts. Try again in {minutes} min."


@dataclass(frozen=True)
class Limit:
    """At most `failures` failures in a window that opens with the first of them."""

    name: str
    failures: int
    window: timedelta


@dataclass(frozen=True)
class Counter:
    """One limit applied to one party: an account, an address, or both together."""

    limit: Limit
    key: str

    @classmethod
    def of(cls, limit: Limit, *parts: object) -> "Counter":
        """Make a counter whose stored key tells nothing about the parts."""
        digest = salted_hmac("loyalty.throttles", "\x1f".join(map(str, parts)), algorithm="sha256").hexdigest()
        return cls(limit=limit, key=f"{limit.name}:{digest}")


def check(counters: Iterable[Counter], *, at: datetime) -> None:
    """Refuse when one of the counters has reached its limit.

    Raises: TooManyAttempts.
    """
    by_key = {counter.key: counter for counter in counters}
    for row in Throttle.objects.filter(key__in=by_key, window_ends_at__gt=at):
        if row.count >= by_key[row.key].limit.failures:
            raise _refusal(row, at=at)


def count_failure(counters: Iterable[Counter], *, at: datetime) -> None:
    """Count one failure on every counter; it stays counted whatever the caller does next.

    Raises: TooManyAttempts when this failure came after the last one allowed.
    Locks: the counters' rows, one after the other, never two at once.
    """
    over = [row for counter in counters if (row := _increment(counter, at=at)).count > counter.limit.failures]
    if over:
        raise _refusal(over[0], at=at)


def _increment(counter: Counter, *, at: datetime) -> Throttle:
    # durable: inside a caller's transaction the count would be rolled back together with the refusal.
    with transaction.atomic(durable=True):
        fresh = Throttle(key=counter.key, count=0, window_ends_at=at + counter.limit.window)
        Throttle.objects.bulk_create([fresh], ignore_conflicts=True)
        row = Throttle.objects.select_for_update().get(key=counter.key)
        if row.window_ends_at <= at:
            row.count, row.window_ends_at = 0, at + counter.limit.window
        row.count += 1
        row.save()
    return row


def _refusal(row: Throttle, *, at: datetime) -> TooManyAttempts:
    seconds = max(1, int((row.window_ends_at - at).total_seconds()))
    return TooManyAttempts(minutes=-(-seconds // 60), retry_after=seconds)


def client_address(request: HttpRequest) -> str:
    """Give the caller's address, believing `X-Forwarded-For` only as far as our own proxies wrote it."""
    direct = str(request.META.get("REMOTE_ADDR", ""))
    proxies: int = settings.TRUSTED_PROXIES
    forwarded = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    return forwarded[-proxies] if 0 < proxies <= len(forwarded) else direct
