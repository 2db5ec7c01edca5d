"""Pages of lists: `page`, `perPage`, `sort`, `direction`, and the `total` that goes with them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.exceptions import FieldDoesNotExist
from django.db.models import F, Model, QuerySet
from django.db.models.expressions import OrderBy
from rest_framework.exceptions import ParseError

DEFAULT_PER_PAGE = 10
MAX_PER_PAGE = 1000
MAX_PAGE = 1_000_000
_Row = TypeVar("_Row", bound=Model)


@dataclass(frozen=True)
class Page(Generic[_Row]):
    """The rows of one page and how many rows there are in all."""

    items: list[_Row]
    total: int


def paginate(
    rows: QuerySet[_Row],
    parameters: Mapping[str, Any],
    *,
    sort: Mapping[str, str],
    default: str,
    direction: str = "ASC",
    per_page: int = DEFAULT_PER_PAGE,
) -> Page[_Row]:
    """Give the page that the parameters ask for, in two statements.

    `sort` lists the wire names that may order the list, with their columns; `default` is one of them.
    Raises: ParseError (400) for a bad page, size, column or direction.
    """
    size = _read_number(parameters.get("perPage"), default=per_page, at_most=MAX_PER_PAGE)
    number = _read_number(parameters.get("page"), default=1, at_most=MAX_PAGE)
    column = sort.get(_read_word(parameters.get("sort")) or default)
    order = (_read_word(parameters.get("direction")) or direction).upper()
    if column is None or order not in {"ASC", "DESC"}:
        raise ParseError
    start = (number - 1) * size
    ordered = rows.order_by(_order(rows.model, column, order), "pk" if order == "ASC" else "-pk")
    return Page(items=list(ordered[start : start + size]), total=rows.order_by().count())


def _order(model: type[Model], column: str, direction: str) -> OrderBy:
    # NULLs last both ways, so that both databases agree; said only where there may be some, because PostgreSQL does
    # not walk an index backwards for it.
    last = True if _may_be_null(model, column) else None
    return F(column).asc(nulls_last=last) if direction == "ASC" else F(column).desc(nulls_last=last)


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
