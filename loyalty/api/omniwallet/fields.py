"""Fields of the dialect's forms: strict readers of JSON values.

An absent field does not appear among the values; an empty one (null or blank) clears. A number is no text, a text no
number, a boolean neither.
"""

import json
from collections.abc import Mapping
from copy import copy
from decimal import Decimal
from typing import Any

from rest_framework import serializers
from rest_framework.fields import SkipField, empty

from loyalty.amounts import BadAmount, parse_amount
from loyalty.api.bodies import keepable, read_text

BLANK = "This value should not be blank."
# Longer metadata is somebody else's document.
MAX_METADATA = 10_000


class WireField(serializers.Field[Any, Any, Any, Any]):
    """A field that tells absent from empty. `required`: must come and not be empty; `blank`: may be emptied."""

    empty_value: Any = None
    shape: Mapping[str, Any] = {}
    default_error_messages = {"required": BLANK, "null": BLANK, "blank": BLANK, "invalid": "Not valid."}

    def __init__(self, *, required: bool = False, blank: bool | None = None, **options: Any) -> None:
        self.blank = not required if blank is None else blank
        super().__init__(required=required, allow_null=self.blank, **options)

    def validate_empty_values(self, data: Any) -> tuple[bool, Any]:
        if data is empty:
            if self.required and not getattr(self.root, "partial", False):
                self.fail("required")
            raise SkipField
        if data is None or (isinstance(data, str) and not data.strip()):
            if not self.blank:
                self.fail("blank")
            return True, copy(self.empty_value)
        return False, data

    def to_representation(self, value: Any) -> Any:
        return value


class TextField(WireField):
    """Text."""

    empty_value = ""
    shape = {"type": "string"}
    default_error_messages = {
        "invalid": "This value should be a text.",
        "too_long": "This value is too long. It should have {limit} characters or less.",
    }

    def __init__(self, *, max_length: int = 255, **options: Any) -> None:
        self.max_length = max_length
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> str:
        text = read_text(data)
        if text is None:
            self.fail("invalid")
        if len(text) > self.max_length:
            self.fail("too_long", limit=self.max_length)
        return text


class AmountField(WireField):
    """Points or money: a JSON number above zero with at most two decimals, without an exponent."""

    shape = {"type": "number", "minimum": 0.01, "multipleOf": 0.01}
    default_error_messages = {
        "invalid": "This value should be a number above zero with at most two decimals."
    }

    def to_internal_value(self, data: Any) -> Decimal:
        if isinstance(data, bool) or not isinstance(data, int | Decimal):
            self.fail("invalid")
        try:
            amount = parse_amount(str(data))
        except BadAmount:
            self.fail("invalid")
        if amount <= 0:
            self.fail("invalid")
        return amount


class ChoiceField(WireField):
    """One of fixed words."""

    default_error_messages = {"invalid": "This value is none of: {words}."}

    def __init__(self, *words: str, **options: Any) -> None:
        self.words = words
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str) or data not in self.words:
            self.fail("invalid", words=", ".join(self.words))
        return data


class MetadataField(WireField):
    """An object (or, with `kind=list`, a list) of the partner's own, kept as it is."""

    default_error_messages = {
        "invalid": "This value should be an {kind}.",
        "unkept": "This value holds something that cannot be kept.",
        "too_long": "This value is too long. It should have {limit} characters or less.",
    }

    def __init__(self, *, kind: type[dict[str, Any]] | type[list[Any]] = dict, **options: Any) -> None:
        self.kind = kind
        super().__init__(**options)

    @property
    def shape(self) -> Mapping[str, Any]:  # type: ignore[override]  # read like the others' constant
        return {"type": "object"} if self.kind is dict else {"type": "array", "items": {}}

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, self.kind):
            self.fail("invalid", kind="object" if self.kind is dict else "array")
        try:
            kept = keepable(data)
            length = len(json.dumps(kept))
        except ValueError:
            self.fail("unkept")
        if length > MAX_METADATA:
            self.fail("too_long", limit=MAX_METADATA)
        return kept
