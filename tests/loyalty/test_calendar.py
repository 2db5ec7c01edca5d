"""Days and months as stores count them."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from loyalty import calendar


@pytest.mark.parametrize(
    ("zone", "day", "begins"),
    [
        ("UTC", date(2026, 3, 14), datetime(2026, 3, 14, tzinfo=UTC)),
        ("Europe/Warsaw", date(2026, 3, 29), datetime(2026, 3, 28, 23, tzinfo=UTC)),
        # No midnight on that day: clocks go from 23:59:59 to 01:00.
        ("Africa/Cairo", date(2026, 4, 24), datetime(2026, 4, 23, 22, tzinfo=UTC)),
        # Two midnights on that day: the first one counts.
        ("America/Havana", date(2026, 11, 1), datetime(2026, 11, 1, 4, tzinfo=UTC)),
    ],
)
def test_a_day_begins_with_its_first_instant(zone, day, begins):
    assert calendar.start_of_day(day, ZoneInfo(zone)) == begins


@pytest.mark.parametrize(
    ("day", "follows"),
    [
        (date(2026, 1, 1), date(2026, 2, 1)),
        (date(2026, 1, 31), date(2026, 2, 1)),
        (date(2028, 2, 29), date(2028, 3, 1)),
        (date(2026, 12, 15), date(2027, 1, 1)),
    ],
)
def test_the_next_month_begins_on_its_first(day, follows):
    assert calendar.month_after(day) == follows
