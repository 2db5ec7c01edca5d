"""JSON bodies as every dialect reads them: strictly, within limits, numbers with their decimals."""

import json
import math
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import IO, Any
from uuid import UUID

from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

MAX_DEPTH = 12
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)


class JsonParser(BaseParser):
    """JSON objects; numbers keep their decimals, NaN and Infinity are refused."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        raw = stream.read()
        if not raw.strip():
            return {}
        try:
            parsed = json.loads(raw, parse_float=Decimal, parse_constant=_refuse_constant)
        # ArithmeticError: an exponent beyond what a Decimal can hold.
        except (ValueError, ArithmeticError, RecursionError) as error:
            raise ParseError from error
        if not isinstance(parsed, dict) or _is_too_deep(parsed):
            raise ParseError
        return parsed


def read_text(data: Any) -> str | None:
    """Give a text without outer blanks, or None when it is no text that a column can hold."""
    if not isinstance(data, str) or "\x00" in data:
        return None
    try:
        data.encode("utf-8")
    except UnicodeEncodeError:
        return None
    return data.strip()


def read_uuid(text: str) -> UUID | None:
    """Give the UUID that a text spells in hyphenated form, or None."""
    return UUID(text) if _UUID.fullmatch(text) else None


def keepable(value: Any) -> Any:
    """Give a JSON value of a partner's own as a JSON column can hold it. Raises: ValueError for what none can."""
    if isinstance(value, dict):
        return {_keepable_text(name): keepable(each) for name, each in value.items()}
    if isinstance(value, list):
        return [keepable(each) for each in value]
    if isinstance(value, str):
        return _keepable_text(value)
    if isinstance(value, Decimal):
        number = float(value)
        if not math.isfinite(number):
            raise ValueError("no column holds it")
        return number
    return value


def _keepable_text(text: str) -> str:
    if read_text(text) is None:
        raise ValueError("no column holds it")
    return text


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)


def _is_too_deep(value: Any) -> bool:
    """Tell whether containers nest deeper than allowed, without recursing."""
    layer = [value]
    for _ in range(MAX_DEPTH + 2):
        layer = [
            child
            for container in layer
            for child in (container.values() if isinstance(container, dict) else container)
            if isinstance(child, dict | list)
        ]
        if not layer:
            return False
    return True
