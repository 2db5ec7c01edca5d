"""Partners open a wallet before they use it, and keep texts by name in it.

Every customer has points from the first day; opening only tells that a partner's programme knows this customer. What
time and points do to a wallet needs none of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from customers.models import Customer
from customers.refusals import CustomerAnonymized
from loyalty import events
from loyalty.actors import Actor
from loyalty.events import Event, Subject
from loyalty.refusals import InvalidInput, NotFound
from wallet.events import WalletAttributesChanged, WalletOpened
from wallet.ledger.posting import lock_open_wallets
from wallet.models import Wallet

MAX_ATTRIBUTES = 50


@dataclass(frozen=True)
class Opened:
    """A wallet, and whether this call opened it."""

    wallet: Wallet
    is_new: bool


def open_wallet(customer: Customer, *, at: datetime, actor: Actor) -> Opened:
    """Open a customer's wallet and return it; nothing happens to one that is open.

    Locks: the wallet.
    """
    with events.atomic():
        (wallet,) = lock_open_wallets([customer.pk])
        is_new = _open(wallet, at=at, actor=actor)
    return Opened(wallet, is_new)


def overwrite_attributes(
    customer: Customer, attributes: Mapping[str, str], *, at: datetime, actor: Actor
) -> Opened:
    """Open a customer's wallet where it is not, and overwrite the attributes that are given and not empty.

    Raises: InvalidInput for too many, CustomerAnonymized. Nothing is written then.   Locks: the wallet.
    """
    given = {name: text for name, text in attributes.items() if text}
    with events.atomic():
        (wallet,) = lock_open_wallets([customer.pk])
        is_new = _open(wallet, at=at, actor=actor)
        _keep(wallet, {**wallet.attributes, **given}, at=at, actor=actor)
    return Opened(wallet, is_new)


def replace_attributes(
    customer: Customer, attributes: Mapping[str, str], *, at: datetime, actor: Actor, opens: bool = True
) -> Opened:
    """Let a wallet have exactly these attributes, opening it where it is not and `opens` says so.

    Raises: NotFound for a wallet that stays unopened, InvalidInput for too many attributes, CustomerAnonymized.
    Nothing is written then.   Locks: the wallet.
    """
    with events.atomic():
        (wallet,) = lock_open_wallets([customer.pk])
        if wallet.opened_at is None and not opens:
            raise NotFound
        is_new = _open(wallet, at=at, actor=actor)
        _keep(wallet, dict(attributes), at=at, actor=actor)
    return Opened(wallet, is_new)


def _open(wallet: Wallet, *, at: datetime, actor: Actor) -> bool:
    if wallet.opened_at is not None:
        return False
    wallet.opened_at = at
    wallet.save(update_fields=["opened_at"])
    _record(WalletOpened(), wallet, at=at, actor=actor)
    return True


def _keep(wallet: Wallet, attributes: dict[str, str], *, at: datetime, actor: Actor) -> None:
    before = wallet.attributes
    changed = [name for name in {*before, *attributes} if before.get(name) != attributes.get(name)]
    if not changed:
        return
    # Erasing locks the wallet first: whoever waited for it is told here.
    if Customer.objects.filter(pk=wallet.pk, anonymized_at__isnull=False).exists():
        raise CustomerAnonymized
    if len(attributes) > MAX_ATTRIBUTES:
        raise InvalidInput(reason=f"A wallet keeps at most {MAX_ATTRIBUTES} attributes.")
    wallet.attributes = attributes
    wallet.save(update_fields=["attributes"])
    _record(WalletAttributesChanged(count=len(changed)), wallet, at=at, actor=actor)


def _record(event: Event, wallet: Wallet, *, at: datetime, actor: Actor) -> None:
    events.record(event, store_id=wallet.store_id, actor=actor, subject=Subject.customer(wallet.pk), at=at)
