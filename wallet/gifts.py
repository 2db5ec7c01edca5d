"""Points that a customer sends to another one: to whom, how much in a day, and how old the account must be.

The programme says how many points a customer may give in one day of the store (`points_gift_daily_limit`, 0: any
number) and how many days an account must be there before it gives any (`points_gift_min_account_days`). Whoever asks
for very many recipients is stopped, because the answers would tell who is a customer.
"""

from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Sum

from customers import identification
from customers.identification import UnknownCustomer
from customers.models import Customer
from loyalty import calendar, events, throttles
from loyalty.actors import Actor
from loyalty.amounts import ZERO
from loyalty.refusals import NotFound, Refusal
from wallet import ledger, queries
from wallet.ledger.posting import checked_points, lock_wallets
from wallet.ledger.refusals import NotEnoughPoints, WalletFrozen
from wallet.models import PointsTransfer, Wallet

# How many different recipients one customer may name in a day, known or not.
RECIPIENTS_PER_DAY = 10
_DAY = timedelta(days=1)


class DailyLimitReached(Refusal):
    """Together with what was given today, it is more than the programme lets a customer give in a day."""

    code = "points.gift_daily_limit"
    message = "No more than {limit} points can be given in a day; {left} are left today."
    field = "points"


class AccountTooYoung(Refusal):
    """The account has not been there long enough to give points."""

    code = "points.gift_account_too_young"
    message = "Points can be given from {day} on."


class TooManyRecipients(Refusal):
    """So many recipients in a day that the answers would make a list of customers."""

    code = "points.gift_too_many"
    message = "No more than {limit} recipients in a day. Try again tomorrow."


def send(
    sender: Customer, recipient: str, points: Decimal, *, at: datetime, actor: Actor, origin: ledger.Origin
) -> PointsTransfer:
    """Send a customer's points to another one, named by e-mail, phone, card number or id, and return the transfer.

    What only concerns the sender is checked before anybody is looked up, so it tells nothing about others.
    Units: `points` Decimal, two places, > 0.
    Raises: UnknownCustomer at `receiver` (also for one who is not active), DailyLimitReached, AccountTooYoung,
    TooManyRecipients, and what `ledger.give` raises. Nothing moves then.
    Idempotent: on (`origin.source`, `origin.external_id`).   Locks: both wallets, in order of id.
    """
    checked_points(points)
    if not _is_repeat(sender, origin):
        _check_sender(sender, points, at=at)
    _count_recipient(sender, recipient)
    receiver = _active_customer(sender, recipient)
    with events.atomic():
        lock_wallets([sender.pk, receiver.pk])
        # Again, under the lock: of two gifts at once only one may use up what is left of the day.
        if not _is_repeat(sender, origin):
            _check_day(sender, points, at=at)
        return ledger.give(sender, receiver, points, at=at, actor=actor, origin=origin)


def left_today(sender: Customer, *, at: datetime) -> Decimal | None:
    """Give how many points a customer may still give today, or None where the programme sets no limit."""
    limit = sender.store.programme.points_gift_daily_limit
    return max(limit - _given_today(sender, at=at), ZERO) if limit > 0 else None


def open_from(sender: Customer) -> datetime:
    """Give the moment from which a customer's account is old enough to give points."""
    programme = sender.store.programme
    days = programme.points_gift_min_account_days
    if days <= 0:
        return sender.created_at
    joined = sender.created_at.astimezone(programme.zone).date()
    return calendar.start_of_day(joined + timedelta(days=days), programme.zone)


def _is_repeat(sender: Customer, origin: ledger.Origin) -> bool:
    if origin.external_id is None:
        return False
    made = PointsTransfer.objects.filter(
        store_id=sender.store_id, source=origin.source, external_id=origin.external_id
    )
    return made.exists()


def _check_sender(sender: Customer, points: Decimal, *, at: datetime) -> None:
    opens = open_from(sender)
    if at < opens:
        raise AccountTooYoung(day=opens.astimezone(sender.store.programme.zone).date())
    _check_day(sender, points, at=at)
    wallet = Wallet.objects.get(pk=sender.pk)
    if wallet.is_frozen:
        raise WalletFrozen
    if queries.figures_of(wallet, at=at).available < points:
        raise NotEnoughPoints


def _check_day(sender: Customer, points: Decimal, *, at: datetime) -> None:
    left = left_today(sender, at=at)
    if left is not None and points > left:
        raise DailyLimitReached(limit=sender.store.programme.points_gift_daily_limit, left=left)


def _given_today(sender: Customer, *, at: datetime) -> Decimal:
    zone = sender.store.programme.zone
    given = PointsTransfer.objects.filter(
        wallet_id=sender.pk,
        kind=PointsTransfer.Kind.P2P_SPENDING,
        created_at__gte=calendar.start_of_day(at.astimezone(zone).date(), zone),
    ).exclude(state=PointsTransfer.State.CANCELED)
    return given.aggregate(total=Sum("value"))["total"] or ZERO


def _count_recipient(sender: Customer, recipient: str) -> None:
    """Count a recipient who was not named before today. Raises: TooManyRecipients."""
    named, all_named = f"gift:{sender.pk}:{recipient.strip().casefold()}", f"gifts:{sender.pk}"
    if throttles.is_blocked(named, limit=1):
        return
    if not throttles.count_failure(all_named, limit=RECIPIENTS_PER_DAY, window=_DAY):
        throttles.take_back(all_named)
        raise TooManyRecipients(limit=RECIPIENTS_PER_DAY)
    if not throttles.count_failure(named, limit=1, window=_DAY):
        # Another gift to the same one, at the same moment, has counted them.
        throttles.take_back(all_named)


def _active_customer(sender: Customer, text: str) -> Customer:
    """Find whom a customer means; one who is not active is answered like one who is not there."""
    # PostgreSQL takes no text with a null character in it.
    if "\x00" in text:
        raise UnknownCustomer(field="receiver")
    found: Customer | None
    try:
        # An id before a card: customers choose their numbers themselves, and one could read like somebody's id.
        found = identification.find_by_any(sender.store, text)
    except NotFound:
        found = identification.find_by_identifier(sender.store, text)
    if found is None or not found.is_active:
        raise UnknownCustomer(field="receiver")
    return found
