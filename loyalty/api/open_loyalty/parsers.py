"""Forms in, the shape of JSON out: bracket notation and multipart become `dict`s and `list`s.

Bracket notation follows PHP: `a[b][0]=x` nests, each `a[]` opens the next place, of a repeated plain name the last
counts, blanks around names and values do not.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import IO, Any
from urllib.parse import parse_qsl

import qs_codec
from django.http import QueryDict
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser, MultiPartParser

from loyalty.api.bodies import MAX_DEPTH

MAX_FIELDS = 5000
MAX_ITEMS = 500
_OPTIONS = qs_codec.DecodeOptions(
    depth=MAX_DEPTH,
    strict_depth=True,
    list_limit=MAX_ITEMS,
    parameter_limit=MAX_FIELDS,
    raise_on_limit_exceeded=True,
    duplicates=qs_codec.Duplicates.LAST,
)


def nest(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Build the nested shape of names in bracket notation; values may be files.

    Raises: ParseError over the limits of depth, number of fields or items of a list.
    """
    flat = dict(_number_places(pairs))
    if len(flat) > MAX_FIELDS:
        raise ParseError
    # Of `labels[0]=x` and `labels[0][key]=y` the deeper one counts, as in PHP, where it replaces the text.
    containers = {name[:place] for name in flat for place in _bracket_places(name)}
    flat = {name: value for name, value in flat.items() if name not in containers}
    try:
        return qs_codec.decode(flat, _OPTIONS) if flat else {}
    except (ValueError, IndexError, TypeError, RecursionError) as error:
        raise ParseError from error


def _bracket_places(name: str) -> list[int]:
    """Give where the first few brackets of a name open; deeper ones are refused anyway."""
    return [place for place, letter in enumerate(name[:1000]) if letter == "["][: MAX_DEPTH + 1]


def read_query(query: QueryDict) -> dict[str, Any]:
    """Give the query parameters in the shape of a body.

    Raises: ParseError, also for characters that no column holds.
    """
    pairs = [(name, value) for name, values in query.lists() for value in values]
    if any("\x00" in text for pair in pairs for text in pair):
        raise ParseError
    return nest(pairs)


def _number_places(pairs: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    """Replace each empty bracket by the next number of its list, as PHP does while it reads.

    Raises: ParseError for a name with more of them than may nest: each costs a copy of the name.
    """
    next_place: dict[str, int] = {}
    for raw_name, value in pairs:
        name = raw_name.strip()
        if name.count("[]") > MAX_DEPTH:
            raise ParseError
        while "[]" in name:
            head, tail = name.split("[]", 1)
            place = next_place.get(head, 0)
            next_place[head] = place + 1
            name = f"{head}[{place}]{tail}"
        yield name, value


class FormParser(BaseParser):
    """`application/x-www-form-urlencoded` in bracket notation."""

    media_type = "application/x-www-form-urlencoded"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        try:
            text = stream.read().decode("utf-8")
            pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="strict")
        except ValueError as error:
            raise ParseError from error
        return nest(pairs)


class FormDataParser(MultiPartParser):
    """`multipart/form-data` in bracket notation, files under their names."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        parsed: Any = super().parse(stream, media_type, parser_context)
        fields = [(name, value) for name, values in parsed.data.lists() for value in values]
        files = [(name, value) for name, values in parsed.files.lists() for value in values]
        return nest([*fields, *files])
