"""Lists of the dialect: `page[number]`, `page[size]`, `sort`, `filter[…]`, and what an answer says about its page."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.db.models import F, Model, Q, QuerySet
from django.db.models.expressions import OrderBy
from django.http import QueryDict

from loyalty import calendar
from loyalty.api.bodies import read_text
from loyalty.api.omniwallet.problems import Problem, ProblemsFound

DEFAULT_SIZE = 15
MAX_SIZE = 100
MAX_NUMBER = 999_999_999
_FILTER = re.compile(r"filter\[([A-Za-z_]+)\]", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
# Every zone can show the ends of these days.
_YEARS = range(1001, 9999)
_Row = TypeVar("_Row", bound=Model)
_Item = TypeVar("_Item")


@dataclass(frozen=True)
class Asked:
    """What a list is asked for. `sorts`: wire names in their order, with whether each descends."""

    number: int = 1
    size: int = DEFAULT_SIZE
    sorts: tuple[tuple[str, bool], ...] = ()
    filters: Mapping[str, str] = field(default_factory=dict)

    def sorts_by(self, name: str) -> bool:
        """Tell whether a name is among those that order the list."""
        return name in dict(self.sorts)

    def parameters(self, *, number: int) -> dict[str, str]:
        """Give the query of another page of the same list."""
        query = {f"filter[{name}]": value for name, value in self.filters.items()}
        if self.sorts:
            query["sort"] = ",".join(f"-{name}" if descends else name for name, descends in self.sorts)
        return {**query, "page[size]": str(self.size), "page[number]": str(number)}


def read(query: QueryDict, *, sorts: Collection[str] = (), filters: Collection[str] = ()) -> Asked:
    """Read the query of a list that may be ordered by `sorts` and narrowed by `filters`.

    Raises: ProblemsFound (400) for unknown parameters, and for values that are none.
    """
    number, size = 1, DEFAULT_SIZE
    order: tuple[tuple[str, bool], ...] = ()
    wanted: dict[str, str] = {}
    for name, values in query.lists():
        text = read_text(values[0]) if len(values) == 1 else None
        narrowed = _FILTER.fullmatch(name)
        if text is None:
            raise bad_parameter(name, "This parameter should come once, with a readable value.")
        if name == "page[number]":
            number = _read_number(name, text, at_most=MAX_NUMBER)
        elif name == "page[size]":
            size = _read_number(name, text, at_most=MAX_SIZE)
        elif name == "sort" and sorts:
            order = _read_sorts(text, sorts)
        elif narrowed and narrowed[1] in filters:
            wanted[narrowed[1]] = text
        else:
            raise bad_parameter(name, "This parameter is not known here.")
    return Asked(number=number, size=size, sorts=order, filters=wanted)


def bad_parameter(name: str, detail: str) -> ProblemsFound:
    """Give the 400 for a query parameter."""
    return ProblemsFound(Problem(400, "parameter_invalid", detail, parameter=name))


def on_day(column: str, name: str, text: str, zone: ZoneInfo) -> Q:
    """Give the condition that a moment lies on the local day that `filter[name]` says.

    Raises: ProblemsFound (400) unless it is `YYYY-MM-DD`.
    """
    try:
        day = date.fromisoformat(text if _DAY.fullmatch(text) else "")
    except ValueError:
        day = date.min
    if day.year not in _YEARS:
        raise bad_parameter(f"filter[{name}]", "This value should be a day, YYYY-MM-DD.")
    begins = calendar.start_of_day(day, zone)
    ends = calendar.start_of_day(day + timedelta(days=1), zone)
    return Q(**{f"{column}__gte": begins, f"{column}__lt": ends})


def one_of(words: Collection[str], name: str, text: str) -> str:
    """Give the word of `filter[name]` back. Raises: ProblemsFound (400) for other words."""
    if text not in words:
        raise bad_parameter(f"filter[{name}]", f"This value is none of: {', '.join(words)}.")
    return text


@dataclass(frozen=True)
class Page(Generic[_Item]):
    """What is on one page of a list, and how much there is in all."""

    items: list[_Item]
    total: int
    asked: Asked

    @property
    def last_number(self) -> int:
        return max(-(-self.total // self.asked.size), 1)

    def meta(self) -> dict[str, Any]:
        """Give `meta.page`; an empty page has no first and no last row."""
        before = (self.asked.number - 1) * self.asked.size
        return {
            "page": {
                "currentPage": self.asked.number,
                "from": before + 1 if self.items else None,
                "lastPage": self.last_number,
                "perPage": self.asked.size,
                "to": before + len(self.items) if self.items else None,
                "total": self.total,
            }
        }

    def links(self, address: str) -> dict[str, str]:
        """Give the addresses of the first, the last and, where there is one, the next page."""
        numbers = {"first": 1, "last": self.last_number}
        if self.asked.number < self.last_number:
            numbers["next"] = self.asked.number + 1
        return {
            name: f"{address}?{urlencode(self.asked.parameters(number=number))}"
            for name, number in numbers.items()
        }


def paginate(
    rows: QuerySet[_Row], asked: Asked, *, columns: Mapping[str, str], default: str, total: int
) -> Page[_Row]:
    """Give the asked page of some rows; `columns` are those of the sorts, `default` that of a list not sorted.

    A page past the end is empty and costs no statement; one beyond the middle is read from the end.
    """
    start = (asked.number - 1) * asked.size
    if start >= total:
        return Page(items=[], total=total, asked=asked)
    sorts = [(columns[name], descends) for name, descends in asked.sorts] or [(default, False)]
    ordered = rows.order_by(*_orders(rows.model, sorts))
    if start <= total // 2:
        return Page(items=list(ordered[start : start + asked.size]), total=total, asked=asked)
    stop = min(start + asked.size, total)
    backwards = list(ordered.reverse()[total - stop : total - start])
    return Page(items=backwards[::-1], total=total, asked=asked)


def slice_of(everything: Sequence[_Item], asked: Asked) -> Page[_Item]:
    """Give the asked page of what is at hand in its order."""
    start = (asked.number - 1) * asked.size
    return Page(items=list(everything[start : start + asked.size]), total=len(everything), asked=asked)


def _orders(model: type[Model], sorts: Sequence[tuple[str, bool]]) -> Iterator[OrderBy | str]:
    for column, descends in sorts:
        # NULLs last both ways, so that both databases agree; said only where there may be some, because PostgreSQL
        # walks no index for it.
        last = True if _may_be_null(model, column) else None
        yield F(column).desc(nulls_last=last) if descends else F(column).asc(nulls_last=last)
    # The same direction as what comes before, so that one index serves both.
    yield "-pk" if sorts[-1][1] else "pk"


def _may_be_null(model: type[Model], path: str) -> bool:
    if path == "pk":
        return False
    *relations, column = path.split("__")
    for relation in relations:
        related = model._meta.get_field(relation).related_model
        assert isinstance(related, type)
        model = related
    names = {each.name: each for each in model._meta.concrete_fields}
    return column not in names or names[column].null


def _read_sorts(text: str, known: Collection[str]) -> tuple[tuple[str, bool], ...]:
    sorts = tuple((name.removeprefix("-"), name.startswith("-")) for name in text.split(","))
    names = [name for name, _ in sorts]
    if len(set(names)) != len(names) or not set(names) <= set(known):
        raise bad_parameter("sort", f"Allowed sorts, each once: {', '.join(known)}.")
    return sorts


def _read_number(name: str, text: str, *, at_most: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and 0 < int(text) <= at_most):
        raise bad_parameter(name, f"This value should be a whole number from 1 to {at_most}.")
    return int(text)
