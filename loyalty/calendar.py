"""Days and months as stores count them: pure, with day and zone as arguments."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """Give the first instant of a local day, in UTC.

    Where midnight is skipped, `fold=0` reads the old offset, which lands after the gap: exactly the first instant
    that exists. Where midnight occurs twice, `fold=0` is the first of the two.
    """
    return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)


def month_after(day: date) -> date:
    """Give the first day of the month after the one that a day lies in."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
