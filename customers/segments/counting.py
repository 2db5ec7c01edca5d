"""How many customers a segment would have, asked while somebody still edits it."""

from datetime import datetime
from typing import Any

from django.db import OperationalError, connection, transaction

from customers.segments.checking import check_parts
from customers.segments.conditions import matching
from loyalty.models import Store

_QUERY_CANCELED = "57014"


def count_matching(store: Store, parts: Any, *, at: datetime, seconds: float | None = None) -> int:
    """Count the active customers who meet parts that need not have been saved. Nothing is written.

    Raises: InvalidInput as `check_parts`; TimeoutError when PostgreSQL needs longer than `seconds`.
    """
    found = matching(store, check_parts(store, parts), at=at)
    if seconds is None or connection.vendor != "postgresql":
        return found.count()
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(int(seconds * 1000))])
            return found.count()
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") == _QUERY_CANCELED:
            raise TimeoutError from error
        raise
