"""Everything that is kept about a customer, for the customer: what "download my data" gives.

A dictionary of plain JSON, one key per subject. This floor tells who they are and what happened; the floors above add
theirs through `reactions.TAKEOUTS` (key -> function of the customer). Moments are ISO 8601 in UTC, amounts JSON
numbers. docs/privacy.md lists the keys.
"""

import json
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.module_loading import import_string

from customers import devices, invitations, profile, timeline
from customers.models import Customer
from loyalty import events, reactions
from loyalty.amounts import to_json_number

FILENAME = "my-data.json"
_PIECE = 64 * 1024


def everything_about(customer: Customer) -> dict[str, Any]:
    """Give everything that is kept about a customer, ready to be written as JSON. Secrets (password) are no data."""
    return {
        "customer": _person(customer),
        "address": {name: getattr(customer, name) for name in profile.ADDRESS_FIELDS},
        "company": {"name": customer.company_name, "tax_id": customer.company_tax_id},
        "labels": [{"key": label.key, "value": label.value} for label in customer.labels.all()],
        "agreements": {name: getattr(customer, name) for name in sorted(profile.AGREEMENTS)},
        "standing": _standing(customer),
        "segments": _segments(customer),
        "invitations": _invitations(customer),
        "devices": devices.tokens_of(customer),
        "history": _history(customer),
        **{key: import_string(path)(customer) for key, path in reactions.TAKEOUTS.items()},
    }


def as_json(data: dict[str, Any]) -> Iterator[str]:
    """Write what `everything_about` gives as JSON that people can read, piece by piece."""
    encoder = json.JSONEncoder(ensure_ascii=False, indent=2)
    kept: list[str] = []
    length = 0
    for piece in encoder.iterencode(data):
        kept.append(piece)
        length += len(piece)
        if length >= _PIECE:
            yield "".join(kept)
            kept, length = [], 0
    yield "".join(kept)


def plain(value: Any) -> Any:
    """Give a value of a column as JSON holds it."""
    if isinstance(value, Decimal):
        return to_json_number(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def _person(customer: Customer) -> dict[str, Any]:
    columns = (
        *("id", "first_name", "last_name", "gender", "birth_date", "email", "phone", "card_number"),
        *("status", "created_at", "updated_at", "last_login_at", "is_unsubscribed", "subscribed_at"),
    )
    return {
        "store": customer.store.name,
        **{name: plain(getattr(customer, name)) for name in columns},
        "has_picture": bool(customer.avatar),
    }


def _standing(customer: Customer) -> dict[str, Any]:
    columns = (
        *("level_is_manual", "level_changed_at", "purchases_count", "purchases_amount"),
        *("purchases_amount_without_delivery", "first_purchase_at", "last_purchase_at"),
    )
    return {
        "level": customer.level.name if customer.level else None,
        "point_of_sale": customer.point_of_sale.name if customer.point_of_sale else None,
        "came_by_invitation": customer.came_by_invitation,
        **{name: plain(getattr(customer, name)) for name in columns},
    }


def _segments(customer: Customer) -> list[str]:
    return list(
        customer.segment_memberships.order_by("segment__name").values_list("segment__name", flat=True)
    )


def _invitations(customer: Customer) -> list[dict[str, Any]]:
    return [
        {
            "recipient": invitation.recipient_email or invitation.recipient_phone,
            "status": invitation.status,
            "created_at": plain(invitation.created_at),
        }
        for invitation in invitations.sent_by(customer)
    ]


def _history(customer: Customer) -> list[dict[str, Any]]:
    """What was recorded, in the sentences that staff read."""
    return [
        {"at": plain(row.occurred_at), "what": events.describe(row)}
        for row in timeline.events_of(customer).iterator(chunk_size=1000)
    ]
