"""Many adds at once, for load data: the ledger's rules in a fixed handful of statements for any number of grants."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from loyalty import events
from loyalty.actors import Actor
from loyalty.models import Store
from wallet import expiry
from wallet.ledger.origin import Origin
from wallet.ledger.posting import SUMS, Balance, Posting, Reason, build_transfer, checked_points, lock_wallets
from wallet.ledger.settling import settle
from wallet.models import LedgerEntry, PointsTransfer, Wallet

_BATCH = 2000


@dataclass(frozen=True)
class Grant:
    """Points for one customer at one moment."""

    customer_id: UUID
    points: Decimal
    at: datetime
    purchase_id: UUID | None = None


def grant_in_bulk(store: Store, grants: Sequence[Grant], *, source: str, actor: Actor, at: datetime) -> None:
    """Add points to many wallets at once, each grant at its own moment, and settle what is due `at`.

    Like so many `add`s, but without the events and level reviews that follow from each.
    Raises: InvalidPoints. Nothing is written then.
    Locks: the wallets in order of id.
    """
    with events.atomic():
        wallets = {wallet.pk: wallet for wallet in lock_wallets([grant.customer_id for grant in grants])}
        transfers, entries = [], []
        for grant in sorted(grants, key=lambda grant: grant.at):
            transfer, posted = _post(
                wallets[grant.customer_id], grant, store=store, source=source, actor=actor
            )
            transfers.append(transfer)
            entries += posted
        PointsTransfer.objects.bulk_create(transfers, batch_size=_BATCH)
        LedgerEntry.objects.bulk_create(entries, batch_size=_BATCH)
        settle(list(wallets.values()), at=at, saves_sums=False)
        Wallet.objects.bulk_update(wallets.values(), SUMS, batch_size=200)


def _post(
    wallet: Wallet, grant: Grant, *, store: Store, source: str, actor: Actor
) -> tuple[PointsTransfer, list[LedgerEntry]]:
    programme = store.programme
    posting = Posting(wallet, at=grant.at, actor=actor)
    origin = Origin(source=source, purchase_id=grant.purchase_id)
    points = checked_points(grant.points)
    kind = PointsTransfer.Kind.ADDING
    batch = build_transfer(wallet, kind, points, at=grant.at, actor=actor, origin=origin)
    batch.remaining = points
    batch.locked_until = expiry.locked_until(programme, at=grant.at)
    batch.expires_at = expiry.expires_at(programme, usable_from=batch.locked_until or grant.at)
    posting.expect_change_at(batch.locked_until)
    posting.expect_change_at(batch.expires_at)
    if batch.locked_until is None:
        posting.change(batch, Balance.AVAILABLE, points, Reason.ADDED)
        wallet.earned += points
    else:
        batch.state = PointsTransfer.State.PENDING
        posting.change(batch, Balance.PENDING, points, Reason.ADDED)
    return batch, posting.take_entries()
