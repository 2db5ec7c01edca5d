"""Queries that the busiest requests ask: turned into SQL once, then asked again and again with other values.

Django builds the SQL of a query set anew each time, which takes longer than the database takes to answer it when the
answer is one row by its key. Only for queries whose shape never changes; the rows are ordinary objects. PostgreSQL
prepares them too: it parses and plans each once per connection, which is most of what such a query costs it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from django.db import connection
from django.db.backends.postgresql.base import DatabaseWrapper, ServerBindingCursor
from django.db.backends.utils import CursorWrapper
from django.db.models import Expression, Field, Model, QuerySet
from django.db.models.query import get_related_populators
from django.db.transaction import TransactionManagementError

_Row = TypeVar("_Row", bound=Model)


class Slot(Expression):
    """The place of a value that each asking brings: `filter(pk=Slot("id", UUIDField()))`."""

    def __init__(self, name: str, field: "Field[Any, Any]") -> None:
        super().__init__(output_field=field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [self]


@dataclass(frozen=True)
class _Compiled:
    """A query as the database takes it, and how its rows become objects."""

    sql: str
    parameters: tuple[Any, ...]
    locks: bool
    converters: tuple[tuple[int, tuple[Callable[..., Any], ...], Any], ...]
    model: type[Model]
    names: tuple[str, ...]
    start: int
    populators: tuple[Any, ...]


class Prepared(Generic[_Row]):
    """A query with slots. `build` gives its query set and is called once."""

    def __init__(self, build: Callable[[], QuerySet[_Row]]) -> None:
        self._build = build
        self._compiled: _Compiled | None = None

    def rows(self, **values: Any) -> list[_Row]:
        """Ask with these values in the slots and give the rows.

        Raises: TransactionManagementError when the query locks rows and no transaction is open.
        """
        compiled = self._compiled = self._compiled or _compile(self._build())
        if compiled.locks and connection.get_autocommit():
            raise TransactionManagementError("a query that locks rows needs a transaction")
        filled = [
            each.output_field.get_db_prep_value(values[each.name], connection)
            if isinstance(each, Slot)
            else each
            for each in compiled.parameters
        ]
        with _binding_cursor() as cursor:
            cursor.execute(compiled.sql, filled)
            return [_as_object(compiled, list(row)) for row in cursor.fetchall()]

    def first(self, **values: Any) -> _Row | None:
        """Ask with these values and give the first row, if there is one."""
        return next(iter(self.rows(**values)), None)


def _binding_cursor() -> CursorWrapper:
    """Open a cursor that sends values beside the statement, so that the driver can have the statement prepared.

    Django's own writes them into its text, which makes each asking another statement. `prepare_threshold` in the
    settings says after how many askings. Who logs statements reads them with their values, and so does not prepare.
    """
    if connection.vendor != "postgresql" or connection.queries_logged:
        return connection.cursor()
    connection.ensure_connection()
    database = cast("DatabaseWrapper", connection)
    cursor = ServerBindingCursor(database.connection)  # type: ignore[call-arg]  # stubs
    return cast(CursorWrapper, database._prepare_cursor(cursor))  # type: ignore[attr-defined]  # noqa: SLF001


def _compile(rows: QuerySet[Any]) -> _Compiled:
    compiler = rows.query.get_compiler(connection=connection)
    sql, parameters = compiler.as_sql()
    selected = [each[0] for each in compiler.select]
    converters = compiler.get_converters(selected)
    info = compiler.klass_info
    places = info["select_fields"]
    return _Compiled(
        sql=sql,
        parameters=tuple(parameters),
        locks=rows.query.select_for_update and connection.features.has_select_for_update,
        converters=tuple(
            (place, tuple(found), expression) for place, (found, expression) in converters.items()
        ),
        model=info["model"],
        names=tuple(each[0].target.attname for each in compiler.select[places[0] : places[-1] + 1]),
        start=places[0],
        populators=tuple(
            get_related_populators(info, compiler.select, connection.alias)  # type: ignore[call-arg]  # newer stubs
        ),
    )


def _as_object(compiled: _Compiled, row: list[Any]) -> Any:
    for place, converters, expression in compiled.converters:
        for convert in converters:
            row[place] = convert(row[place], expression, connection)
    start = compiled.start
    found = compiled.model.from_db(connection.alias, compiled.names, row[start : start + len(compiled.names)])
    for populator in compiled.populators:
        populator.populate(row, found)
    return found
