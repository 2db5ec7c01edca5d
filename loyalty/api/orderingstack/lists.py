"""Lists as AdminOnRest's simple REST client asks for them: `sort`, `range` and `filter` in the query, as JSON texts.

`sort=["expires","DESC"]`, `range=[0,24]` (both ends included), `filter={"wallet":["<id>","<id>"]}`. The answer is a
bare array; `Content-Range` and `X-Total-Count` say which part of how many it is. Without a range it is everything.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from rest_framework.exceptions import ValidationError
from rest_framework.utils.encoders import JSONEncoder

from loyalty.api.orderingstack.fields import WireField
from loyalty.api.orderingstack.forms import FormInvalid

_Row = TypeVar("_Row", bound=Model)
_MAX_INDEX = 999_999_999
_MAX_VALUES = 1000
# Up to so many rows an answer is made whole, with its length in the header.
_WHOLE = 1000
_CHUNK = 500
_ENCODER = JSONEncoder(ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True)
class Columns:
    """What a list is called, what it may be ordered by (wire name -> column), and by what narrowed.

    A filter's column is compared with values that its field has read.
    """

    name: str
    sorts: Mapping[str, str]
    filters: Mapping[str, tuple[str, WireField]]


@dataclass(frozen=True)
class Asked:
    """What a query asks of a list: ours to order by, the first row and the one after the last, values by column."""

    order: str | None = None
    start: int = 0
    stop: int | None = None
    wanted: dict[str, list[Any]] = field(default_factory=dict)


def read(query: Mapping[str, str], columns: Columns) -> Asked:
    """Read a list's query.

    Raises: FormInvalid.
    """
    sort, portion, narrowed = (_json(query, name) for name in ("sort", "range", "filter"))
    start, stop = (0, None) if portion is None else _read_range(portion)
    return Asked(
        order=None if sort is None else _read_sort(sort, columns),
        start=start,
        stop=stop,
        wanted={} if narrowed is None else _read_filter(narrowed, columns),
    )


def answer(
    rows: QuerySet[_Row], as_record: Callable[[_Row], Mapping[str, Any]], asked: Asked, columns: Columns
) -> HttpResponseBase:
    """Give the asked part of a list, in the order of the rows unless asked otherwise.

    Long answers are written row by row, so that they need no memory.
    """
    for column, values in asked.wanted.items():
        rows = rows.filter(**{f"{column}__in": values})
    total = rows.count()
    if asked.order is not None:
        rows = rows.order_by(asked.order, "pk")
    count = max(min(total, total if asked.stop is None else asked.stop) - asked.start, 0)
    part = rows[asked.start : asked.start + count]
    response: HttpResponseBase
    if count > _WHOLE:
        parts = _parts(as_record(row) for row in part.iterator(chunk_size=2000))
        response = StreamingHttpResponse(parts, content_type="application/json")
    else:
        whole = b"".join(_parts(as_record(row) for row in (part if count else ())))
        response = HttpResponse(whole, content_type="application/json")
    shown = f"{asked.start}-{asked.start + count - 1}" if count else "*"
    response.headers["Content-Range"] = f"{columns.name} {shown}/{total}"
    response.headers["X-Total-Count"] = str(total)
    return response


def _parts(records: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    yield b"["
    remaining, separator = iter(records), ""
    while chunk := list(islice(remaining, _CHUNK)):
        yield (separator + ",".join(_ENCODER.encode(record) for record in chunk)).encode()
        separator = ","
    yield b"]"


def _json(query: Mapping[str, str], name: str) -> Any:
    text = query.get(name)
    if not text:
        return None
    try:
        return json.loads(text, parse_float=Decimal)
    except (ValueError, ArithmeticError, RecursionError):
        raise FormInvalid({name: "must be JSON"}) from None


def _read_sort(said: Any, columns: Columns) -> str:
    match said:
        case [str(name), "ASC" | "DESC" as direction] if name in columns.sorts:
            return columns.sorts[name] if direction == "ASC" else f"-{columns.sorts[name]}"
    names = ", ".join(sorted(columns.sorts))
    raise FormInvalid({"sort": f'must be a name ({names}) and "ASC" or "DESC"'})


def _read_range(said: Any) -> tuple[int, int]:
    match said:
        case [int(first), int(last)] if not isinstance(first, bool) and not isinstance(last, bool):
            if 0 <= first <= last <= _MAX_INDEX:
                return first, last + 1
    raise FormInvalid({"range": "must be the first and the last index, as in [0,24]"})


def _read_filter(said: Any, columns: Columns) -> dict[str, list[Any]]:
    if not isinstance(said, dict):
        raise FormInvalid({"filter": "must be an object"})
    unknown = [name for name in said if name not in columns.filters]
    if unknown:
        raise FormInvalid({"filter": f"must name {', '.join(sorted(columns.filters))} only"})
    wanted = {}
    for name, value in said.items():
        column, reader = columns.filters[name]
        values = value if isinstance(value, list) else [value]
        if len(values) > _MAX_VALUES:
            raise FormInvalid({"filter": f"{name}: must be at most {_MAX_VALUES} values"})
        wanted[column] = [_read_value(reader, name, each) for each in values]
    return wanted


def _read_value(reader: WireField, name: str, value: Any) -> Any:
    try:
        return reader.to_internal_value(value)
    except ValidationError:
        raise FormInvalid({"filter": f"{name}: {reader.says}"}) from None
