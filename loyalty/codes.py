"""One-time codes and link tokens: sent to one person for one purpose, used once, within half an hour.

A code of digits is for a phone, a token of 256 bits for a link. Both are bound to the person they were made for, only
a keyed digest is stored, and a used one is gone. Guesses are counted atomically (`loyalty.throttles`), by address and,
for codes of digits, by store, because those name nobody and a guess could hit anybody's. Wrong, old, used and foreign
ones are refused alike.

A code is made when its message is sent. What it is to confirm is known before: `keep` holds the value until `renew`
makes the code.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from loyalty import throttles, tokens
from loyalty.actors import ActorKind
from loyalty.models import OneTimeCode
from loyalty.refusals import Refusal

LIFETIME = timedelta(minutes=30)
_DIGITS = 6
_WINDOW = timedelta(minutes=15)
_PER_ADDRESS, _PER_ADDRESS_LINKS, _PER_STORE = 10, 100, 300


class Purpose(StrEnum):
    ACTIVATION = "activation"
    PASSWORD_RESET = "password_reset"
    CONTACT_CHANGE = "contact_change"


class UnknownCode(Refusal):
    """Wrong, used, too old or somebody else's: nobody is told which."""

    code = "code.unknown"
    message = "This code is not valid. Ask for a new one."
    field = "code"


class TooManyGuesses(Refusal):
    code = "code.too_many_guesses"
    message = "Too many attempts. Try again in {minutes} minutes."


@dataclass(frozen=True)
class Holder:
    """Whom a code is for. `store_id` None: staff, who belong to no single store."""

    kind: ActorKind
    id: UUID
    store_id: UUID | None

    @classmethod
    def customer(cls, customer_id: UUID, store_id: UUID) -> "Holder":
        """Name a customer as the holder."""
        return cls(kind=ActorKind.CUSTOMER, id=customer_id, store_id=store_id)


@dataclass(frozen=True)
class Redeemed:
    """What a good code stood for; `value` is what it confirms."""

    holder: Holder
    value: str


def issue_link(purpose: Purpose, *, holder: Holder, at: datetime, value: str = "") -> str:
    """Make a link token, in place of an older one for the same person and purpose, and return its text.

    Locks: none; two at once leave one.
    """
    return _issue(purpose, holder=holder, at=at, value=value, make=_make_link)


def issue_digits(purpose: Purpose, *, holder: Holder, at: datetime, value: str = "") -> str:
    """Make a code of six digits that nobody else of the store has for this purpose now, and return it.

    In place of an older one for the same person and purpose.
    """
    return _issue(purpose, holder=holder, at=at, value=value, make=_make_digits)


def keep(purpose: Purpose, value: str, *, holder: Holder, at: datetime) -> None:
    """Hold a value that its holder is to confirm, in place of an older one; nobody has a code for it yet."""
    _issue(purpose, holder=holder, at=at, value=value, make=_make_link)


def kept(purpose: Purpose, *, holder: Holder) -> str | None:
    """Give the value that waits to be confirmed, or None; the night forgets it."""
    return _of(purpose, holder).values_list("value", flat=True).first()


def renew(purpose: Purpose, *, holder: Holder, at: datetime, as_digits: bool) -> tuple[str, str] | None:
    """Make a code for the value that waits to be confirmed and give both; None when nothing waits any more.

    A code made for it before is worthless. A newer value that takes its place meanwhile stays untouched.
    """
    row = _of(purpose, holder).first()
    while row is not None:
        raw = _make_digits() if as_digits else _make_link()
        try:
            with transaction.atomic():
                renewed = OneTimeCode.objects.filter(pk=row.pk).update(
                    digest=_digest(purpose, raw, holder.store_id), created_at=at, expires_at=at + LIFETIME
                )
        except IntegrityError:
            continue  # somebody else of the store has these digits
        return (raw, row.value) if renewed else None
    return None


def redeem(
    purpose: Purpose,
    raw: str,
    *,
    store_id: UUID | None,
    at: datetime,
    address: str,
    holder: Holder | None = None,
) -> Redeemed:
    """Use a code up and return what it stood for; with `holder` it must be theirs.

    `store_id` is the store in whose name it was shown, None where the route names none (only link tokens then).
    Raises: UnknownCode, TooManyGuesses. A code shown by somebody else stays good for its owner.
    Idempotent: no; of two who show the same code at once, one is refused.
    Never called inside a transaction, which would undo the count of a wrong guess.
    """
    limits = _limits(purpose, raw, store_id=store_id, address=address, holder=holder)
    if not throttles.count_guess(limits, window=_WINDOW):
        raise TooManyGuesses(minutes=throttles.minutes_of(_WINDOW))
    redeemed = _take(purpose, raw, store_id=store_id, at=at, holder=holder)
    if redeemed is None:
        raise UnknownCode
    throttles.take_back_guess(limits)
    return redeemed


def withdraw(holder: Holder, *, purpose: Purpose | None = None) -> None:
    """Make the codes that a person was sent worthless: all, or those for one purpose."""
    rows = OneTimeCode.objects.filter(holder_kind=holder.kind, holder_id=holder.id)
    (rows if purpose is None else rows.filter(purpose=purpose)).delete()


def _of(purpose: Purpose, holder: Holder) -> QuerySet[OneTimeCode]:
    return OneTimeCode.objects.filter(purpose=purpose, holder_kind=holder.kind, holder_id=holder.id)


def _make_link() -> str:
    return secrets.token_urlsafe(32)


def _make_digits() -> str:
    return f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}}"


def _issue(purpose: Purpose, *, holder: Holder, at: datetime, value: str, make: Callable[[], str]) -> str:
    while True:
        raw = make()
        row = OneTimeCode(
            store_id=holder.store_id,
            purpose=purpose,
            holder_kind=holder.kind,
            holder_id=holder.id,
            digest=_digest(purpose, raw, holder.store_id),
            value=value,
            created_at=at,
            expires_at=at + LIFETIME,
        )
        try:
            with transaction.atomic():
                _of(purpose, holder).delete()
                row.save(force_insert=True)
        except IntegrityError:
            continue  # somebody else of the store has these digits, or this person asked twice at once
        return raw


def _take(
    purpose: Purpose, raw: str, *, store_id: UUID | None, at: datetime, holder: Holder | None
) -> Redeemed | None:
    digests = {_digest(purpose, raw, store_id), _digest(purpose, raw, None)}
    found = OneTimeCode.objects.filter(purpose=purpose, digest__in=digests, expires_at__gt=at)
    if store_id is not None:
        found = found.filter(store_id=store_id)
    if holder is not None:
        found = found.filter(holder_kind=holder.kind, holder_id=holder.id)
    row = found.first()
    if row is None:
        return None
    # Whose DELETE counts one row has used the code; everybody else comes too late.
    deleted, _ = OneTimeCode.objects.filter(pk=row.pk, digest=row.digest).delete()
    if not deleted:
        return None
    owner = Holder(kind=ActorKind(row.holder_kind), id=row.holder_id, store_id=row.store_id)
    return Redeemed(holder=owner, value=row.value)


def _digest(purpose: Purpose, raw: str, store_id: UUID | None) -> str:
    """Give the digest of a code; digits are told apart by store, link tokens are unique anywhere."""
    scope = str(store_id) if _is_digits(raw) else ""
    return tokens.digest_of(f"{purpose}:{scope}:{raw}")


def _is_digits(raw: str) -> bool:
    return len(raw) <= _DIGITS


def _limits(
    purpose: Purpose, raw: str, *, store_id: UUID | None, address: str, holder: Holder | None
) -> dict[str, int]:
    if not _is_digits(raw):
        return {f"code:{purpose}:link:{address}": _PER_ADDRESS_LINKS}
    if holder is not None:
        # Only their own code can be hit: their guesses close nobody else's way.
        return {f"code:{purpose}:{holder.kind}:{holder.id}": _PER_ADDRESS}
    return {
        f"code:{purpose}:{store_id}:{address}": _PER_ADDRESS,
        f"code:{purpose}:{store_id}": _PER_STORE,
    }
