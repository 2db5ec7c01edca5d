"""How every list of the cockpit is put in order."""

from typing import Any

from django.contrib.admin.views.main import ORDER_VAR
from django.db.models import F, Model, QuerySet
from django.http import HttpRequest
from unfold.views import ChangeList


class CockpitList(ChangeList):
    """A list in the order of one column and then of the ids, both one way: an index that ends with the id gives it.

    Rows without a value come last both ways, so that both databases agree (`paginator` walks them apart). Whoever asks
    for several columns gets them, and waits for the sorting where there are very many rows.
    """

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        # For what is drawn over the list, which knows only the list.
        self.request = request
        super().__init__(request, *args, **kwargs)

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[Any]:
        ordering: list[Any] = list(super().get_ordering(request, queryset))
        if not ordering or "." in self.params.get(ORDER_VAR, ""):
            return ordering
        first = ordering[0]
        if first in ("pk", "-pk"):
            return [first]
        by_id = "-pk" if _is_descending(first) else "pk"
        return [_empty_last(first, queryset.model), by_id]


def _empty_last(term: Any, model: type[Model]) -> Any:
    """Give the order by a column of the model that may be empty, with the empty last; any other as it is."""
    column = term.removeprefix("-") if isinstance(term, str) else ""
    if "__" in column or column not in {each.name for each in model._meta.concrete_fields}:
        return term
    if not model._meta.get_field(column).null:
        return term
    return F(column).desc(nulls_last=True) if term != column else F(column).asc(nulls_last=True)


def _is_descending(term: Any) -> bool:
    return term.startswith("-") if isinstance(term, str) else bool(getattr(term, "descending", False))
