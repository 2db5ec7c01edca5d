"""Let time do its work on wallets: unlock what has waited long enough, expire what is past its day.

One wallet is settled before any movement on it, every five minutes all whose moment has come (on PostgreSQL by
`mass_settling`). Each change is dated at the moment it was due, so a late job tells the same story as a punctual one.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import F, Min, Q

from customers.models import Customer
from loyalty import events
from loyalty.actors import SYSTEM
from loyalty.amounts import ZERO
from loyalty.models import Store
from loyalty.programme import TierBasis
from wallet import queries
from wallet.events import PointsExpired, PointsUnlocked
from wallet.ledger import mass_settling
from wallet.ledger.posting import SUMS, Balance, Posting, Reason, lock_wallets
from wallet.models import LedgerEntry, PointsTransfer, Wallet

State = PointsTransfer.State
# Both databases take far more parameters in a statement than this.
_IDS_PER_STATEMENT = 5000


def settle(wallets: Sequence[Wallet], *, at: datetime, saves_sums: bool = True) -> int:
    """Apply to locked wallets everything that was due up to `at`; give how many batches changed.

    `saves_sums` is False where the caller writes the wallets' sums afterwards in any case.
    Idempotent: a second call finds nothing due.   Locks: none of its own; the wallets must be locked.
    """
    due_wallets = [wallet for wallet in wallets if wallet.next_change_at and wallet.next_change_at <= at]
    if not due_wallets:
        return 0
    postings = {wallet.pk: Posting(wallet, at=at, actor=SYSTEM) for wallet in due_wallets}
    batches = list(queries.due_batches(list(postings), at=at))
    for moment, step, batch in _steps(batches, at=at):
        posting = postings[batch.wallet_id]
        (unlock if step == "unlock" else _expire)(posting, batch, moment)
    _save_batches(batches)
    LedgerEntry.objects.bulk_create(
        [entry for posting in postings.values() for entry in posting.take_entries()], batch_size=1000
    )
    _find_next_changes(due_wallets)
    if saves_sums:
        save_sums(due_wallets)
    return len(batches)


def settle_new(postings: Mapping[UUID, Posting], batches: Sequence[PointsTransfer], *, at: datetime) -> None:
    """Apply to batches that are not in the database yet everything that was due up to `at`, without events.

    The caller writes batches, entries and sums.
    """
    due = [batch for batch in batches if _is_due(batch, at=at)]
    for moment, step, batch in _steps(due, at=at):
        (_post_unlock if step == "unlock" else _post_expiry)(postings[batch.wallet_id], batch, moment)
    for batch in batches:
        if batch.state == State.PENDING:
            postings[batch.wallet_id].expect_change_at(batch.locked_until)
        if batch.state != State.EXPIRED:
            postings[batch.wallet_id].expect_change_at(batch.expires_at)


def _is_due(batch: PointsTransfer, *, at: datetime) -> bool:
    first = batch.locked_until if batch.state == State.PENDING else batch.expires_at
    return first is not None and first <= at


def settle_wallet(customer: Customer, *, at: datetime) -> int:
    """Post what time has changed of one customer's points by `at`; give how many batches changed.

    Idempotent: when nothing is due, one query and no lock.   Locks: the wallet.
    """
    if not Wallet.objects.filter(pk=customer.pk, next_change_at__lte=at).exists():
        return 0
    with events.atomic():
        wallets = lock_wallets([customer.pk])
        changed = settle(wallets, at=at)
        _review_levels(wallets, _stores_with_levels_by_points(), at=at)
    return changed


def _save_batches(batches: Sequence[PointsTransfer]) -> None:
    """Write what became of the batches: a statement for those that unlocked, one for those that expired."""
    for some in _portions(batches):
        expired = [batch.pk for batch in some if batch.state == State.EXPIRED]
        unlocked = [batch.pk for batch in some if batch.state == State.ACTIVE]
        if expired:
            PointsTransfer.objects.filter(pk__in=expired).update(
                state=State.EXPIRED, remaining=ZERO, ended_at=F("expires_at")
            )
        if unlocked:
            PointsTransfer.objects.filter(pk__in=unlocked).update(state=State.ACTIVE)


def _portions(batches: Sequence[PointsTransfer]) -> Iterator[Sequence[PointsTransfer]]:
    """Cut a long list where one statement could not name all of it."""
    for start in range(0, len(batches), _IDS_PER_STATEMENT):
        yield batches[start : start + _IDS_PER_STATEMENT]


def save_sums(wallets: Sequence[Wallet]) -> None:
    """Write the sums of many locked wallets at once. They exist, so every row of the upsert is an update."""
    Wallet.objects.bulk_create(wallets, update_conflicts=True, unique_fields=["customer"], update_fields=SUMS)


def _steps(batches: Sequence[PointsTransfer], *, at: datetime) -> list[tuple[datetime, str, PointsTransfer]]:
    """List what is due in the order in which it fell due; a batch may unlock and then expire."""
    steps: list[tuple[datetime, str, PointsTransfer]] = []
    for batch in batches:
        if batch.state == State.PENDING and batch.locked_until is not None:
            steps.append((batch.locked_until, "unlock", batch))
        if batch.expires_at is not None and batch.expires_at <= at:
            steps.append((batch.expires_at, "expire", batch))
    # "expire" sorts before "unlock": of two things at the same instant on different batches the order is free, and a
    # batch never expires at the instant it unlocks because its last day comes after.
    return sorted(steps, key=lambda step: (step[0], step[1], step[2].pk))


def unlock(posting: Posting, batch: PointsTransfer, moment: datetime) -> None:
    """Let a pending batch count as available and earned from a moment on; the caller saves the batch."""
    _post_unlock(posting, batch, moment)
    posting.record(PointsUnlocked, batch, batch.remaining, at=moment)


def _post_unlock(posting: Posting, batch: PointsTransfer, moment: datetime) -> None:
    batch.state = State.ACTIVE
    posting.change(batch, Balance.PENDING, -batch.remaining, Reason.UNLOCKED, at=moment)
    posting.change(batch, Balance.AVAILABLE, batch.remaining, Reason.UNLOCKED, at=moment)
    posting.wallet.earned += batch.value


def _expire(posting: Posting, batch: PointsTransfer, moment: datetime) -> None:
    lost = batch.remaining
    _post_expiry(posting, batch, moment)
    posting.record(PointsExpired, batch, lost, at=moment)


def _post_expiry(posting: Posting, batch: PointsTransfer, moment: datetime) -> None:
    lost = batch.remaining
    batch.state, batch.remaining, batch.ended_at = State.EXPIRED, ZERO, moment
    posting.change(batch, Balance.AVAILABLE, -lost, Reason.EXPIRED, at=moment)
    posting.wallet.expired += lost


def _find_next_changes(wallets: Sequence[Wallet]) -> None:
    """Set each wallet's next moment at which time alone changes it."""
    open_batches = PointsTransfer.objects.filter(
        Q(state=State.PENDING) | Q(state=State.ACTIVE, remaining__gt=0), wallet__in=wallets
    )
    earliest: dict[UUID, list[datetime]] = defaultdict(list)
    for wallet_id, unlock, expiry in open_batches.values_list("wallet_id").annotate(
        unlock=Min("locked_until", filter=Q(state=State.PENDING)), expiry=Min("expires_at")
    ):
        earliest[wallet_id] += [moment for moment in (unlock, expiry) if moment is not None]
    for wallet in wallets:
        wallet.next_change_at = min(earliest[wallet.pk], default=None)


def settle_due(*, at: datetime, chunk: int = 500) -> int:
    """Settle every wallet that time has changed, a chunk of wallets to a transaction; give how many batches changed.

    Several may run at once: each leaves alone what another holds, and comes back for it in the end.
    Idempotent: may be killed anywhere and run again; a chunk is done or not done.   Locks: the chunk's wallets by id.
    """
    stores = _stores_with_levels_by_points()
    if connection.vendor == "postgresql":
        return _settle_in_database(stores, at=at, chunk=2 * chunk)
    changed = 0
    while due_ids := list(
        Wallet.objects.filter(next_change_at__lte=at)
        .order_by("next_change_at")
        .values_list("pk", flat=True)[:chunk]
    ):
        with events.atomic():
            wallets = lock_wallets(due_ids)
            changed += settle(wallets, at=at)
            _review_levels(wallets, stores, at=at)
    return changed


def _settle_in_database(stores: Mapping[UUID, Store], *, at: datetime, chunk: int) -> int:
    changed = 0
    held: list[UUID] = []
    for due_ids in mass_settling.due_wallets(at=at, chunk=chunk):
        free, count = _settle_chunk(due_ids, stores, at=at, waits=False)
        changed += count
        held += sorted(set(due_ids) - free)
    for start in range(0, len(held), chunk):
        changed += _settle_chunk(held[start : start + chunk], stores, at=at, waits=True)[1]
    return changed


def _settle_chunk(
    wallet_ids: Sequence[UUID], stores: Mapping[UUID, Store], *, at: datetime, waits: bool
) -> tuple[set[UUID], int]:
    """Settle one chunk; give the wallets that could be locked and how many batches changed."""
    with events.atomic():
        rows = Wallet.objects.select_for_update(skip_locked=not waits).filter(pk__in=wallet_ids)
        locked = list(rows.order_by("pk").values_list("pk", flat=True))
        changed = mass_settling.settle_many(locked, at=at)
        if stores:
            _review_levels(Wallet.objects.filter(pk__in=locked, store__in=stores), stores, at=at)
    return set(locked), changed


def _stores_with_levels_by_points() -> dict[UUID, Store]:
    return {
        store.pk: store
        for store in Store.objects.all()
        if store.programme.tier_assign_type is TierBasis.POINTS
    }


def _review_levels(wallets: Iterable[Wallet], stores: Mapping[UUID, Store], *, at: datetime) -> None:
    """Let levels by points follow what has just unlocked or expired, in the stores that have such levels."""
    owners = {wallet.pk: wallet for wallet in wallets if wallet.store_id in stores}
    for customer in Customer.objects.filter(pk__in=owners):
        customer.store = stores[customer.store_id]
        Posting(owners[customer.pk], at=at, actor=SYSTEM).review_level(customer)
