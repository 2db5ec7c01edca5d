"""What the tests of segments share: parts written briefly, and who is in them."""

from datetime import datetime
from typing import Any

from customers import segments
from customers.models import Customer, Segment
from loyalty.actors import SYSTEM
from loyalty.models import Store
from tests.factories import NOON


def one_of(*criteria: dict[str, Any]) -> dict[str, Any]:
    """Write a part."""
    return {"criteria": list(criteria)}


def criterion(type: str, **fields: Any) -> dict[str, Any]:
    return {"type": type, **fields}


def make_segment(store: Store, *parts: dict[str, Any], at: datetime = NOON, **values: Any) -> Segment:
    """Save a segment and refresh it."""
    segment = segments.save_segment(
        store, values={"name": "regulars", "parts": list(parts), **values}, at=at, actor=SYSTEM
    )
    segments.refresh(segment, at=at)
    segment.refresh_from_db()
    return segment


def members(segment: Segment) -> set[str]:
    """Give the first names of those who are in a segment."""
    return set(
        Customer.objects.filter(segment_memberships__segment=segment).values_list("first_name", flat=True)
    )


def found(store: Store, *parts: dict[str, Any], at: datetime = NOON) -> set[str]:
    """Give the first names of those who meet the parts."""
    return members(make_segment(store, *parts, at=at))
