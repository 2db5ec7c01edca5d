"""Fields of the dialect's forms: strict readers of JSON values.

An absent or null member is not there: refused where it is required, left out of the values elsewhere. A number is no
text, a text no number, a boolean neither. Queries hold texts only; their fields read digits and dates from them.
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, NoReturn
from uuid import UUID

from rest_framework import serializers
from rest_framework.fields import SkipField, empty

from loyalty.amounts import BadAmount, parse_amount
from loyalty.api.bodies import keepable, read_text, read_uuid

_INSTANT = re.compile(
    r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:?\d{2})", re.ASCII | re.IGNORECASE
)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_DIGITS = re.compile(r"[0-9]{1,9}", re.ASCII)
# Four digits in every time zone, so that what was accepted can be shown again.
_YEARS = range(1900, 9999)
# Longer objects are somebody else's documents.
MAX_OBJECT = 10_000


class WireField(serializers.Field[Any, Any, Any, Any]):
    """A member of a body or a parameter of a query. `says` is its problem when the value is of the wrong kind."""

    says = "not valid"
    shape: Mapping[str, Any] = {}

    def __init__(self, *, required: bool = False, **options: Any) -> None:
        super().__init__(required=required, allow_null=True, **options)

    def validate_empty_values(self, data: Any) -> tuple[bool, Any]:
        if data is empty or data is None:
            if self.required:
                self.refuse("must not be missing")
            raise SkipField
        return False, data

    def refuse(self, message: str = "") -> NoReturn:
        """Refuse the value."""
        raise serializers.ValidationError(message or self.says)

    def to_representation(self, value: Any) -> Any:
        return value


class TextField(WireField):
    """Text, empty or not."""

    says = "must be a text"

    def __init__(self, *, max_length: int, **options: Any) -> None:
        self.max_length = max_length
        super().__init__(**options)

    @property
    def shape(self) -> Mapping[str, Any]:  # type: ignore[override]  # read like the others' constant
        return {"type": "string", "maxLength": self.max_length}

    def to_internal_value(self, data: Any) -> str:
        text = read_text(data)
        if text is None:
            self.refuse()
        if len(text) > self.max_length:
            self.refuse(f"must have at most {self.max_length} characters")
        return text


class UuidField(WireField):
    """An id."""

    says = "must be a UUID"
    shape = {"type": "string", "format": "uuid"}

    def to_internal_value(self, data: Any) -> UUID:
        return read_uuid(read_text(data) or "") or self.refuse()


class AmountField(WireField):
    """Points or money: a JSON number above zero with at most two decimals, without an exponent."""

    says = "must be a number greater than 0 with at most two decimals"
    shape = {"type": "number", "minimum": 0.01, "multipleOf": 0.01}

    def to_internal_value(self, data: Any) -> Decimal:
        if isinstance(data, bool) or not isinstance(data, int | Decimal):
            self.refuse()
        try:
            amount = parse_amount(str(data))
        except BadAmount:
            self.refuse()
        return amount if amount > 0 else self.refuse()


class CountField(WireField):
    """A whole number from 1."""

    def __init__(self, *, at_most: int, **options: Any) -> None:
        self.at_most = at_most
        super().__init__(**options)

    @property
    def shape(self) -> Mapping[str, Any]:  # type: ignore[override]  # read like the others' constant
        return {"type": "integer", "minimum": 1, "maximum": self.at_most}

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int) or not 1 <= data <= self.at_most:
            self.refuse(f"must be a whole number from 1 to {self.at_most}")
        return data


class InstantField(WireField):
    """A moment with its offset from UTC."""

    says = "must be a date-time with an offset, as in 2026-03-14T12:00:00Z"
    shape = {"type": "string", "format": "date-time"}

    def to_internal_value(self, data: Any) -> datetime:
        text = (read_text(data) or "").upper()
        try:
            moment = datetime.fromisoformat(text).astimezone(UTC) if _INSTANT.fullmatch(text) else None
        except (ValueError, OverflowError):
            moment = None
        return moment if moment is not None and moment.year in _YEARS else self.refuse()


class ObjectField(WireField):
    """An object of the partner's own, kept as it is."""

    says = "must be an object"
    shape = {"type": "object", "additionalProperties": True}

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, dict):
            self.refuse()
        try:
            kept: dict[str, Any] = keepable(data)
            length = len(json.dumps(kept))
        except ValueError:
            self.refuse("holds something that cannot be kept")
        if length > MAX_OBJECT:
            self.refuse(f"must have at most {MAX_OBJECT} characters")
        return kept


class DayField(WireField):
    """A calendar day in a query."""

    says = "must be a date, as in 2026-03-14"
    shape = {"type": "string", "format": "date"}

    def to_internal_value(self, data: Any) -> date:
        try:
            day = date.fromisoformat(data) if isinstance(data, str) and _DAY.fullmatch(data) else None
        except ValueError:
            day = None
        return day if day is not None and day.year in _YEARS else self.refuse()


class DigitsField(WireField):
    """A whole number in a query."""

    def __init__(self, *, at_least: int, at_most: int, **options: Any) -> None:
        self.at_least, self.at_most = at_least, at_most
        super().__init__(**options)

    @property
    def shape(self) -> Mapping[str, Any]:  # type: ignore[override]  # read like the others' constant
        return {"type": "integer", "minimum": self.at_least, "maximum": self.at_most}

    def to_internal_value(self, data: Any) -> int:
        number = int(data) if isinstance(data, str) and _DIGITS.fullmatch(data) else None
        if number is None or not self.at_least <= number <= self.at_most:
            self.refuse(f"must be a whole number from {self.at_least} to {self.at_most}")
        return number


class TextsField(WireField):
    """Texts of a query's parameter that may come several times; empty ones do not count."""

    says = "must be texts"

    def __init__(self, *, max_length: int, max_items: int, **options: Any) -> None:
        self.max_length, self.max_items = max_length, max_items
        super().__init__(**options)

    @property
    def shape(self) -> Mapping[str, Any]:  # type: ignore[override]  # read like the others' constant
        return {"type": "array", "items": {"type": "string", "maxLength": self.max_length}}

    def to_internal_value(self, data: Any) -> list[str]:
        texts = [read_text(each) for each in data]
        if None in texts or len(texts) > self.max_items:
            self.refuse(f"must be at most {self.max_items} texts")
        kept = [text for text in texts if text]
        if any(len(text) > self.max_length for text in kept):
            self.refuse(f"must have at most {self.max_length} characters each")
        return list(dict.fromkeys(kept))
