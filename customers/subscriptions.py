"""Who wants no more news: one customer, or many at once by their e-mail addresses.

`is_unsubscribed` is the word of whoever sends the news, agreement 2 the consent to marketing that the customer gave.
Who unsubscribes takes that consent back; who gives it anew is subscribed again (`profile.write_into`).
"""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F

from customers import contact, identification, profile
from customers.events import CustomerUpdated, SubscriptionChanged
from customers.models import Customer
from loyalty import events
from loyalty.actors import Actor
from loyalty.models import Store
from loyalty.refusals import NotFound

# How many addresses one statement looks for.
_CHUNK = 500


def unsubscribe(store: Store, email: str, *, at: datetime, actor: Actor) -> None:
    """Take the customer with an e-mail address off the list of those who want news.

    Raises: NotFound when nobody of this store has it.
    Idempotent: who is unsubscribed stays so, and nothing is recorded.   Locks: the customer.
    """
    if not unsubscribe_many(store, [email], at=at, actor=actor):
        raise NotFound


def unsubscribe_many(store: Store, emails: Iterable[str], *, at: datetime, actor: Actor) -> int:
    """Take all customers with one of these addresses off the list and tell how many there are of them.

    Who is unsubscribed already is counted too; an address in two spellings is one customer.
    Idempotent: as `unsubscribe`.   Locks: the customers, in order of id.
    """
    keys = sorted({key for email in emails if (key := contact.fold_email(email))})
    with events.atomic():
        found = [
            pk
            for start in range(0, len(keys), _CHUNK)
            for pk in identification.present(store)
            .filter(email_key__in=keys[start : start + _CHUNK])
            .values_list("pk", flat=True)
        ]
        found.sort()
        for start in range(0, len(found), _CHUNK):
            locked = Customer.objects.select_for_update().filter(pk__in=found[start : start + _CHUNK])
            _unsubscribe([row for row in locked.order_by("pk") if _is_subscribed(row)], at=at, actor=actor)
    return len(found)


def _is_subscribed(customer: Customer) -> bool:
    return not customer.is_unsubscribed or customer.agreement2


def _unsubscribe(customers: list[Customer], *, at: datetime, actor: Actor) -> None:
    Customer.objects.filter(pk__in=[customer.pk for customer in customers]).update(
        is_unsubscribed=True, agreement2=False, version=F("version") + 1, updated_at=at
    )
    for customer in customers:
        profile.record_changed(customer, SubscriptionChanged(is_unsubscribed=True), at=at, actor=actor)
        if customer.agreement2:
            profile.record_changed(customer, CustomerUpdated(fields=["agreement2"]), at=at, actor=actor)
