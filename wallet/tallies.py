"""How many transfers a store has, by kind and state: exact without counting them (`loyalty.tallies`)."""

from collections import Counter
from collections.abc import Collection

from loyalty import tallies
from loyalty.models import Store
from wallet.models import TransferTally


def count_transfers(store: Store, *, kinds: Collection[str] = (), states: Collection[str] = ()) -> int:
    """Count a store's transfers of any of some kinds and in any of some states; without any, of all."""
    found = tallies.counts(TransferTally, store)
    return sum(
        total
        for (kind, state), total in found.items()
        if (not kinds or kind in kinds) and (not states or state in states)
    )


def counts_by_state(store: Store) -> dict[str, int]:
    """Count a store's transfers by state; a state that none is in is not there."""
    numbers: Counter[str] = Counter()
    for (_, state), total in tallies.counts(TransferTally, store).items():
        numbers[state] += total
    return dict(numbers)
