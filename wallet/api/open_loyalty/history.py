"""A customer's history in the dialect's words: events under their short names, movements with the balance after them.

Served by this floor, because it knows the comments of movements.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from customers import identification, timeline
from loyalty.access import Grant
from loyalty.api.open_loyalty import wire
from loyalty.api.open_loyalty.events import NAMES, wire_name, wire_value
from loyalty.api.open_loyalty.lists import MAX_PER_PAGE
from loyalty.api.open_loyalty.views import OpenLoyaltyView
from loyalty.models import Event
from wallet.models import PointsTransfer

SORTS = {"createdAt": "occurred_at", "type": "type"}
_EXAMPLE = {
    "flatVariables": {"points": 10.0, "transactionId": ""},
    "customerId": "91d87e1c-56f4-43ce-b669-83d6420b806c",
    "type": "PointsWereAdded",
    "createdAt": "2022-02-15T10:36:50+01:00",
    "variables": [
        {"key": "points", "value": 10.0},
        {"key": "transactionId", "value": ""},
        {"key": "comment"},
    ],
    "pointsBalance": 110.0,
}


class CustomerHistory(OpenLoyaltyView):
    """What happened to a customer, newest first."""

    grant = Grant("CUSTOMER")
    answers: ClassVar[dict[str, Any]] = {
        "GET": {"type": "array", "items": {"type": "object"}, "example": [_EXAMPLE]}
    }

    def get(self, request: Request, customer: UUID) -> Response:
        person = identification.customer_of(self.store, customer)
        rows = timeline.events_of(person).filter(type__in=NAMES)
        page = self.paginate(
            rows, sort=SORTS, default="createdAt", direction="DESC", per_page=MAX_PER_PAGE
        ).items
        comments = _comments_of(page)
        return Response([self._entry(row, comments) for row in page])

    def _entry(self, row: Event, comments: Mapping[str, str]) -> dict[str, Any]:
        is_movement = "transfer_id" in row.payload
        said = _of_movement(row, comments) if is_movement else _of_customer(row)
        flat = wire.compact(said)
        return wire.compact(
            {
                # PHP's serializer writes an empty map as a list.
                "flatVariables": flat or [],
                "customerId": row.subject_id,
                "type": NAMES[row.type].rpartition(".")[2],
                "createdAt": wire.instant_with_colon(row.occurred_at, self.zone),
                "variables": [wire.compact({"key": key, "value": value}) for key, value in said.items()],
                "pointsBalance": _points(row, "balance") if is_movement else None,
            }
        )


def _comments_of(rows: Iterable[Event]) -> dict[str, str]:
    wanted = {row.payload["transfer_id"] for row in rows if "transfer_id" in row.payload}
    found = PointsTransfer.objects.filter(pk__in=wanted).values_list("pk", "comment")
    return {str(transfer_id): comment for transfer_id, comment in found}


def _of_movement(row: Event, comments: Mapping[str, str]) -> dict[str, Any]:
    return {
        "points": _points(row, "points"),
        "transactionId": row.payload.get("purchase_id") or "",
        "comment": comments.get(row.payload["transfer_id"]) or None,
    }


def _of_customer(row: Event) -> dict[str, Any]:
    return {wire_name(name): _plain(wire_value(name, value)) for name, value in row.payload.items()}


def _plain(value: Any) -> Any:
    return ", ".join(str(each) for each in value) if isinstance(value, list) else value


def _points(row: Event, name: str) -> int | float | None:
    return wire.amount(Decimal(row.payload.get(name) or "0"))
