"""Walking through any number of customers: each answer names the place where the next one goes on.

A `scrollId` is that place, signed: the store, the id of the last customer given, what narrows the list and how many
there were when the walk began. Nothing is kept here, so it outlives restarts, never runs out, and what is written
meanwhile disturbs nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core import signing
from django.db.models import QuerySet
from rest_framework.exceptions import ParseError

from customers.api.open_loyalty.forms import ListFilterForm
from customers.models import Customer
from loyalty.api.open_loyalty import lists
from loyalty.models import Store

_SALT = "customers.scroll"
_FILTERS = tuple(ListFilterForm().fields)


@dataclass(frozen=True)
class Place:
    """Where a walk is: after which customer, among whom, of how many."""

    after: UUID
    filters: Mapping[str, Any]
    total: int


def read_place(value: Any, *, store: Store) -> Place | None:
    """Read a `scrollId`; None begins a walk.

    Raises: ParseError (400) for one that is none of ours, or another store's.
    """
    if value in (None, ""):
        return None
    if not isinstance(value, str):
        raise ParseError
    try:
        known = signing.loads(value, salt=_SALT)
        place = Place(after=UUID(known["after"]), filters=known["filters"], total=known["total"])
    except (signing.BadSignature, ValueError, TypeError, KeyError):
        raise ParseError from None
    if known["store"] != str(store.pk):
        raise ParseError
    return place


def filters_of(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Give those of the parameters that narrow the list."""
    return {name: parameters[name] for name in _FILTERS if name in parameters}


def scroll(
    rows: QuerySet[Customer],
    parameters: Mapping[str, Any],
    *,
    place: Place | None,
    store: Store,
    count: Callable[[], int],
) -> tuple[lists.Page[Customer], dict[str, str]]:
    """Give the next customers in the order of their ids, and `{"scrollId": …}` while there may be more.

    `rows` are all that the filters let through. `total` is their number when the walk began.
    """
    items = lists.take_page(
        rows.filter(pk__gt=place.after) if place else rows,
        {"perPage": parameters.get("perPage")},
        sort={"customerId": "pk"},
        default="customerId",
    )
    total = place.total if place else count()
    if not items:
        return lists.Page(items=[], total=total), {}
    following = {
        "store": str(store.pk),
        "after": str(items[-1].pk),
        "filters": dict(place.filters) if place else filters_of(parameters),
        "total": total,
    }
    scroll_id = signing.dumps(following, salt=_SALT, compress=True)
    return lists.Page(items=items, total=total), {"scrollId": scroll_id}
