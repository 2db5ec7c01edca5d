"""Pages of a list that may be very long."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import F, QuerySet
from django.db.models.expressions import OrderBy
from django.db.models.functions import Coalesce
from django.utils.functional import cached_property

# A list of so many rows at most is sorted rather than walked.
FEW = 5_000


class CappedPaginator(Paginator):  # type: ignore[type-arg]  # generic for the stubs only
    """A paginator that stops counting: past `CAP` rows a reader filters or searches, nobody leafs."""

    CAP = 20_000
    template_name = "cockpit/pagination.html"

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        found: int = rows.order_by()[: self.CAP + 1].count()
        return min(found, self.CAP)

    def page(self, number: Any) -> "Page[Any]":
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        rows: Any = self.object_list
        return Page(_take(rows, start, self.per_page, total=self.count), number, self)

    @property
    def is_capped(self) -> bool:
        return self.count == self.CAP


def _take(rows: "QuerySet[Any]", start: int, size: int, *, total: int) -> list[Any]:
    """Give a stretch of an ordered list, the rows that have nothing in its column last.

    PostgreSQL cannot walk an index downwards for that, so those rows are a part of their own. A short list is sorted:
    left to itself PostgreSQL may walk everybody to meet the few whom a filter lets through.
    """
    first, *others = rows.query.order_by or ("",)
    if not isinstance(first, OrderBy) or not isinstance(first.expression, F) or not first.nulls_last:
        return list(rows[start : start + size])
    if total <= FEW:
        opaque = Coalesce(first.expression, first.expression)
        order = opaque.desc(nulls_last=True) if first.descending else opaque.asc(nulls_last=True)
        return list(rows.order_by(order, *others)[start : start + size])
    if not first.descending:
        return list(rows[start : start + size])
    name = f"{first.expression.name}__isnull"  # type: ignore[attr-defined]  # the stubs do not know it
    full, empty = rows.filter(**{name: False}), rows.filter(**{name: True})
    found = list(full.order_by(first.expression.desc(), *others)[start : start + size])
    if len(found) == size:
        return found
    # Where the others begin is told by how many are before them.
    skipped = 0 if found else max(start - full.order_by().count(), 0)
    return found + list(empty.order_by(*others)[skipped : skipped + size - len(found)])
