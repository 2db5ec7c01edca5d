"""How many transfers a store has, by kind and state: exact without counting them (`loyalty.tallies`)."""

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
