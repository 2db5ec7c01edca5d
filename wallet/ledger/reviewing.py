"""Decide a customer's level anew when the floor below asks for it: only the wallet knows the points."""

from customers.level_choice import Occasion
from loyalty import events
from wallet.ledger.posting import Posting, lock_wallets, owner_of
from wallet.ledger.settling import settle

_OCCASIONS = {
    "customer.level_released": Occasion.RELEASE,
    "customer.level_review_due": Occasion.DAYS_OVER,
}


def review_level(recorded: events.Recorded) -> None:
    """Review a level by points, in the transaction that found it due or released it from staff's hand.

    Locks: the wallet.   Source: docs/levels.md.
    """
    customer = owner_of(recorded.subject.id)
    with events.atomic():
        (wallet,) = lock_wallets([customer.pk])
        settle([wallet], at=recorded.at)
        posting = Posting(wallet, at=recorded.at, actor=recorded.actor)
        posting.review_level(customer, occasion=_OCCASIONS[recorded.event.type])
