"""The filters that stay visible over a list: one chip per state with its count, and one per other filter in use.

The counts of the columns are crossed: those of the states are within the chosen level, and the other way round. In a
store with very many rows they are kept for five minutes.
"""

from collections import Counter
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.core.cache import cache
from django.db.models import BooleanField, Count, ForeignKey

from loyalty.cockpit import formats
from loyalty.cockpit.paginator import CappedPaginator

_KEEP_SECONDS = 300
# The chips of a yes-or-no column: value, its state.
_SWITCH: list[tuple[Any, str]] = [(True, "active"), (False, "inactive")]
_Counts = dict[tuple[Any, ...], int]


@dataclass(frozen=True)
class Chip:
    """One state of the rows of a list, how many rows are in it, and the link that shows only them."""

    label: str
    count: int
    link: str
    is_chosen: bool
    colour: str


@dataclass(frozen=True)
class ChipGroup:
    """The chips of one column."""

    title: str
    chips: list[Chip]


@dataclass(frozen=True)
class AppliedFilter:
    """Another filter in use: what it asks for, and the link without it."""

    text: str
    link: str


def chips_of(cl: Any) -> list[ChipGroup]:
    """Give the chips of a change list whose admin class names a `chips_field`, and perhaps a `chips_relation`.

    One statement whatever the number of rows, and one more for the names of a relation. An admin class whose states
    are no column gives `own_chips` itself, and names the `chip_parameters` that they stand for. One whose numbers are
    kept gives them as `kept_counts`.
    """
    own = getattr(cl.model_admin, "own_chips", None)
    if own is not None:
        groups: list[ChipGroup] = own(cl)
        return groups
    fields = [name for name in (cl.model_admin.chips_field, cl.model_admin.chips_relation) if name]
    if not fields:
        return []
    counts = _counts(cl, fields)
    return [_group(cl, field, fields, counts) for field in fields]


def applied_filters(cl: Any) -> list[AppliedFilter]:
    """Give the filters in use that have no chip of their own."""
    shown = {_key(cl, name) for name in (cl.model_admin.chips_field, cl.model_admin.chips_relation) if name}
    shown |= set(getattr(cl.model_admin, "chip_parameters", ()))
    applied = []
    for spec in cl.filter_specs:
        keys = [key for key in spec.expected_parameters() if key in cl.filter_params]
        if any(any(cl.filter_params[key]) for key in keys) and not shown & set(keys):
            link = cl.get_query_string(remove=list(spec.expected_parameters()))
            applied.append(
                AppliedFilter(f"{str(spec.title).capitalize()}: {_words_of(cl, spec, keys)}", link)
            )
    return applied


def _words_of(cl: Any, spec: Any, keys: list[str]) -> str:
    words = getattr(spec, "in_words", None)
    if words is not None:
        return str(words())
    labels = {str(value): str(label) for value, label in getattr(spec, "lookup_choices", ())}
    return ", ".join(labels.get(word, word) for key in keys for word in cl.filter_params[key])


def _counts(cl: Any, fields: list[str]) -> _Counts:
    known = getattr(cl.model_admin, "kept_counts", None)
    if known is not None:
        counted: _Counts = known(cl.request)
        return counted
    rows = cl.root_queryset.order_by().prefetch_related(None).values(*fields).annotate(rows=Count("pk"))
    statement = rows.values_list(*fields, "rows")
    key = f"chips:{sha256(str(statement.query).encode()).hexdigest()}"
    kept: _Counts | None = cache.get(key)
    if kept is not None:
        return kept
    counts = {tuple(values): count for *values, count in statement}
    if sum(counts.values()) > CappedPaginator.CAP:
        cache.set(key, counts, _KEEP_SECONDS)
    return counts


def _group(cl: Any, field: str, fields: list[str], counts: _Counts) -> ChipGroup:
    column, key = cl.model._meta.get_field(field), _key(cl, field)
    chosen = {other: set(cl.filter_params.get(_key(cl, other), ())) for other in fields}
    within: Counter[Any] = Counter()
    for values, count in counts.items():
        row = dict(zip(fields, values, strict=True))
        if all(not chosen[other] or _word(row[other]) in chosen[other] for other in fields if other != field):
            within[row[field]] += count
    known = {values[fields.index(field)] for values in counts}
    title, is_first = str(column.verbose_name).lower(), field == fields[0]
    everything = "All" if is_first else f"Any {title}"
    chips = [Chip(everything, within.total(), cl.get_query_string(remove=[key]), not chosen[field], "")]
    for value, colour, label in _values(column, known):
        link = cl.get_query_string({key: _word(value)})
        chips.append(Chip(label, within[value], link, _word(value) in chosen[field], colour))
    if is_first:
        return ChipGroup(title, chips)
    # Where nothing is chosen of the further columns, that needs no chip of its own; one row offers no choice.
    return ChipGroup(title, chips if chosen[field] else chips[1:] if len(chips) > 2 else [])


def _key(cl: Any, field: str) -> str:
    is_relation = isinstance(cl.model._meta.get_field(field), ForeignKey)
    return f"{field}__id__exact" if is_relation else f"{field}__exact"


def _word(value: Any) -> str:
    """Write a value as the address does."""
    return str(int(value)) if isinstance(value, bool) else str(value)


def _values(column: Any, known: set[Any]) -> list[tuple[Any, str, str]]:
    """Give value, colour and label of every chip of a column, in the column's own order."""
    if isinstance(column, ForeignKey):
        rows = column.related_model._default_manager.filter(pk__in=known - {None})
        return [(row.pk, "", str(row)) for row in rows]
    states = (
        _SWITCH if isinstance(column, BooleanField) else [(value, value) for value, _ in column.flatchoices]
    )
    return [
        (value, *formats.STATES.get(state, ("slate", state.capitalize())))
        for value, state in states
        if value in known
    ]
