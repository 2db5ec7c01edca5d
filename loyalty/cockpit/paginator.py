"""Pages of a list that may be very long."""

from typing import Any

from django.core.paginator import Paginator
from django.utils.functional import cached_property


class CappedPaginator(Paginator):  # type: ignore[type-arg]
    """A paginator that stops counting: past `CAP` rows a reader filters or searches, nobody leafs."""

    CAP = 20_000
    template_name = "cockpit/pagination.html"

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        found: int = rows.order_by()[: self.CAP + 1].count()
        return min(found, self.CAP)

    @property
    def is_capped(self) -> bool:
        return self.count == self.CAP
