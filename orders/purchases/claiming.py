"""Customers say that a receipt is theirs, by its number alone, which is often the one after somebody else's.

So wrong numbers are counted as guesses, and right ones too: nobody shops as often in a day as somebody who counts
numbers upwards.
"""

from datetime import datetime, timedelta
from uuid import UUID

from loyalty import codes, knocks, throttles
from loyalty.actors import Actor
from loyalty.models import Store
from orders.models import Purchase
from orders.purchases.assigning import assign_customer
from orders.purchases.refusals import AlreadyAssigned, PurchaseNotFound

RECEIPTS_PER_DAY = 20
_GUESSES, _WINDOW = 10, timedelta(minutes=15)
_DAY = timedelta(days=1)


def claim(store: Store, *, document_number: str, customer_id: UUID, at: datetime, actor: Actor) -> Purchase:
    """Match a document with the customer who names it, and do everything that follows.

    Raises: codes.TooManyGuesses, knocks.TooManyRequests, and what `assign_customer` raises. Nothing is written then.
    Locks: the customer's wallet, then the document.
    Never called inside a transaction of its own, which would undo the count of a wrong number.
    """
    receipts = f"receipts:{customer_id}"
    if throttles.is_blocked(receipts, limit=RECEIPTS_PER_DAY):
        raise knocks.TooManyRequests(minutes=throttles.minutes_of(_DAY))
    with throttles.guessing(
        {f"receipt:{customer_id}": _GUESSES},
        window=_WINDOW,
        wrong=(PurchaseNotFound, AlreadyAssigned),
        too_many=codes.TooManyGuesses(minutes=throttles.minutes_of(_WINDOW)),
    ):
        purchase = assign_customer(
            store, document_number=document_number, customer_id=customer_id, at=at, actor=actor
        )
    throttles.count_failure(receipts, limit=RECEIPTS_PER_DAY, window=_DAY)
    return purchase
