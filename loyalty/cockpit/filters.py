"""Filters of the cockpit's lists."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from unfold.contrib.filters.admin import RangeDateTimeFilter
from unfold.utils import parse_datetime_str


class InstantRangeFilter(RangeDateTimeFilter):
    """A range of moments, typed in the store's own time; the library's would take them for UTC.

    The end is a second that still belongs to the range, to its last fraction.
    """

    # What the column is called where people read it, if not by its own name.
    words = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.words:
            self.title = self.words

    @classmethod
    def named(cls, words: str) -> type["InstantRangeFilter"]:
        """Give the filter under a name of its own."""
        return type(cls.__name__, (cls,), {"words": words})

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        start, end = self._moment("from"), self._moment("to")
        if start is not None:
            queryset = queryset.filter(**{f"{self.parameter_name}__gte": start})
        if end is not None:
            queryset = queryset.filter(**{f"{self.parameter_name}__lt": end + timedelta(seconds=1)})
        return queryset

    def in_words(self) -> str:
        """Write the range for the chip that shows the filter in use."""
        start, end = (
            date_format(timezone.localtime(moment), "j M Y") if moment else ""
            for moment in (self._moment("from"), self._moment("to"))
        )
        if start and end:
            return start if start == end else f"{start} – {end}"
        return f"from {start}" if start else f"until {end}"

    def _moment(self, side: str) -> datetime | None:
        day, time = (self.used_parameters.get(f"{self.parameter_name}_{side}_{part}") for part in (0, 1))
        local = parse_datetime_str(f"{day} {time}") if day and time else None
        return None if local is None else timezone.make_aware(local)
