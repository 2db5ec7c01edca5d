"""The event store on the wire, under the names of the original."""

from datetime import UTC, tzinfo
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from loyalty.access import Grant
from loyalty.actors import Actor, ActorKind
from loyalty.amounts import to_json_number
from loyalty.api.open_loyalty import wire
from loyalty.api.open_loyalty.fields import IntegerField
from loyalty.api.open_loyalty.forms import Form
from loyalty.api.open_loyalty.views import OpenLoyaltyView
from loyalty.models import Event
from loyalty.refusals import NotFound

_USER, _ACCOUNT = "OpenLoyalty.Domain.User.Event.", "OpenLoyalty.Domain.Account.Event."
_CAMPAIGN, _TRANSACTION = "OpenLoyalty.Domain.Campaign.Event.", "OpenLoyalty.Domain.Transaction.Event."

# Our event type -> its name in the document. What has no row is no event of the original and is not listed.
NAMES: dict[str, str] = {
    # customers
    "customer.registered": _USER + "CustomerWasRegistered",
    "customer.updated": _USER + "CustomerDetailsWereUpdated",
    "customer.activated": _USER + "CustomerWasActivated",
    "customer.deactivated": _USER + "CustomerWasDeactivated",
    "customer.level_changed": _USER + "CustomerWasMovedToLevel",
    "customer.level_assigned": _USER + "CustomerWasMovedToLevel",
    "customer.pos_assigned": _USER + "PosWasAssignedToCustomer",
    "customer.avatar_changed": _USER + "CustomerAvatarWasSet",
    "customer.avatar_removed": _USER + "CustomerAvatarWasRemoved",
    "customer.anonymized": _USER + "CustomerWasAnonymized",
    "customer.deleted": _USER + "CustomerWasDeleted",
    "invitation.sent": _USER + "InvitationWasCreated",
    "invitation.registered": _USER + "CustomerWasAttachedToInvitation",
    # wallet
    "points.added": _ACCOUNT + "PointsWereAdded",
    "points.added_pending": _ACCOUNT + "PointsWereAdded",
    "points.unlocked": _ACCOUNT + "PointsTransferHasBeenUnlocked",
    "points.spent": _ACCOUNT + "PointsWereSpent",
    "points.revoked": _ACCOUNT + "PointsWereSpent",
    "points.reversed": _ACCOUNT + "PointsWereReturned",
    "points.expired": _ACCOUNT + "PointsTransferHasBeenExpired",
    "points.canceled": _ACCOUNT + "PointsTransferHasBeenCanceled",
    "points.blocked": _ACCOUNT + "PointsWereBlocked",
    "points.released": _ACCOUNT + "PointsWereReturned",
    "points.sent": _ACCOUNT + "PointsWereTransferred",
    "points.received": _ACCOUNT + "PointsWereAdded",
    # orders
    "purchase.registered": _TRANSACTION + "TransactionWasRegistered",
    "purchase.assigned": _TRANSACTION + "CustomerWasAssignedToTransaction",
}
# Kind of subject -> the key that holds its id.
_SUBJECTS = {"customer": "customerId", "purchase": "transactionId", "level": "levelId"}
# Our word in a payload -> the document's.
_WORDS = {"purchase_id": "transactionId", "point_of_sale_id": "posId", "previous_level_id": "oldLevelId"}
# What our payloads hold as text with two decimals, and the wire as numbers.
_AMOUNTS = frozenset({"points", "gross_value"})
# Keys whose value object is named after another one.
_WRAPPED_AS = {"oldLevelId": "levelId"}
# The events that move a customer to a level -> whether a person did it.
_LEVEL_MOVES = {"customer.level_changed": False, "customer.level_assigned": True}


class EventFilter(Form):
    fromId = IntegerField(source="from_id")


class EventList(OpenLoyaltyView):
    grant = Grant("AUDIT")

    def get(self, request: Request) -> Response:
        filters = self.read(EventFilter)
        rows = self._visible()
        if filters.get("from_id"):
            rows = rows.filter(pk__gte=filters["from_id"])
        columns = {"id": "id", "name": "id", "type": "type", "recorderOn": "recorded_at"}
        page = self.paginate(rows, sort=columns, default="name")
        return Response({"events": [event_record(row, self) for row in page.items], "total": page.total})

    def _visible(self) -> QuerySet[Event]:
        return visible_events(self)


class EventDetail(OpenLoyaltyView):
    grant = Grant("AUDIT")

    def get(self, request: Request, event: str) -> Response:
        number = int(event) if event.isascii() and event.isdigit() and len(event) <= 18 else 0
        row = visible_events(self).filter(pk=number).first()
        if row is None:
            raise NotFound
        return Response(event_record(row, self))


def visible_events(view: OpenLoyaltyView) -> QuerySet[Event]:
    """Give the events that have a name in the document, of the stores within the caller's reach."""
    rows = Event.objects.filter(type__in=NAMES).select_related("store")
    if view.principal is not None and view.principal.store_ids is not None:
        rows = rows.filter(store_id__in=view.principal.store_ids)
    return rows


def event_record(row: Event, view: OpenLoyaltyView) -> dict[str, Any]:
    return {
        "id": row.pk,
        "uuid": row.uuid,
        "payload": _points_payload(row) if row.type.startswith("points.") else _payload(row),
        "type": NAMES[row.type],
        "recorderOn": row.recorded_at.astimezone(UTC).isoformat(timespec="seconds"),
    }


def _points_payload(row: Event) -> dict[str, Any]:
    return {
        "accountId": {"accountId": row.subject_id},
        "pointsTransfer": {
            "id": {"pointsTransferId": row.payload.get("transfer_id")},
            "createdAt": wire.instant_with_colon(row.occurred_at, _zone(row)),
            "value": to_json_number(Decimal(row.payload.get("points", "0"))),
            "canceled": row.type == "points.canceled",
            "issuer": Actor(ActorKind(row.actor_kind)).issuer,
        },
    }


def _payload(row: Event) -> dict[str, Any]:
    """Give our payload in camel case, every id in the wrapping that the original's value objects have."""
    payload: dict[str, Any] = {}
    if row.subject_kind in _SUBJECTS:
        key = _SUBJECTS[row.subject_kind]
        payload[key] = {key: row.subject_id}
    for name, value in row.payload.items():
        key = wire_name(name)
        payload[key] = {_WRAPPED_AS.get(key, key): value} if _is_id(name, value) else wire_value(name, value)
    if row.type in _LEVEL_MOVES:
        payload["updateAt"] = wire.instant_with_colon(row.occurred_at, _zone(row))
        payload["manually"] = _LEVEL_MOVES[row.type]
        payload["removeLevelManually"] = False
    return payload


def wire_value(name: str, value: Any) -> Any:
    """Give a value of our payloads as the wire has it: amounts as numbers."""
    return to_json_number(Decimal(value)) if name in _AMOUNTS and isinstance(value, str) else value


def _zone(row: Event) -> tzinfo:
    return row.store.programme.zone if row.store else UTC


def wire_name(name: str) -> str:
    """Give the document's word for a name in our payloads."""
    return _WORDS.get(name) or _camel(name)


def _is_id(name: str, value: Any) -> bool:
    if not name.endswith("_id") or not isinstance(value, str):
        return False
    try:
        UUID(value)
    except ValueError:
        return False
    return True


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)
