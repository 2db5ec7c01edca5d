"""Many adds at once, for load data: the ledger's rules in a fixed handful of statements for any number of grants."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from loyalty import bulk, events
from loyalty.actors import Actor
from loyalty.models import Store
from wallet.ledger.adding import build_batch, post_batch
from wallet.ledger.origin import Origin
from wallet.ledger.posting import Posting, checked_points, lock_wallets
from wallet.ledger.settling import save_sums, settle, settle_new


@dataclass(frozen=True)
class Grant:
    """Points for one customer at one moment."""

    customer_id: UUID
    points: Decimal
    at: datetime
    purchase_id: UUID | None = None


def grant_in_bulk(store: Store, grants: Sequence[Grant], *, source: str, actor: Actor, at: datetime) -> None:
    """Add points to many wallets at once, each grant at its own moment, and settle what is due `at`.

    Like so many `add`s, but without the events and level reviews that follow from each: what was granted and is over
    by now is written as it ended.
    Raises: InvalidPoints. Nothing is written then.
    Locks: the wallets in order of id.
    """
    with events.atomic():
        wallets = lock_wallets([grant.customer_id for grant in grants])
        settle(wallets, at=at, saves_sums=False)
        postings = {wallet.pk: Posting(wallet, at=at, actor=actor) for wallet in wallets}
        batches = []
        for grant in sorted(grants, key=lambda grant: grant.at):
            posting = postings[grant.customer_id]
            posting.at = grant.at
            origin = Origin(source=source, purchase_id=grant.purchase_id)
            points = checked_points(grant.points)
            batch = build_batch(posting, points, programme=store.programme, origin=origin)
            post_batch(posting, batch, tells_next_change=False)
            batches.append(batch)
        settle_new(postings, batches, at=at)
        bulk.insert(batches)
        bulk.insert([entry for posting in postings.values() for entry in posting.take_entries()])
        save_sums(wallets)
