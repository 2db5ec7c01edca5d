"""Counters in a window of time: wrong passwords, guessed codes, requests and messages, per account and address.

Of log-ins only failures are counted, so nobody who knows the password is ever slowed down. Redis counts when there
is one (INCR is atomic over all workers); otherwise, and while Redis is away, one atomic upsert in the `Throttle`
table does.
"""

import hashlib
import ipaddress
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import lru_cache

import redis
import structlog
from django.conf import settings
from django.db import connection
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

from loyalty.models import Throttle

log = structlog.get_logger(__name__)
# What a provider gives to one household at least.
_IPV6_PREFIX = 64


def count_failure(key: str, *, limit: int, window: timedelta) -> bool:
    """Count one failure and tell whether the caller is still within the limit."""
    name = _stored_name(key)
    count = _count_in_redis(name, window)
    return (_count_in_table(name, window) if count is None else count) <= limit


def is_blocked(key: str, *, limit: int) -> bool:
    """Tell whether the failures counted under a key have used up the limit."""
    name = _stored_name(key)
    count = _read_redis(name)
    return (_read_table(name) if count is None else count) >= limit


def count_guess(limits: Mapping[str, int], *, window: timedelta) -> bool:
    """Count one guess under every key before it is looked at, and tell whether it may be.

    However many guess at once, no more than the limits allow are looked at. `limits` begins with the narrowest key, and
    one that is used up ends the counting: whoever guesses on uses up nothing that others share.
    """
    return all(count_failure(key, limit=limit, window=window) for key, limit in limits.items())


def take_back_guess(limits: Iterable[str]) -> None:
    """Uncount a guess under every key, because it turned out to be none."""
    for key in limits:
        take_back(key)


@contextmanager
def guessing(
    limits: Mapping[str, int], *, window: timedelta, wrong: tuple[type[Exception], ...], too_many: Exception
) -> Iterator[None]:
    """Count what is done inside as one guess, and uncount it unless it ends in one of `wrong`.

    Raises: `too_many` in place of doing it, when a limit of `count_guess` is used up.
    Never called inside a transaction, which would undo the count of a wrong guess.
    """
    if not count_guess(limits, window=window):
        raise too_many
    try:
        yield
    except wrong:
        raise
    except Exception:
        take_back_guess(limits)
        raise
    take_back_guess(limits)


def take_back(key: str) -> None:
    """Uncount one attempt, because it turned out to be right; a window that has ended stays ended."""
    name = _stored_name(key)
    client = _redis()
    if client is not None:
        try:
            if int(str(client.decr(_redis_key(name)))) < 0:
                client.delete(_redis_key(name))  # the window had ended; the key would never end
        except redis.RedisError:
            log.warning("redis is away; throttles count in the database")
    Throttle.objects.filter(key=name, count__gt=0).update(count=F("count") - 1)


def forget(key: str) -> None:
    """Clear the failures counted under a key, because its owner proved to be right."""
    name = _stored_name(key)
    client = _redis()
    if client is not None:
        try:
            client.delete(_redis_key(name))
        except redis.RedisError:
            log.warning("redis is away; throttles count in the database")
    Throttle.objects.filter(key=name).delete()


def minutes_of(window: timedelta) -> int:
    """Give the minutes that whoever did too much is told to wait: the whole window, which ends sooner or then."""
    return int(window.total_seconds()) // 60


def client_address(request: HttpRequest) -> str:
    """Give the address by which a caller is counted: the connection's, or what our own proxies vouch for.

    `TRUSTED_PROXIES` says how many of them there are. Of an IPv6 address only the network counts: whoever has one
    has all its addresses, so that each guess could come from another one.
    """
    peer = str(request.META.get("REMOTE_ADDR", ""))
    hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
    trusted: int = settings.TRUSTED_PROXIES
    return _counted_as(str(hops[-trusted]) if trusted and len(hops) >= trusted else peer)


def _counted_as(address: str) -> str:
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if known.version == 4:
        return str(known)
    if known.ipv4_mapped is not None:
        return str(known.ipv4_mapped)
    return str(ipaddress.ip_network((int(known), _IPV6_PREFIX), strict=False))


def _stored_name(key: str) -> str:
    # A digest: account names are personal data, and may be longer than the column.
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def _redis_key(name: str) -> str:
    # The cache's own prefix: installations and test runs that share a Redis do not count for one another.
    return f"{settings.CACHES['default'].get('KEY_PREFIX', '')}:throttle:{name}"


@lru_cache(maxsize=1)
def _client(url: str) -> "redis.Redis":
    return redis.Redis.from_url(url, socket_timeout=0.5, socket_connect_timeout=0.5)


def _redis() -> "redis.Redis | None":
    return _client(settings.REDIS_URL) if settings.REDIS_URL else None


def _count_in_redis(name: str, window: timedelta) -> int | None:
    client = _redis()
    if client is None:
        return None
    try:
        pipe = client.pipeline(transaction=True)
        pipe.set(_redis_key(name), 0, ex=int(window.total_seconds()), nx=True)
        pipe.incr(_redis_key(name))
        return int(pipe.execute()[1])
    except redis.RedisError:
        log.warning("redis is away; throttles count in the database")
        return None


def _read_redis(name: str) -> int | None:
    client = _redis()
    if client is None:
        return None
    try:
        value = client.get(_redis_key(name))
    except redis.RedisError:
        return None
    return int(value) if isinstance(value, bytes | str) else 0


def _count_in_table(name: str, window: timedelta) -> int:
    now: datetime = timezone.now()
    table = connection.ops.quote_name(Throttle._meta.db_table)
    at = connection.ops.adapt_datetimefield_value(now)
    ends = connection.ops.adapt_datetimefield_value(now + window)
    # One statement counts or starts a new window, so no failure is lost between a read and a write.
    statement = (
        f"INSERT INTO {table} (key, count, window_ends_at) VALUES (%s, 1, %s) "  # noqa: S608  # no input in it
        f"ON CONFLICT (key) DO UPDATE SET "
        f"count = CASE WHEN {table}.window_ends_at <= %s THEN 1 ELSE {table}.count + 1 END, "
        f"window_ends_at = CASE WHEN {table}.window_ends_at <= %s THEN excluded.window_ends_at "
        f"ELSE {table}.window_ends_at END RETURNING count"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [name, ends, at, at])
        return int(cursor.fetchone()[0])


def _read_table(name: str) -> int:
    counted = Throttle.objects.filter(key=name, window_ends_at__gt=timezone.now()).values_list(
        "count", flat=True
    )
    return counted.first() or 0
