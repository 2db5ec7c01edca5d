"""When points unlock and when they expire: pure date arithmetic in the store's time zone.

`expires_at` is the first instant after the store's last valid local day, and is fixed when points are granted. Days
are counted from the day the points become usable; month and year end are those of that day. A local midnight that
does not exist (clocks go forward over it) is the first instant that does; one that occurs twice is its first
occurrence, so no batch outlives its last day.
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from loyalty import calendar
from loyalty.programme import ExpiryMode, ProgrammeSettings


def locked_until(programme: ProgrammeSettings, *, at: datetime) -> datetime | None:
    """Give the moment until which points granted `at` stay pending, or None when they are usable at once."""
    if programme.all_time_not_locked or programme.points_days_locked <= 0:
        return None
    return at + timedelta(days=programme.points_days_locked)


def expires_at(programme: ProgrammeSettings, *, usable_from: datetime) -> datetime | None:
    """Give the first instant at which points usable from `usable_from` are gone, or None when they never are."""
    local_day = usable_from.astimezone(programme.zone).date()
    last_day = _last_valid_day(programme, local_day)
    return None if last_day is None else calendar.start_of_day(last_day + timedelta(days=1), programme.zone)


def after_days(days: int, *, usable_from: datetime, zone: ZoneInfo) -> datetime:
    """Give the first instant after the local day that comes so many days after the one of `usable_from`."""
    return calendar.start_of_day(usable_from.astimezone(zone).date() + timedelta(days=days + 1), zone)


def _last_valid_day(programme: ProgrammeSettings, usable_day: date) -> date | None:
    match programme.points_days_expiry_after:
        case ExpiryMode.NEVER:
            return None
        case ExpiryMode.AFTER_DAYS:
            return usable_day + timedelta(days=programme.points_days_active_count)
        case ExpiryMode.MONTH_END:
            return calendar.month_after(usable_day) - timedelta(days=1)
        case ExpiryMode.YEAR_END:
            return usable_day.replace(month=12, day=31)


def last_valid_day(expires: datetime, zone: ZoneInfo) -> date:
    """Give the local day of the last second that is still valid."""
    return (expires - timedelta(seconds=1)).astimezone(zone).date()


def shown_expiry(expires: datetime | None, zone: ZoneInfo) -> datetime | None:
    """Give the last second that is still valid, in the store's zone: how the dialects show an expiry."""
    return None if expires is None else (expires - timedelta(seconds=1)).astimezone(zone)
