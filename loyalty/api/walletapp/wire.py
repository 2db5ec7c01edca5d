"""Our values in the dialect's words: moments in UTC with microseconds, null for what is not known."""

from datetime import UTC, date, datetime

DONE = "Request successful"


def instant(moment: datetime | None) -> str | None:
    """Give a moment as `2026-03-14T12:00:00.000000Z`, as the original's framework writes it."""
    return None if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def day(value: date | None) -> str | None:
    """Give a calendar day as `1990-02-01`."""
    return None if value is None else value.isoformat()


def known(text: str | None) -> str | None:
    """Give a text, or None when it is empty."""
    return text or None
