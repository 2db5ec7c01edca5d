"""The filters that stay visible over a list: one chip per state, with its count."""

from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, Count

from loyalty.cockpit import formats

# The chips of a yes-or-no column: value, its word in the address, its state.
_SWITCH: list[tuple[Any, str, str]] = [(True, "1", "active"), (False, "0", "inactive")]


@dataclass(frozen=True)
class Chip:
    """One state of the rows of a list, how many rows are in it, and the link that shows only them."""

    label: str
    count: int
    link: str
    is_chosen: bool
    colour: str


def chips_of(cl: Any) -> list[Chip]:
    """Give the chips of a change list whose admin class names a `chips_field`.

    One statement, whatever the number of rows; the counts are of all rows that the store has, before other filters.
    """
    field = getattr(cl.model_admin, "chips_field", None)
    if not field:
        return []
    key = f"{field}__exact"
    chosen = cl.params.get(key)
    chosen = chosen[0] if isinstance(chosen, list) else chosen
    column = cl.model._meta.get_field(field)
    values = (
        _SWITCH
        if isinstance(column, BooleanField)
        else [(value, value, value) for value, _ in column.flatchoices]
    )
    rows = (
        cl.root_queryset.order_by()
        .prefetch_related(None)
        .values(field)
        .annotate(rows=Count("pk"))
        .values_list(field, "rows")
    )
    counts = dict(rows)
    everything = Chip("All", sum(counts.values()), cl.get_query_string(remove=[key]), chosen is None, "")
    chips = [everything]
    for value, parameter, state in values:
        if value in counts:
            colour, label = formats.STATES.get(state, ("slate", str(state)))
            link = cl.get_query_string({key: parameter})
            chips.append(Chip(label, counts[value], link, chosen == parameter, colour))
    return chips
