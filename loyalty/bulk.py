"""Write rows the fastest way that the database offers, past Django's machinery for single objects.

Very many new ones are copied (COPY on PostgreSQL, one prepared INSERT on SQLite). A few go out as one statement, and
`Changes` gathers what one transaction inserts and updates into one round trip, which is half the cost of a spend.
What rows hold is written as it is: defaults and `auto_now` moments are filled in only where nothing is set, and no
reaction, event or check of Python's runs; the database's own constraints and triggers do.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, cast
from uuid import UUID

from django.db import connection
from django.db.models import AutoField, Field, JSONField, Model
from django.db.models.expressions import RawSQL
from django.utils import timezone

from loyalty.fields import HundredthsField

# What PostgreSQL's driver takes as it is, in fields that do not translate it.
_PLAIN = frozenset({str, int, bool, UUID, date, datetime, type(None)})
# From so many rows on, copying is faster than one statement with all values in it.
_MANY = 100


@dataclass(frozen=True)
class _Shape:
    """Some columns of a table, and which of their fields need more than handing over what a row holds."""

    table: str
    fields: tuple["Field[Any, Any]", ...]
    columns: tuple[str, ...]
    names: tuple[str, ...]
    translating: tuple[int, ...]
    filling: tuple[int, ...]
    others: tuple[int, ...]


class Changes:
    """What a transaction inserts and updates, written in the order given by one call of `write`.

    Nothing reaches the database before; numbers that the database gives out are not read back.
    """

    def __init__(self) -> None:
        self._statements: list[tuple[str, list[Any]]] = []

    def insert(self, rows: Sequence[Model]) -> None:
        """Insert rows of one model."""
        for start in range(0, len(rows), _MANY):
            self._statements.append(_insert_of(rows[start : start + _MANY]))

    def update(self, rows: Sequence[Model], names: Sequence[str]) -> None:
        """Write some fields of rows of one model that exist, in one statement. Fields that may be NULL: of one row."""
        if not rows:
            return
        shape = _shape_of(type(rows[0]), (*names, "pk"))
        *columns, key = shape.columns
        values = [value for row in _values(rows, shape) for value in row]
        if len(rows) == 1:
            assigned = ", ".join(f"{column} = %s" for column in columns)
            statement = f"UPDATE {shape.table} SET {assigned} WHERE {key} = %s"  # noqa: S608  # no input in it
        else:
            assigned = ", ".join(f"{column} = given.column{place}" for place, column in enumerate(columns, 1))
            statement = (
                f"UPDATE {shape.table} SET {assigned} FROM (VALUES {_places(shape, rows)}) AS given "  # noqa: S608
                f"WHERE {shape.table}.{key} = given.column{len(shape.columns)}"
            )
        self._statements.append((statement, values))

    def write(self) -> None:
        """Write everything given so far; on PostgreSQL all of it in one message.

        Raises: IntegrityError. The transaction cannot go on then.
        """
        statements, self._statements = self._statements, []
        if not statements:
            return
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                together = "; ".join(statement for statement, _ in statements)
                cursor.execute(together, [value for _, values in statements for value in values])
            else:
                for statement, values in statements:
                    cursor.execute(statement, values)


def _insert_of(rows: Sequence[Model]) -> tuple[str, list[Any]]:
    shape = _shape_of(type(rows[0]))
    statement = f"INSERT INTO {shape.table} ({', '.join(shape.columns)}) VALUES {_places(shape, rows)}"  # noqa: S608
    values = [value for row in _values(rows, shape) for value in row]
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias
    return statement, values


def among(texts: Collection[str]) -> Any:
    """Give many texts for an `__in`, in a form in which PostgreSQL looks each of them up in an index.

    A plain list makes it read all rows of a store whose table has just been filled and has no statistics yet.
    """
    if connection.vendor != "postgresql":
        return list(texts)
    return RawSQL("SELECT unnest(%s::text[])", [list(texts)])


def create(rows: Sequence[Model]) -> None:
    """Insert rows of one model, a few as Django does, many the fastest way.

    Raises: IntegrityError. The transaction cannot go on then.
    """
    if len(rows) >= _MANY:
        insert(rows)
    elif rows:
        changes = Changes()
        changes.insert(rows)
        changes.write()


def insert(rows: Sequence[Model]) -> None:
    """Insert rows of one model; numbers that the database gives out are not read back.

    Raises: IntegrityError. The transaction cannot go on then.
    """
    if not rows:
        return
    shape = _shape_of(type(rows[0]))
    columns, table = ", ".join(shape.columns), shape.table
    values = _values(rows, shape)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with (
                connection.wrap_database_errors,
                cast(Any, cursor).copy(f"COPY {table} ({columns}) FROM STDIN") as copy,
            ):
                for row in values:
                    copy.write_row(row)
        else:
            places = ", ".join("%s" for _ in shape.columns)
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", list(values))  # noqa: S608


def _places(shape: _Shape, rows: Sequence[Model]) -> str:
    one = f"({', '.join('%s' for _ in shape.columns)})"
    return ", ".join(one for _ in rows)


@lru_cache
def _shape_of(model: type[Model], names: tuple[str, ...] = ()) -> _Shape:
    """Give the shape of some fields of a model, or of all that an INSERT writes."""
    meta, quote = model._meta, connection.ops.quote_name
    fields: tuple[Field[Any, Any], ...]
    if names:
        fields = tuple(
            meta.pk if name == "pk" else cast("Field[Any, Any]", meta.get_field(name)) for name in names
        )
    else:
        fields = tuple(each for each in meta.concrete_fields if not isinstance(each, AutoField))
    translating = tuple(place for place, field in enumerate(fields) if _translates(field))
    return _Shape(
        table=quote(meta.db_table),
        fields=fields,
        columns=tuple(quote(str(field.column)) for field in fields),
        names=tuple(field.attname for field in fields),
        translating=translating,
        filling=tuple(place for place, field in enumerate(fields) if _is_moment_of_writing(field)),
        others=tuple(place for place in range(len(fields)) if place not in translating),
    )


def _values(rows: Sequence[Model], shape: _Shape) -> Iterator[list[Any]]:
    now = timezone.now()
    plain = _PLAIN if connection.vendor == "postgresql" else frozenset()
    fields = shape.fields
    for row in rows:
        held = row.__dict__
        values = [held[name] for name in shape.names]
        for place in shape.filling:
            values[place] = values[place] or now
        for place in shape.translating:
            values[place] = fields[place].get_db_prep_save(values[place], connection)
        for place in shape.others:
            if type(values[place]) not in plain:
                values[place] = fields[place].get_db_prep_save(values[place], connection)
        yield values


def _translates(field: "Field[Any, Any]") -> bool:
    return isinstance(field, JSONField | HundredthsField)


def _is_moment_of_writing(field: "Field[Any, Any]") -> bool:
    return getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
