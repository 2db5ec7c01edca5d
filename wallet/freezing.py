"""The check of the whole ledger, and what follows: nothing leaves a wallet that does not add up until it does.

A wallet is read while others move points, so one that seems to drift is looked at once more under its lock.
"""

from datetime import datetime
from uuid import UUID

import structlog

from customers.models import Customer
from loyalty import events
from loyalty.actors import SYSTEM, Actor
from loyalty.events import Subject
from loyalty.refusals import Refusal
from wallet import verification
from wallet.events import LedgerChecked, WalletFroze, WalletThawed
from wallet.ledger.posting import lock_wallets
from wallet.models import Wallet
from wallet.verification import Drift

log = structlog.get_logger(__name__)


class WalletDrifts(Refusal):
    """Its sums and its entries still disagree."""

    code = "wallet.drifts"
    message = "This wallet does not add up yet: {figure} is {kept}, should be {computed}."


def check_everything(*, at: datetime) -> list[Drift]:
    """Check every wallet, freeze those that drift, record the outcome, and give what disagrees.

    Idempotent: a frozen wallet stays frozen, and is told of again.   Locks: one suspicious wallet at a time.
    """
    suspects = {drift.wallet_id for drift in verification.find_drifts()}
    drifts = [drift for wallet_id in sorted(suspects) for drift in _freeze(wallet_id, at=at)]
    with events.atomic():
        events.record(
            LedgerChecked(
                wallets=Wallet.objects.count(), drifting=len({drift.wallet_id for drift in drifts})
            ),
            store_id=None,
            actor=SYSTEM,
            subject=Subject("ledger", ""),
            at=at,
        )
    return drifts


def thaw(customer: Customer, *, at: datetime, actor: Actor) -> None:
    """Let points leave a wallet again that adds up now.

    Raises: WalletDrifts.   Idempotent: on a wallet that is not frozen, nothing happens.   Locks: the wallet.
    """
    with events.atomic():
        (wallet,) = lock_wallets([customer.pk])
        for drift in verification.check_wallets([wallet]):
            raise WalletDrifts(figure=drift.figure, kept=drift.kept, computed=drift.computed)
        if not wallet.is_frozen:
            return
        wallet.is_frozen = False
        wallet.save(update_fields=["is_frozen"])
        _record(WalletThawed(), wallet, at=at, actor=actor)


def _freeze(wallet_id: UUID, *, at: datetime) -> list[Drift]:
    with events.atomic():
        (wallet,) = lock_wallets([wallet_id])
        drifts = list(verification.check_wallets([wallet]))
        for drift in drifts:
            log.error("ledger drift", wallet=str(wallet_id), figure=drift.figure)
        if drifts and not wallet.is_frozen:
            wallet.is_frozen = True
            wallet.save(update_fields=["is_frozen"])
            _record(WalletFroze(figure=drifts[0].figure), wallet, at=at, actor=SYSTEM)
    return drifts


def _record(event: events.Event, wallet: Wallet, *, at: datetime, actor: Actor) -> None:
    events.record(event, store_id=wallet.store_id, actor=actor, subject=Subject.customer(wallet.pk), at=at)
