"""Our values in the dialect's words: moments in the store's zone, amounts as numbers, empty keys left out."""

from collections.abc import Mapping
from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import Any

from rest_framework.renderers import JSONRenderer
from rest_framework.utils.encoders import JSONEncoder

from loyalty.amounts import to_json_number


def instant(moment: datetime | None, zone: tzinfo) -> str | None:
    """Give a moment as `2018-02-02T11:39:17+0100` in a store's zone."""
    return None if moment is None else moment.astimezone(zone).strftime("%Y-%m-%dT%H:%M:%S%z")


def instant_with_colon(moment: datetime | None, zone: tzinfo) -> str | None:
    """Give a moment as `2022-01-30T23:59:59+01:00`, the form of events and of the newer routes."""
    return None if moment is None else moment.astimezone(zone).isoformat(timespec="seconds")


def day(value: date | None) -> str | None:
    """Give a calendar day as `1990-02-01`."""
    return None if value is None else value.isoformat()


def amount(value: Decimal | None) -> int | float | None:
    """Give points or money as a JSON number with at most two decimals."""
    return None if value is None else to_json_number(value)


def compact(record: Mapping[str, Any]) -> dict[str, Any]:
    """Give a record without its empty (None) keys, as the original's serializer does."""
    return {key: value for key, value in record.items() if value is not None}


class WireEncoder(JSONEncoder):
    """Writes a Decimal as a number; everything else as the library does."""

    def default(self, obj: Any) -> Any:
        return to_json_number(obj) if isinstance(obj, Decimal) else super().default(obj)


class WireRenderer(JSONRenderer):
    """Compact JSON in UTF-8."""

    encoder_class = WireEncoder
    charset = None
