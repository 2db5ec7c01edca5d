"""Prove that the ledger adds up: balance = Σ entries = Σ what batches still hold, for every wallet.

Reads only. A wallet is checked with four grouped queries per chunk, so the whole ledger is checked in constant memory.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import F, Q, Sum

from loyalty.amounts import ZERO
from wallet.models import Draw, LedgerEntry, PointsTransfer, Wallet

State = PointsTransfer.State
BALANCES = ("available", "pending", "blocked")
_CHUNK = 500


@dataclass(frozen=True)
class Drift:
    """One figure of one wallet that two ways of computing disagree on."""

    wallet_id: UUID
    figure: str
    kept: Decimal
    computed: Decimal

    def __str__(self) -> str:
        return f"wallet {self.wallet_id}: {self.figure} is {self.kept}, should be {self.computed}"


def find_drifts() -> Iterator[Drift]:
    """Yield every disagreement in the whole ledger; nothing when it is clean."""
    last: UUID | None = None
    while True:
        wallets = Wallet.objects.order_by("pk")
        chunk = list((wallets.filter(pk__gt=last) if last else wallets)[:_CHUNK])
        if not chunk:
            return
        yield from check_wallets(chunk)
        last = chunk[-1].pk


def check_wallets(wallets: Sequence[Wallet]) -> Iterator[Drift]:
    """Yield the disagreements of some wallets."""
    entries = _entry_sums(wallets)
    held = _held_points(wallets)
    for wallet in wallets:
        for balance in BALANCES:
            kept: Decimal = getattr(wallet, balance)
            for figure, computed in (
                (f"{balance} (entries)", entries[wallet.pk, balance]),
                (f"{balance} (batches)", held[wallet.pk, balance]),
            ):
                if kept != computed:
                    yield Drift(wallet_id=wallet.pk, figure=figure, kept=kept, computed=computed)
    yield from _batch_drifts(wallets)


def _entry_sums(wallets: Sequence[Wallet]) -> dict[tuple[UUID, str], Decimal]:
    sums: dict[tuple[UUID, str], Decimal] = defaultdict(lambda: ZERO)
    for wallet_id, balance, total in (
        LedgerEntry.objects.filter(wallet__in=wallets)
        .values_list("wallet_id", "balance")
        .annotate(Sum("change"))
    ):
        sums[wallet_id, balance] = total
    return sums


def _held_points(wallets: Sequence[Wallet]) -> dict[tuple[UUID, str], Decimal]:
    """What batches hold by state, and what active blocks drew."""
    held: dict[tuple[UUID, str], Decimal] = defaultdict(lambda: ZERO)
    names = {State.ACTIVE.value: "available", State.PENDING.value: "pending"}
    for wallet_id, state, total in (
        PointsTransfer.objects.filter(wallet__in=wallets, remaining__gt=0)
        .order_by()
        .values_list("wallet_id", "state")
        .annotate(Sum("remaining"))
    ):
        held[wallet_id, names.get(state, state)] += total
    blocks = Q(spending__kind=PointsTransfer.Kind.BLOCKED, spending__state=State.ACTIVE)
    for wallet_id, drawn, returned in (
        Draw.objects.filter(blocks, spending__wallet__in=wallets)
        .order_by()
        .values_list("spending__wallet_id")
        .annotate(Sum("value"), Sum("returned"))
    ):
        held[wallet_id, "blocked"] = drawn - returned
    return held


def _batch_drifts(wallets: Sequence[Wallet]) -> Iterator[Drift]:
    """Yield open batches whose value is not what is left plus what was drawn."""
    open_batches = (
        PointsTransfer.objects.filter(
            wallet__in=wallets,
            kind__in=PointsTransfer.ADDING_KINDS,
            state__in=[State.ACTIVE, State.PENDING],
        )
        .order_by()
        .annotate(drawn_sum=Sum("drawn__value"), returned_sum=Sum("drawn__returned"))
        .exclude(drawn_sum=None, remaining=F("value"))
    )
    for batch in open_batches:
        drawn = (batch.drawn_sum or ZERO) - (batch.returned_sum or ZERO)
        if batch.value != batch.remaining + drawn:
            yield Drift(
                wallet_id=batch.wallet_id,
                figure=f"batch {batch.pk}",
                kept=batch.remaining,
                computed=batch.value - drawn,
            )
