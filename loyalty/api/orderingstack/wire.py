"""Our values in the dialect's words: moments in UTC, amounts as JSON numbers."""

from datetime import UTC, datetime
from decimal import Decimal

from loyalty.amounts import to_json_number


def instant(moment: datetime | None) -> str | None:
    """Give a moment as `2026-03-14T12:00:00Z`."""
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def number(amount: Decimal | None) -> int | float | None:
    """Give an amount as a JSON number with at most two decimals."""
    return None if amount is None else to_json_number(amount)
