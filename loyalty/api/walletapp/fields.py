"""Fields of the dialect's forms: strict readers of parameters, with the messages of the original's framework.

An absent, null or empty parameter is not there: refused where it is required, left out of the values elsewhere. Types
are those of JSON: a number is no text, a text is no boolean. Page numbers alone may be either, because the document
calls them text and every client writes numbers.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NoReturn
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError as DjangoValidationError
from django.core.validators import EmailValidator
from rest_framework import serializers
from rest_framework.fields import SkipField, empty

from loyalty.api.bodies import read_text, read_uuid

_LOCAL_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?)?", re.ASCII)
_OFFSET_INSTANT = re.compile(
    r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:?\d{2})", re.ASCII
)
# Four digits in every time zone, so that what was accepted can be shown again.
_YEARS = range(1001, 9999)
_NUMBER = re.compile(r"[0-9]{1,99}", re.ASCII)
_validate_email = EmailValidator()


class WireField(serializers.Field[Any, Any, Any, Any]):
    """A parameter. `says` is its problem when the value is of the wrong kind."""

    says = "The {name} is invalid."

    def __init__(self, *, required: bool = False, **options: Any) -> None:
        super().__init__(required=required, allow_null=not required, **options)

    def validate_empty_values(self, data: Any) -> tuple[bool, Any]:
        if data is empty or data is None or (isinstance(data, str) and not data.strip()):
            if self.required:
                self.refuse("The {name} field is required.")
            raise SkipField
        return False, data

    def refuse(self, message: str = "") -> NoReturn:
        """Refuse the value in words that name the parameter."""
        name = str(self.field_name or "value").replace("_", " ")
        raise serializers.ValidationError((message or self.says).format(name=name))

    def to_representation(self, value: Any) -> Any:
        return value


class TextField(WireField):
    """Text."""

    says = "The {name} must be a string."

    def __init__(self, *, max_length: int = 255, trim: bool = True, **options: Any) -> None:
        self.max_length, self.trim = max_length, trim
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> str:
        text = read_text(data)
        if text is None:
            self.refuse()
        if len(text) > self.max_length:
            self.refuse(f"The {{name}} must not be greater than {self.max_length} characters.")
        return text if self.trim else str(data)


class EmailField(TextField):
    """An e-mail address."""

    def __init__(self, *, max_length: int = 254, **options: Any) -> None:
        super().__init__(max_length=max_length, **options)

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        try:
            _validate_email(text)
        except DjangoValidationError:
            self.refuse("The {name} must be a valid email address.")
        return text


class UuidField(WireField):
    """An id."""

    says = "The {name} must be a valid UUID."

    def to_internal_value(self, data: Any) -> UUID:
        found = read_uuid(read_text(data) or "")
        return found or self.refuse()


class FlagField(WireField):
    """Yes or no."""

    says = "The {name} field must be true or false."

    def to_internal_value(self, data: Any) -> bool:
        return data if isinstance(data, bool) else self.refuse()


class NumberField(WireField):
    """A whole number from 1, as a number or in digits."""

    says = "The {name} must be an integer of at least 1."

    def __init__(self, *, at_most: int = 999_999_999, **options: Any) -> None:
        self.at_most = at_most
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> int:
        text = str(data).strip() if isinstance(data, str | int) and not isinstance(data, bool) else ""
        if not _NUMBER.fullmatch(text) or int(text) < 1:
            self.refuse()
        if int(text) > self.at_most:
            self.refuse(f"The {{name}} must not be greater than {self.at_most}.")
        return int(text)


class PastInstantField(WireField):
    """A moment before now: ISO 8601 with offset as it is; without one, in the store's zone.

    Reads `zone` and `now` from the form's context.
    """

    says = "The {name} is not a valid date."

    def to_internal_value(self, data: Any) -> datetime:
        instant = _read_instant(read_text(data) or "", zone=self.context.get("zone") or ZoneInfo("UTC"))
        if instant is None or instant.year not in _YEARS:
            self.refuse()
        if instant >= self.context["now"]:
            self.refuse("The {name} must be a date before now.")
        return instant


def _read_instant(text: str, *, zone: ZoneInfo) -> datetime | None:
    try:
        if _OFFSET_INSTANT.fullmatch(text):
            return datetime.fromisoformat(text).astimezone(UTC)
        if _LOCAL_INSTANT.fullmatch(text):
            return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return None


class ListField(WireField):
    """Several values of one kind, at least one. `lone`: a single text may stand for a list of itself."""

    says = "The {name} must be an array."

    def __init__(
        self,
        child: serializers.Field[Any, Any, Any, Any],
        *,
        max_items: int = 10_000,
        lone: bool = False,
        **options: Any,
    ) -> None:
        self.child, self.max_items, self.lone = child, max_items, lone
        super().__init__(**options)
        self.child.bind(field_name="", parent=self)  # type: ignore[arg-type]  # as ListField of the library does

    def to_internal_value(self, data: Any) -> list[Any]:
        items = [data] if self.lone and isinstance(data, str) else data
        if not isinstance(items, list):
            self.refuse()
        if not items and self.required:
            self.refuse("The {name} field is required.")
        if len(items) > self.max_items:
            self.refuse(f"The {{name}} must not have more than {self.max_items} items.")
        values, errors = [], {}
        for place, item in enumerate(items):
            try:
                values.append(_read_item(self.child, item))
            except serializers.ValidationError as error:
                errors[str(place)] = error.detail
        if errors:
            raise serializers.ValidationError(errors)
        return values


def _read_item(child: serializers.Field[Any, Any, Any, Any], item: Any) -> Any:
    try:
        return child.run_validation(item)
    except SkipField:
        # An item cannot be left out: an empty one is a wrong one.
        refuse: Callable[[], NoReturn] = child.refuse  # type: ignore[attr-defined]  # a WireField skips, a form never
        return refuse()
