"""Fields of the dialect's forms: strict readers of wire values, with the messages of the original.

An absent field does not appear among the values; an empty one clears (text becomes "", everything else None). Text
arrives as text: numbers and booleans in its place are refused. Numbers may arrive as text, because form bodies have
nothing else.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError as DjangoValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import EmailValidator
from rest_framework import serializers
from rest_framework.fields import SkipField, empty

from loyalty.amounts import BadAmount, parse_amount
from loyalty.api.bodies import read_text, read_uuid

INVALID = "This value is not valid."
BLANK = "This value should not be blank."
TOO_LONG = "This value is too long. It should have {limit} characters or less."
BAD_EMAIL = "This value is not a valid email address."
NO_CHOICE = "The value you selected is not a valid choice."
# Labels that one field takes, however they are written.
MAX_LABELS = 500

_WHOLE = re.compile(r"[+-]?[0-9]{1,10}", re.ASCII)
_PLAIN_DECIMAL = re.compile(r"[+-]?[0-9]{1,12}(\.[0-9]{1,8})?", re.ASCII)
_LOCAL_INSTANT = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[ T](\d{1,2}:\d{2}(?::\d{2})?))?", re.ASCII)
_OFFSET_INSTANT = re.compile(
    r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:?\d{2})", re.ASCII
)
_SHORT_HOUR = re.compile(r"(?<=[ T])(?=\d:)", re.ASCII)
_BLANK_FOR_PLUS = re.compile(r"(T\d{2}:\d{2}(?::\d{2})?) (\d{2}:?\d{2})$", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
# Four digits in every time zone, so that what was accepted can be shown again.
_YEARS = range(1001, 9999)
_YES = frozenset({"1", "true", "active", "on", "yes"})
_NO = frozenset({"0", "false", "inactive", "off", "no"})
_validate_email = EmailValidator()


class WireField(serializers.Field[Any, Any, Any, Any]):
    """A field that tells absent from empty. `required`: must come and not be empty; `blank`: may be emptied."""

    empty_value: Any = None
    default_error_messages = {"required": BLANK, "null": BLANK, "blank": BLANK, "invalid": INVALID}

    def __init__(self, *, required: bool = False, blank: bool | None = None, **options: Any) -> None:
        self.blank = not required if blank is None else blank
        super().__init__(required=required, allow_null=True, **options)

    def validate_empty_values(self, data: Any) -> tuple[bool, Any]:
        if data is empty:
            if self.required:
                self.fail("required")
            if self.default is empty:
                raise SkipField
            return True, self.get_default()
        if data is None or (isinstance(data, str) and not data.strip()):
            if not self.blank:
                self.fail("blank")
            return True, copy(self.empty_value)
        return False, data

    def to_representation(self, value: Any) -> Any:
        return value


def read_scalar(data: Any) -> str | None:
    """Give a number or text as text; booleans, lists and objects are none."""
    if isinstance(data, bool):
        return None
    if isinstance(data, int | Decimal):
        return str(data)
    return read_text(data)


class TextField(WireField):
    """One line or more of text."""

    empty_value = ""

    def __init__(self, *, max_length: int = 255, trim: bool = True, **options: Any) -> None:
        self.max_length = max_length
        self.trim = trim
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> str:
        text = read_text(data)
        if text is None:
            self.fail("invalid")
        if len(text) > self.max_length:
            raise serializers.ValidationError(TOO_LONG.format(limit=self.max_length))
        return text if self.trim else str(data)


class PasswordField(TextField):
    """A password: taken as typed, blanks included."""

    def __init__(self, *, max_length: int = 128, **options: Any) -> None:
        super().__init__(max_length=max_length, trim=False, **options)


class EmailField(TextField):
    """An e-mail address."""

    def __init__(self, *, max_length: int = 254, **options: Any) -> None:
        super().__init__(max_length=max_length, **options)

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        try:
            _validate_email(text)
        except DjangoValidationError:
            raise serializers.ValidationError(BAD_EMAIL) from None
        return text


class AmountField(WireField):
    """Points or money with at most two decimals. `positive`: must be above zero; else zero is fine too."""

    def __init__(self, *, positive: bool = False, signed: bool = False, **options: Any) -> None:
        self.positive, self.signed = positive, signed
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> Decimal:
        text = read_scalar(data)
        if text is None:
            self.fail("invalid")
        try:
            amount = parse_amount(text)
        except BadAmount:
            self.fail("invalid")
        if (self.positive and amount <= 0) or (amount < 0 and not self.signed):
            self.fail("invalid")
        return amount


class DecimalField(WireField):
    """A plain decimal (a multiplier, a rate, a coordinate) between `at_least` and `at_most`."""

    def __init__(
        self,
        *,
        places: int = 4,
        at_least: Decimal | None = None,
        at_most: Decimal | None = None,
        **options: Any,
    ) -> None:
        self.places, self.at_least, self.at_most = places, at_least, at_most
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> Decimal:
        text = read_scalar(data)
        if text is None or not _PLAIN_DECIMAL.fullmatch(text):
            self.fail("invalid")
        number = Decimal(text)
        exponent = number.as_tuple().exponent
        if not isinstance(exponent, int) or -exponent > self.places:
            self.fail("invalid")
        if (self.at_least is not None and number < self.at_least) or (
            self.at_most is not None and number > self.at_most
        ):
            self.fail("invalid")
        return number


class IntegerField(WireField):
    """A whole number between `at_least` and `at_most`."""

    def __init__(self, *, at_least: int = 0, at_most: int = 2_147_483_647, **options: Any) -> None:
        self.at_least, self.at_most = at_least, at_most
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> int:
        text = read_scalar(data)
        if text is None or not _WHOLE.fullmatch(text) or not self.at_least <= int(text) <= self.at_most:
            self.fail("invalid")
        return int(text)


class FlagField(WireField):
    """Yes or no: 1, 0, true, false, active, inactive (and on, off, yes, no). An emptied flag is no."""

    empty_value = False

    def to_internal_value(self, data: Any) -> bool:
        if isinstance(data, bool):
            return data
        text = (read_scalar(data) or "").lower()
        if text in _YES:
            return True
        if text not in _NO:
            self.fail("invalid")
        return False


class ChoiceField(WireField):
    """One of fixed words; `words` maps each wire word to our value, or lists words that are the same in both."""

    def __init__(self, words: Mapping[str, Any] | Sequence[str], **options: Any) -> None:
        self.words = dict(words) if isinstance(words, Mapping) else {word: word for word in words}
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> Any:
        text = read_scalar(data)
        if text is None or text not in self.words:
            raise serializers.ValidationError(NO_CHOICE)
        return self.words[text]


class UuidField(WireField):
    """The id of something, in the usual hyphenated form."""

    def to_internal_value(self, data: Any) -> UUID:
        found = read_uuid(read_text(data) or "")
        if found is None:
            self.fail("invalid")
        return found


class DateField(WireField):
    """A calendar day, `YYYY-MM-DD`; of a longer text only the day counts, as the original reads it."""

    def to_internal_value(self, data: Any) -> date:
        text = read_text(data) or ""
        if _OFFSET_INSTANT.fullmatch(text) or _LOCAL_INSTANT.fullmatch(text):
            text = text[:10]
        try:
            day = date.fromisoformat(text if _DATE.fullmatch(text) else "")
        except ValueError:
            self.fail("invalid")
        if day.year not in _YEARS:
            self.fail("invalid")
        return day


class InstantField(WireField):
    """A moment: ISO 8601 with offset as it is; `YYYY-MM-DD[ HH:mm[:ss]]` in the store's zone (context `zone`)."""

    def to_internal_value(self, data: Any) -> datetime:
        instant = read_instant(read_text(data) or "", zone=self.context.get("zone") or ZoneInfo("UTC"))
        if instant is None or instant.year not in _YEARS:
            self.fail("invalid")
        return instant


def read_instant(text: str, *, zone: ZoneInfo) -> datetime | None:
    """Give the aware UTC moment that a text names, local times in `zone`, or None."""
    # In a form body an unescaped + arrives as a blank: `2022-02-20T09:45:04 0100`, as the document's own example.
    text = _BLANK_FOR_PLUS.sub(r"\1+\2", text)
    try:
        if _OFFSET_INSTANT.fullmatch(text):
            return datetime.fromisoformat(text).astimezone(UTC)
        if _LOCAL_INSTANT.fullmatch(text):
            # The document writes `8:33` too.
            padded = _SHORT_HOUR.sub("0", text)
            return datetime.fromisoformat(padded).replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return None


class LabelsTextField(WireField):
    """Labels written as `key:value;key:value`; gives a list of `{"key", "value"}`."""

    empty_value: list[dict[str, str]] = []

    def to_internal_value(self, data: Any) -> list[dict[str, str]]:
        text = read_text(data)
        if text is None:
            self.fail("invalid")
        labels = []
        parts = [part.strip() for part in text.split(";", MAX_LABELS + 1)]
        if len(parts) > MAX_LABELS:
            self.fail("invalid")
        for part in filter(None, parts):
            key, _, value = part.partition(":")
            if not key.strip() or len(key) > 128 or len(value) > 255:
                self.fail("invalid")
            labels.append({"key": key.strip(), "value": value.strip()})
        return labels


class ListField(WireField):
    """Several values of one kind: a list, numbered places as bracket notation gives them, or a lone value."""

    empty_value: list[Any] = []

    def __init__(
        self, child: serializers.Field[Any, Any, Any, Any], *, max_items: int = 500, **options: Any
    ) -> None:
        self.child, self.max_items = child, max_items
        super().__init__(**options)
        self.child.bind(field_name="", parent=self)  # type: ignore[arg-type]  # as ListField of the library does

    def to_internal_value(self, data: Any) -> list[Any]:
        items = list(data.values()) if isinstance(data, Mapping) else data
        if isinstance(items, str):
            items = [items]
        if not isinstance(items, list) or len(items) > self.max_items:
            self.fail("invalid")
        values, errors = [], {}
        for place, item in enumerate(items):
            try:
                values.append(self.child.run_validation(item))
            except serializers.ValidationError as error:
                errors[str(place)] = error.detail
        if errors:
            raise serializers.ValidationError(errors)
        if self.required and not values:
            self.fail("blank")
        return values


class FileField(WireField):
    """An uploaded file (multipart only)."""

    def to_internal_value(self, data: Any) -> "UploadedFile[Any]":
        if not isinstance(data, UploadedFile):
            self.fail("invalid")
        return data


class CheckedField(WireField):
    """A field of any kind of value, read by one function that gives None for what it refuses."""

    def __init__(self, read: Callable[[Any], Any], **options: Any) -> None:
        self.read = read
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> Any:
        value = self.read(data)
        if value is None:
            self.fail("invalid")
        return value
