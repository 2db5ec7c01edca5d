"""Numbers of rows that are exact without counting them (`models/tallies.py`): read, added up, proved and mended."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Count, Sum

from loyalty.models import Store
from loyalty.models.tallies import Tally

CHUNK = 5000
# One statement, so that nobody ever sees neither or both of the lines and their sums.
_ADD_UP = """
WITH oldest AS (
    SELECT id FROM {table} WHERE id <= %(last)s ORDER BY id LIMIT %(chunk)s FOR UPDATE SKIP LOCKED
), taken AS (
    DELETE FROM {table} WHERE id IN (SELECT id FROM oldest) RETURNING {columns}, change
), kept AS (
    INSERT INTO {table} ({columns}, change)
    SELECT {columns}, SUM(change) FROM taken GROUP BY {columns} HAVING SUM(change) <> 0 RETURNING 1
)
SELECT (SELECT count(*) FROM taken), (SELECT count(*) FROM kept)
"""


@dataclass(frozen=True)
class Drift:
    """One number that is not what counting gives; `key` is the store and what its rows are told apart by."""

    tally: type[Tally]
    key: tuple[Any, ...]
    surplus: int

    def __str__(self) -> str:
        named = ", ".join(str(part) for part in self.key)
        return f"{self.tally._meta.verbose_name} of {named}: {self.surplus:+} against the rows"


def counts(tally: type[Tally], store: Store) -> dict[tuple[Any, ...], int]:
    """Count a store's rows by what they are told apart by; SQLite counts them, PostgreSQL need not."""
    names = _names(tally)[1:]
    if connection.vendor == "postgresql":
        lines = tally._default_manager.filter(store_id=store.pk)
        sums = lines.order_by().values_list(*names).annotate(Sum("change"))
    else:
        sums = tally.counted().filter(store_id=store.pk).order_by().values_list(*names).annotate(Count("pk"))
    return {tuple(key): total for *key, total in sums if total}


def add_up(tally: type[Tally], *, chunk: int = CHUNK) -> int:
    """Put the lines of a tally together, so that few are left to add up when asked; give how many went.

    Idempotent: whoever reads meanwhile sees the lines or their sums, which are equal.
    Locks: the lines at hand, skipping those that another run has.
    """
    if connection.vendor != "postgresql":
        return 0
    table, columns = tally._meta.db_table, ", ".join(_names(tally))
    gone = 0
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT max(id), count(*) > count(DISTINCT ({columns})) FROM {table}")  # noqa: S608  # no input
        last, is_scattered = cursor.fetchone()
        while is_scattered:
            # Sums come behind the last line of the beginning, so that no run takes a line twice.
            statement = _ADD_UP.format(table=table, columns=columns)
            cursor.execute(statement, {"last": last, "chunk": chunk})
            taken, kept = cursor.fetchone()
            gone += taken - kept
            is_scattered = taken > 0
    return gone


def every_tally() -> list[type[Tally]]:
    """Give the tallies of every floor."""
    return [model for model in apps.get_models() if issubclass(model, Tally)]


def find_drifts(tally: type[Tally]) -> Iterator[Drift]:
    """Yield every number that is not what counting gives; nothing where nothing is kept.

    One statement sees lines and rows at one moment, so writers at work make no drift. It reads every counted row.
    """
    yield from _compare(tally, "SELECT {columns}, SUM(change)::bigint {from_both}")


def mend(tally: type[Tally]) -> list[Drift]:
    """Add the lines that bring a tally back to what counting gives, and give what was amiss.

    Idempotent. Writers go on meanwhile, each with its own lines.
    """
    lines = "INSERT INTO {table} ({columns}, change) SELECT {columns}, -SUM(change) {from_both}"
    return list(_compare(tally, f"{lines} RETURNING {{columns}}, -change"))


def _compare(tally: type[Tally], statement: str) -> Iterator[Drift]:
    if connection.vendor != "postgresql":
        return
    names = _names(tally)
    rows = tally.counted().order_by().values_list(*names).annotate(total=Count("pk"))
    counted, values = rows.query.sql_with_params()
    table, columns = tally._meta.db_table, ", ".join(names)
    from_both = (
        f"FROM (SELECT {columns}, change FROM {table} UNION ALL "  # noqa: S608  # no input in it
        f"SELECT {columns}, -total FROM ({counted}) AS counted ({columns}, total)) AS both_ways "
        f"GROUP BY {columns} HAVING SUM(change) <> 0"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement.format(table=table, columns=columns, from_both=from_both), values)
        for *key, surplus in cursor.fetchall():
            yield Drift(tally=tally, key=tuple(key), surplus=surplus)


def _names(tally: type[Tally]) -> list[str]:
    """Give the columns by which rows are told apart, the store first."""
    others = [field.attname for field in tally._meta.concrete_fields]
    return ["store_id", *(name for name in others if name not in {"id", "store_id", "change"})]
