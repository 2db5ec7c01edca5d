"""Walking through any number of customers: each answer names the place where the next one goes on."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.core import signing
from django.db.models import QuerySet
from rest_framework.exceptions import ParseError

from customers.models import Customer
from loyalty.api.open_loyalty import lists

_SALT = "customers.scroll"


def scroll(
    rows: QuerySet[Customer], parameters: Mapping[str, Any]
) -> tuple[lists.Page[Customer], dict[str, str]]:
    """Give the next customers in the order of their ids, and `{"scrollId": …}` while there may be more.

    An empty `scrollId` begins. Customers that come or go meanwhile disturb nothing: the id of the last one is the
    place. `total` counts all that the filters let through.
    Raises: ParseError (400) for a `scrollId` that is none of ours.
    """
    after = _read(parameters.get("scrollId"))
    page = lists.paginate(
        rows.filter(pk__gt=after) if after else rows,
        {"perPage": parameters.get("perPage")},
        sort={"customerId": "pk"},
        default="customerId",
    )
    total = rows.order_by().count() if after else page.total
    following = {"scrollId": signing.dumps(str(page.items[-1].pk), salt=_SALT)} if page.items else {}
    return lists.Page(items=page.items, total=total), following


def _read(value: Any) -> UUID | None:
    if value in (None, ""):
        return None
    if not isinstance(value, str):
        raise ParseError
    try:
        return UUID(signing.loads(value, salt=_SALT))
    except (signing.BadSignature, ValueError, TypeError):
        raise ParseError from None
