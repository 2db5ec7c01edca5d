"""Vouchers: made by staff or partners, one or many at a time, and turned into points once.

A voucher is used by its id (partners) or by its code (customers). A code has 65 random bits, and guesses are counted
atomically for the customer, the address and the store. An id has 122: wrong ones are counted for the customer alone,
because one partner's address stands for many. A voucher that is unknown, of another store or for another wallet is
refused alike, and trying it does not use it up.
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from customers.models import Customer
from loyalty import events, throttles
from loyalty.actors import Actor
from loyalty.events import Subject
from loyalty.models import Store
from loyalty.refusals import InvalidInput, Refusal
from wallet import expiry, ledger
from wallet.events import VouchersCreated
from wallet.ledger.posting import checked_points, lock_wallets
from wallet.models import PointsTransfer, Voucher, Wallet

SOURCE = "voucher"
MAX_AT_ONCE = 100_000
# Letters and digits that nobody confuses on paper; thirteen of them are 65 bits.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE_LENGTH = 13
_MISREAD = str.maketrans("OIL", "011")
_CHUNK = 1000
_WINDOW = timedelta(minutes=15)
_PER_CUSTOMER, _PER_ADDRESS, _PER_STORE = 10, 30, 1000


class UnknownVoucher(Refusal):
    """No voucher of this store, or one for another wallet."""

    code = "voucher.unknown"
    message = "This voucher is not valid."
    field = "voucher"


class VoucherUsed(Refusal):
    """Somebody has used it already."""

    code = "voucher.used"
    message = "This voucher was used already."
    field = "voucher"


class VoucherExpired(Refusal):
    """Its last day has passed."""

    code = "voucher.expired"
    message = "This voucher has expired."
    field = "voucher"


class TooManyGuesses(Refusal):
    """Too many vouchers that are none."""

    code = "voucher.too_many_guesses"
    message = "Too many attempts. Try again in {minutes} minutes."


@dataclass(frozen=True)
class Terms:
    """What a voucher is worth and under which conditions.

    Units: `amount` points; `price` money it was sold for. Without `points_expire_in_days` the programme says how long
    the points live; without `expires_at` the voucher itself never expires.
    """

    amount: Decimal
    price: Decimal | None = None
    expires_at: datetime | None = None
    points_expire_in_days: int | None = None
    for_wallet_id: UUID | None = None
    extra: dict[str, Any] = field(default_factory=dict)


def create(
    store: Store, terms: Terms, *, at: datetime, actor: Actor, voucher_id: UUID | None = None
) -> Voucher:
    """Make one voucher and return it.

    Raises: InvalidPoints, InvalidInput (already expired), UnknownVoucher at `for_wallet` when no wallet of the store
    is meant. Nothing is written then.
    Idempotent: on `voucher_id`, where the caller gives one.
    """
    _check(store, terms, at=at)
    with events.atomic():
        made = Voucher.objects.filter(pk=voucher_id, store=store).first() if voucher_id else None
        if made is not None:
            return made
        voucher = _build(store, terms, at=at)
        voucher.pk = voucher_id or voucher.pk
        voucher.save(force_insert=True)
        _record(store, [voucher], at=at, actor=actor)
    return voucher


def create_series(store: Store, terms: Terms, *, count: int, series: str, at: datetime, actor: Actor) -> int:
    """Make many vouchers of the same terms under the name of a series, and give how many.

    Raises: InvalidPoints, InvalidInput (no sensible count, already expired). Nothing is written then.
    """
    _check(store, terms, at=at)
    if not 0 < count <= MAX_AT_ONCE:
        raise InvalidInput(field="count", reason=f"Make 1 to {MAX_AT_ONCE} vouchers at a time.")
    with events.atomic():
        for size in _chunks(count):
            made = [_build(store, terms, at=at, series=series) for _ in range(size)]
            Voucher.objects.bulk_create(made)
            _record(store, made, at=at, actor=actor, series=series)
    return count


def use(
    customer: Customer, reference: UUID | str, *, at: datetime, actor: Actor, address: str
) -> PointsTransfer:
    """Turn a voucher, by id or by code, into points of a customer and return the transfer.

    Raises: UnknownVoucher, VoucherUsed, VoucherExpired, TooManyGuesses. Nothing moves then.
    Locks: the wallet, then the voucher; of two who use one voucher at once, the second finds it used.
    """
    if isinstance(reference, UUID):
        return _use_by_id(customer, reference, at=at, actor=actor)
    limits = _limits(customer, address)
    with throttles.guessing(limits, window=_WINDOW, wrong=(UnknownVoucher,), too_many=_too_many()):
        return _use(customer, reference, at=at, actor=actor)


def used_by(customer: Customer, code: str) -> PointsTransfer | None:
    """Give what a voucher with this code gave to this customer, if they have used it."""
    mine = Voucher.objects.filter(store_id=customer.store_id, code=fold_code(code), used_by=customer.pk)
    used = mine.values_list("pk", flat=True).first()
    return PointsTransfer.objects.filter(wallet_id=customer.pk, voucher_id=used).first() if used else None


def fold_code(text: str) -> str:
    """Give a code as it is kept: without blanks and dashes, misread letters put right."""
    return "".join(character for character in text.upper() if character.isalnum()).translate(_MISREAD)


def spell_code(code: str) -> str:
    """Give a code as people read it, in groups."""
    return "-".join((code[:4], code[4:8], code[8:]))


def _use_by_id(customer: Customer, voucher_id: UUID, *, at: datetime, actor: Actor) -> PointsTransfer:
    """Use a voucher by its id. Right ones are never counted, so that many at once do not look like guessing."""
    counter = _counter_of(customer)
    if throttles.is_blocked(counter, limit=_PER_CUSTOMER):
        raise _too_many()
    try:
        return _use(customer, voucher_id, at=at, actor=actor)
    except UnknownVoucher:
        throttles.count_failure(counter, limit=_PER_CUSTOMER, window=_WINDOW)
        raise


def _use(customer: Customer, reference: UUID | str, *, at: datetime, actor: Actor) -> PointsTransfer:
    with events.atomic(savepoint=True):
        lock_wallets([customer.pk])
        named = {"pk": reference} if isinstance(reference, UUID) else {"code": fold_code(reference)}
        vouchers = Voucher.objects.select_for_update(of=("self",)).filter(store_id=customer.store_id)
        voucher = vouchers.filter(**named).first()
        if voucher is None or voucher.for_wallet_id not in {None, customer.pk}:
            raise UnknownVoucher
        if voucher.used_at is not None:
            raise VoucherUsed
        if voucher.expires_at is not None and voucher.expires_at <= at:
            raise VoucherExpired
        voucher.used_at, voucher.used_by_id = at, customer.pk
        voucher.save(update_fields=["used_at", "used_by"])
        return ledger.add(
            customer,
            voucher.amount,
            at=at,
            actor=actor,
            origin=ledger.Origin(
                source=SOURCE, external_id=str(voucher.pk), voucher_id=voucher.pk, extra=voucher.extra
            ),
            expires_at=_points_expire(customer.store, voucher, at=at),
            price=voucher.price,
        )


def _points_expire(store: Store, voucher: Voucher, *, at: datetime) -> datetime | str | None:
    days = voucher.points_expire_in_days
    if days is None:
        return ledger.BY_THE_PROGRAMME
    usable_from = expiry.locked_until(store.programme, at=at) or at
    return expiry.after_days(days, usable_from=usable_from, zone=store.programme.zone)


def _check(store: Store, terms: Terms, *, at: datetime) -> None:
    checked_points(terms.amount)
    if terms.expires_at is not None and terms.expires_at <= at:
        raise InvalidInput(field="expires_at", reason="This moment has passed already.")
    if (
        terms.for_wallet_id is not None
        and not Wallet.objects.filter(store=store, pk=terms.for_wallet_id).exists()
    ):
        raise UnknownVoucher(field="for_wallet")


def _build(store: Store, terms: Terms, *, at: datetime, series: str = "") -> Voucher:
    return Voucher(
        store=store,
        code="".join(secrets.choice(_ALPHABET) for _ in range(_CODE_LENGTH)),
        series=series,
        amount=terms.amount,
        price=terms.price,  # type: ignore[misc]  # one type per field
        for_wallet_id=terms.for_wallet_id,
        points_expire_in_days=terms.points_expire_in_days,
        extra=terms.extra,
        expires_at=terms.expires_at,
        created_at=at,
    )


def _chunks(count: int) -> Iterator[int]:
    for start in range(0, count, _CHUNK):
        yield min(_CHUNK, count - start)


def _record(store: Store, made: list[Voucher], *, at: datetime, actor: Actor, series: str = "") -> None:
    first = made[0]
    events.record(
        VouchersCreated(count=len(made), points=str(first.amount), series=series),
        store_id=store.pk,
        actor=actor,
        subject=Subject("voucher", str(first.pk)),
        at=at,
    )


def _limits(customer: Customer, address: str) -> dict[str, int]:
    return {
        _counter_of(customer): _PER_CUSTOMER,
        f"voucher:{customer.store_id}:{address}": _PER_ADDRESS,
        f"voucher:{customer.store_id}": _PER_STORE,
    }


def _counter_of(customer: Customer) -> str:
    return f"voucher:{customer.pk}"


def _too_many() -> TooManyGuesses:
    return TooManyGuesses(minutes=throttles.minutes_of(_WINDOW))
