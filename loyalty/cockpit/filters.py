"""Filters of the cockpit's lists."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.contrib.filters.admin import RangeDateTimeFilter
from unfold.utils import parse_datetime_str


class InstantRangeFilter(RangeDateTimeFilter):
    """A range of moments, typed in the store's own time; the library's would take them for UTC.

    The end is a second that still belongs to the range, to its last fraction.
    """

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        start, end = self._moment("from"), self._moment("to")
        if start is not None:
            queryset = queryset.filter(**{f"{self.parameter_name}__gte": start})
        if end is not None:
            queryset = queryset.filter(**{f"{self.parameter_name}__lt": end + timedelta(seconds=1)})
        return queryset

    def _moment(self, side: str) -> datetime | None:
        day, time = (self.used_parameters.get(f"{self.parameter_name}_{side}_{part}") for part in (0, 1))
        local = parse_datetime_str(f"{day} {time}") if day and time else None
        return None if local is None else timezone.make_aware(local)
