"""The stretch of days that the dashboard looks at."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models.functions import TruncDay, TruncMonth, TruncWeek
from django.http import QueryDict

from loyalty import calendar

# Ranges that one click opens: address word -> (days, label).
PRESETS = {"7": (7, "7 days"), "30": (30, "30 days"), "90": (90, "90 days"), "365": (365, "12 months")}
_DEFAULT = "30"
# At most so many points on a chart before days become weeks, and weeks months.
_DAYS_AT_MOST, _WEEKS_AT_MOST = 45, 200
# Five years of months are as much as a chart can show.
_LONGEST_DAYS = 1826


@dataclass(frozen=True)
class Step:
    """One point of a chart: the days from `first` to `last`."""

    first: date
    last: date
    label: str


@dataclass(frozen=True)
class Range:
    """Whole local days, both ends included, in the store's zone."""

    first: date
    last: date
    zone: ZoneInfo
    preset: str = ""

    @property
    def start_at(self) -> datetime:
        return datetime.combine(self.first, datetime.min.time(), self.zone)

    @property
    def end_at(self) -> datetime:
        """The first instant after the range."""
        return datetime.combine(self.last + timedelta(days=1), datetime.min.time(), self.zone)

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def truncate(self) -> type[TruncDay] | type[TruncWeek] | type[TruncMonth]:
        """The width of one step of a chart."""
        if self.days <= _DAYS_AT_MOST:
            return TruncDay
        return TruncWeek if self.days <= _WEEKS_AT_MOST else TruncMonth

    def steps(self) -> list[Step]:
        """Give every step of the range, also those in which nothing happened."""
        steps: list[Step] = []
        day = self.first
        while day <= self.last:
            last = min(self._last_of_step(day), self.last)
            steps.append(Step(first=day, last=last, label=self._label(day)))
            day = last + timedelta(days=1)
        return steps

    def step_of(self, day: date) -> date:
        """Give the first day, within the range, of the step that a truncated day begins."""
        return max(day, self.first)

    def filters(self, field: str) -> str:
        """Give the address part that narrows a list to this range."""
        return range_filter(field, self.first, self.last)

    def _last_of_step(self, day: date) -> date:
        if self.truncate is TruncDay:
            return day
        if self.truncate is TruncWeek:
            return day + timedelta(days=6 - day.weekday())
        return calendar.month_after(day) - timedelta(days=1)

    def _label(self, day: date) -> str:
        return day.strftime("%b %Y") if self.truncate is TruncMonth else f"{day.day} {day:%b}"


def range_filter(field: str, first: date, last: date) -> str:
    """Give the address part by which a list's date filter shows the rows of these days."""
    return f"{field}_from_0={first}&{field}_from_1=00:00:00&{field}_to_0={last}&{field}_to_1=23:59:59"


def read(query: QueryDict, *, today: date, zone: ZoneInfo) -> Range:
    """Read the range that an address asks for; what makes no sense is the default."""
    try:
        first, last = date.fromisoformat(str(query["from"])), date.fromisoformat(str(query["to"]))
    except (KeyError, ValueError):
        preset = query.get("range", _DEFAULT)
        preset = preset if preset in PRESETS else _DEFAULT
        return Range(today - timedelta(days=PRESETS[preset][0] - 1), today, zone, preset)
    first, last = sorted((first, last))
    last = min(last, today)
    return Range(max(min(first, last), last - timedelta(days=_LONGEST_DAYS)), last, zone)
