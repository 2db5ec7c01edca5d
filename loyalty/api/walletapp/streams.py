"""Answers with lists of any length: written row by row, so that a million members need no memory."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, TypeVar

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from rest_framework.utils.encoders import JSONEncoder

_Row = TypeVar("_Row")
# Up to so many rows an answer is made whole, with its length in the header.
WHOLE = 1000
_CHUNK = 500
_ENCODER = JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def answer(envelope: Mapping[str, Any], rows: Iterable[Mapping[str, Any]], *, count: int) -> HttpResponseBase:
    """Give an answer whose last list, empty in the envelope, is filled with rows; `count` is about how many."""
    parts = _parts(_ENCODER.encode(envelope), rows)
    if count > WHOLE:
        return StreamingHttpResponse(parts, content_type="application/json")
    return HttpResponse(b"".join(parts), content_type="application/json")


def in_chunks(rows: Iterable[_Row], size: int) -> Iterator[list[_Row]]:
    """Give rows in lists of a size; the last may be shorter."""
    remaining = iter(rows)
    while chunk := list(islice(remaining, size)):
        yield chunk


def _parts(envelope: str, rows: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    place = envelope.rindex("[]") + 1
    yield envelope[:place].encode()
    separator = ""
    for chunk in in_chunks(rows, _CHUNK):
        yield (separator + ",".join(_ENCODER.encode(row) for row in chunk)).encode()
        separator = ","
    yield envelope[place:].encode()
