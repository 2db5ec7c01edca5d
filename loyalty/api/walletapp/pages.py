"""Pages of lists, key by key as the paginator of the original's framework writes them.

Links repeat what the query of the request said; what came in the body is the caller's to send again.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from rest_framework.request import Request

PER_PAGE = 10
# Shorter lists name all their pages; longer ones some around this one and both ends.
_NAMED_AT_MOST, _EACH_SIDE = 13, 3


@dataclass(frozen=True)
class Links:
    """Addresses of pages of one list."""

    path: str
    query: tuple[tuple[str, str], ...] = ()

    def to(self, page: int) -> str:
        """Give the address of a page."""
        return f"{self.path}?{urlencode([('page', str(page)), *self.query])}"

    def with_size(self, per_page: int) -> "Links":
        """Give the same addresses, naming the size of a page whether or not the request did."""
        others = tuple(pair for pair in self.query if pair[0] != "per_page")
        return Links(path=self.path, query=(("per_page", str(per_page)), *others))


def links_of(request: Request) -> Links:
    """Give the addresses of the list that a request asked for."""
    query = [(name, value) for name, value in request.query_params.dict().items() if name != "page"]
    return Links(path=request.build_absolute_uri(request.path), query=tuple(query))


def asked(values: Mapping[str, Any]) -> dict[str, int]:
    """Give which page a read `PageForm` asks for: the first of ten, unless it says otherwise."""
    return {"number": values.get("page", 1), "per_page": values.get("per_page", PER_PAGE)}


def last_page(total: int, per_page: int) -> int:
    """Give the number of the last page; an empty list has one page."""
    return max(1, -(-total // per_page))


def page_of(
    rows: QuerySet[Any],
    record: Callable[[Any], dict[str, Any]],
    *,
    number: int,
    per_page: int,
    links: Links,
) -> dict[str, Any]:
    """Give one page of a list in the original's shape, in two statements."""
    total = rows.count()
    start = (number - 1) * per_page
    records = [record(row) for row in rows[start : start + per_page]] if start < total else []
    last = last_page(total, per_page)
    before = links.to(number - 1) if number > 1 else None
    after = links.to(number + 1) if number < last else None
    return {
        "current_page": number,
        "data": records,
        "first_page_url": links.to(1),
        "from": start + 1 if records else None,
        "last_page": last,
        "last_page_url": links.to(last),
        "links": [
            _link("&laquo; Previous", before),
            *_numbers(number, last, links),
            _link("Next &raquo;", after),
        ],
        "next_page_url": after,
        "path": links.path,
        "per_page": per_page,
        "prev_page_url": before,
        "to": start + len(records) if records else None,
        "total": total,
    }


def _numbers(number: int, last: int, links: Links) -> list[dict[str, Any]]:
    named: list[dict[str, Any]] = []
    previous = 0
    for page in _named_pages(number, last):
        if page != previous + 1:
            named.append(_link("...", None))
        named.append(_link(str(page), links.to(page), is_active=page == number))
        previous = page
    return named


def _named_pages(number: int, last: int) -> Iterable[int]:
    """Give the pages that have a link: all, or a window around this one with two pages at either end."""
    if last <= _NAMED_AT_MOST:
        return range(1, last + 1)
    window = _EACH_SIDE + 4
    if number <= window:
        return [*range(1, window + _EACH_SIDE + 1), last - 1, last]
    if number > last - window:
        return [1, 2, *range(last - (window + _EACH_SIDE - 1), last + 1)]
    return [1, 2, *range(number - _EACH_SIDE, number + _EACH_SIDE + 1), last - 1, last]


def _link(label: str, url: str | None, *, is_active: bool = False) -> dict[str, Any]:
    return {"url": url, "label": label, "active": is_active}
