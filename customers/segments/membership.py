"""Members of a segment, compared and written as sets by the database.

For whole segments: one statement finds everybody who meets the parts and keeps their ids in a temporary table; what
follows compares ids with ids. For some customers the query set API is enough.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from customers.models import Customer, Segment, SegmentMember

_FOUND = "segment_found"
_MEMBERS, _CUSTOMERS = SegmentMember._meta.db_table, Customer._meta.db_table
# Names of tables are the only thing put into these texts; every value is a parameter.
_NEW = (
    f"FROM {_FOUND} WHERE NOT EXISTS (SELECT 1 FROM {_MEMBERS} AS member"  # noqa: S608
    f" WHERE member.segment_id = %s AND member.customer_id = {_FOUND}.id)"
)
_GONE = (
    f"FROM {_MEMBERS} WHERE segment_id = %s AND NOT EXISTS"  # noqa: S608
    f" (SELECT 1 FROM {_FOUND} WHERE {_FOUND}.id = {_MEMBERS}.customer_id)"
)


@dataclass(frozen=True)
class Moves:
    """How many joined and left."""

    joined: int = 0
    left: int = 0

    @property
    def total(self) -> int:
        return self.joined + self.left


class Difference:
    """Who was found and is no member yet, and which members were not found. Lives as long as `compare`."""

    def __init__(self, segment: Segment) -> None:
        self._segment_id = SegmentMember._meta.get_field("segment").get_db_prep_value(segment.pk, connection)
        self.moves = Moves(joined=self._count(_NEW), left=self._count(_GONE))

    def joining(self) -> list[UUID]:
        """Give the ids of those who join."""
        return self._ids(f"SELECT id {_NEW}")

    def leaving(self) -> list[UUID]:
        """Give the ids of those who leave."""
        return self._ids(f"SELECT customer_id {_GONE}")

    def write(self) -> None:
        """Let them leave and join, in two statements."""
        if self.moves.left:
            _execute(f"DELETE {_GONE}", [self._segment_id])
        if self.moves.joined:
            _execute(
                f"INSERT INTO {_MEMBERS} (segment_id, customer_id) SELECT %s, id {_NEW} ORDER BY id",
                [self._segment_id, self._segment_id],
            )

    def _count(self, condition: str) -> int:
        return int(_fetch(f"SELECT COUNT(*) {condition}", [self._segment_id])[0][0])

    def _ids(self, statement: str) -> list[UUID]:
        return [UUID(str(row[0])) for row in _fetch(statement, [self._segment_id])]


@contextmanager
def compare(segment: Segment, found: QuerySet[Customer]) -> Iterator[Difference]:
    """Find who meets a segment's parts, once, and give the difference to its members.

    Locks: none; the caller holds the segment.
    """
    _expect_many_rows()
    try:
        select, params = found.order_by().values_list("id").query.get_compiler(connection=connection).as_sql()
    except EmptyResultSet:
        select, params = f"SELECT id FROM {_CUSTOMERS} WHERE 1 = 0", ()  # noqa: S608
    # The text is what Django compiled; every value is a parameter.
    _execute(f"CREATE TEMPORARY TABLE {_FOUND} AS {select}", params)
    _measure(_FOUND)
    yield Difference(segment)
    # After a failure the rollback takes it away.
    _execute(f"DROP TABLE {_FOUND}")


def measure_members() -> None:
    """Let PostgreSQL know at once that there are many more members, or many fewer."""
    _measure(_MEMBERS)


def _measure(table: str) -> None:
    if connection.vendor == "postgresql":
        _execute(f"ANALYZE {table}")


def _expect_many_rows() -> None:
    """Have PostgreSQL join whole sets for the rest of the transaction.

    Its statistics lag behind a refresh: expecting few members, it would read them all again for every customer.
    """
    if connection.vendor == "postgresql":
        _execute("SET LOCAL enable_nestloop = off")
        _execute("SET LOCAL work_mem = '64MB'")


def _execute(statement: str, params: Sequence[Any] = ()) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)


def _fetch(statement: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
