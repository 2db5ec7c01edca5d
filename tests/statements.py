"""What a piece of code asked of the database, without the values."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext


@contextmanager
def noting_statements() -> Iterator[list[str]]:
    """Give a list that holds, after the block, the verb and table of every statement that ran in it."""
    found: list[str] = []
    with CaptureQueriesContext(connection) as queries:
        yield found
    found.extend(_shape(query["sql"]) for query in queries)


def _shape(sql: str) -> str:
    words = sql.split()
    if words[0] in {"SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT"}:
        return words[0]
    before = {"SELECT": "FROM", "DELETE": "FROM", "INSERT": "INTO", "UPDATE": "UPDATE"}[words[0]]
    return f"{words[0]} {words[words.index(before) + 1]}"
