"""Many adds at once, for load data: the ledger's rules in a fixed handful of statements for any number of grants."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from loyalty import events
from loyalty.actors import Actor
from loyalty.models import Store
from wallet.ledger.adding import build_batch, post_batch
from wallet.ledger.origin import Origin
from wallet.ledger.posting import Posting, checked_points, lock_wallets
from wallet.ledger.settling import save_sums, settle
from wallet.models import LedgerEntry, PointsTransfer

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
            posting = Posting(wallets[grant.customer_id], at=grant.at, actor=actor)
            origin = Origin(source=source, purchase_id=grant.purchase_id)
            batch = build_batch(
                posting, checked_points(grant.points), programme=store.programme, origin=origin
            )
            post_batch(posting, batch)
            transfers.append(batch)
            entries += posting.take_entries()
        PointsTransfer.objects.bulk_create(transfers, batch_size=_BATCH)
        LedgerEntry.objects.bulk_create(entries, batch_size=_BATCH)
        settle(list(wallets.values()), at=at, saves_sums=False)
        save_sums(list(wallets.values()))
