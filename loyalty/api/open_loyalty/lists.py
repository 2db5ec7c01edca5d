"""Pages of lists: `page`, `perPage`, `sort`, `direction`, and the `total` that goes with them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

from django.core.exceptions import FieldDoesNotExist
from django.db.models import F, Model, QuerySet
from django.db.models.functions import Coalesce
from rest_framework.exceptions import ParseError

DEFAULT_PER_PAGE = 10
MAX_PER_PAGE = 1000
MAX_PAGE = 1_000_000
# A list of so many rows at most is sorted rather than walked.
FEW = 10_000
# From this row on a page is looked up by the ids of its rows.
DEEP = 500
_Row = TypeVar("_Row", bound=Model)
# What gives a list for "ASC" or "DESC" as consecutive ordered parts.
Parts: TypeAlias = Callable[[Any, str], list[Any]]


@dataclass(frozen=True)
class Page(Generic[_Row]):
    """The rows of one page and how many rows there are in all."""

    items: list[_Row]
    total: int


def paginate(
    rows: QuerySet[_Row],
    parameters: Mapping[str, Any],
    *,
    sort: Mapping[str, str | Parts],
    default: str,
    direction: str = "ASC",
    per_page: int = DEFAULT_PER_PAGE,
    count: Callable[[], int] | None = None,
) -> Page[_Row]:
    """Give the page that the parameters ask for: in two statements, unless it lies deep or ends among NULLs.

    `sort` lists the wire names that may order the list, with their columns (or what gives the list as consecutive
    parts for a direction); `default` is one of them. `count` tells the number of rows where it is known for less than
    counting them.
    Raises: ParseError (400) for a bad page, size, column or direction.
    """
    start, size = _read_stretch(parameters, per_page)
    column, order = _read_order(parameters, sort=sort, default=default, direction=direction)
    total = count() if count else rows.order_by().count()
    parts = _sorted(rows, column, order) if total <= FEW else _parts(rows, column, order)
    if start >= total:
        return Page(items=[], total=total)
    if len(parts) == 1 and start >= DEEP and start > total // 2:
        # Nearer to the end: walk from there.
        behind = total - start
        items = _take(parts[0].reverse(), max(behind - size, 0), behind)
        return Page(items=items[::-1], total=total)
    return Page(items=_walk(parts, start, size), total=total)


def take_page(
    rows: QuerySet[_Row],
    parameters: Mapping[str, Any],
    *,
    sort: Mapping[str, str | Parts],
    default: str,
    per_page: int = DEFAULT_PER_PAGE,
) -> list[_Row]:
    """Give the rows of the asked page for an answer that does not tell how many there are in all.

    Raises: ParseError (400) as `paginate`.
    """
    start, size = _read_stretch(parameters, per_page)
    column, order = _read_order(parameters, sort=sort, default=default, direction="ASC")
    return _walk(_parts(rows, column, order), start, size)


def _read_stretch(parameters: Mapping[str, Any], per_page: int) -> tuple[int, int]:
    size = _read_number(parameters.get("perPage"), default=per_page, at_most=MAX_PER_PAGE)
    number = _read_number(parameters.get("page"), default=1, at_most=MAX_PAGE)
    return (number - 1) * size, size


def _read_order(
    parameters: Mapping[str, Any], *, sort: Mapping[str, str | Parts], default: str, direction: str
) -> tuple[str | Parts, str]:
    column = sort.get(_read_word(parameters.get("sort")) or default)
    order = (_read_word(parameters.get("direction")) or direction).upper()
    if column is None or order not in {"ASC", "DESC"}:
        raise ParseError
    return column, order


def _parts(rows: QuerySet[_Row], column: str | Parts, order: str) -> list[QuerySet[_Row]]:
    """Give the list in an order that an index may walk, as consecutive parts.

    NULLs come last both ways, so that both databases agree. PostgreSQL cannot walk an index backwards for that, so
    downwards the rows without a value are a part of their own.
    """
    if not isinstance(column, str):
        parts: list[QuerySet[_Row]] = column(rows, order)
        return parts
    sign = "" if order == "ASC" else "-"
    if not _may_be_null(rows.model, column):
        return [rows.order_by(f"{sign}{column}", f"{sign}pk")]
    if order == "ASC":
        return [rows.order_by(F(column).asc(nulls_last=True), "pk")]
    return [
        rows.filter(**{f"{column}__isnull": False}).order_by(F(column).desc(), "-pk"),
        rows.filter(**{f"{column}__isnull": True}).order_by("-pk"),
    ]


def _sorted(rows: QuerySet[_Row], column: str | Parts, order: str) -> list[QuerySet[_Row]]:
    """Give a short list in an order that no index walks: the database finds the rows first, then sorts them.

    Left to itself PostgreSQL may walk all customers by age to meet the few that a filter lets through.
    """
    if not isinstance(column, str):
        return _parts(rows, column, order)
    opaque = Coalesce(F(column), F(column))
    by_column = opaque.asc(nulls_last=True) if order == "ASC" else opaque.desc(nulls_last=True)
    return [rows.order_by(by_column, "pk" if order == "ASC" else "-pk")]


def _walk(parts: Sequence[QuerySet[_Row]], start: int, size: int) -> list[_Row]:
    """Give `size` rows from `start` of parts that follow each other."""
    items: list[_Row] = []
    for part in parts:
        found = _take(part, start, start + size - len(items))
        items += found
        if len(items) == size:
            break
        start = 0 if found or not start else max(start - part.order_by().count(), 0)
    return items


def _take(part: QuerySet[_Row], start: int, stop: int) -> list[_Row]:
    if start < DEEP:
        return list(part[start:stop])
    # What is skipped is skipped among ids, which an index gives without looking at the rows.
    ids = list(part.values_list("pk", flat=True)[start:stop])
    found = {row.pk: row for row in part.order_by().filter(pk__in=ids)}
    return [found[each] for each in ids if each in found]


def _may_be_null(model: type[Model], column: str) -> bool:
    if column == "pk":
        return False
    try:
        return bool(getattr(model._meta.get_field(column), "null", True))
    except FieldDoesNotExist:
        return True


def _read_word(value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ParseError
    return value.strip()


def _read_number(value: Any, *, default: int, at_most: int) -> int:
    if value is None or value == "":
        return default
    text = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else "?"
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and 0 < int(text) <= at_most):
        raise ParseError
    return int(text)
