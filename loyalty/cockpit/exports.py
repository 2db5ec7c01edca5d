"""Downloads of a list as CSV or XLSX, with the list's own filters, search and order.

Rows stream in chunks, so memory stays constant at a million rows. A cell that a spreadsheet would take for a formula
is written with an apostrophe in front.
"""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from tempfile import TemporaryFile
from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from openpyxl import Workbook

# A column of a download: its heading, and the attribute path or function that gives the cell.
Column = tuple[str, str | Callable[[Any], Any]]

CHUNK = 2_000
# The wide forms too: spreadsheets of East Asia take them for the narrow ones.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
# Characters that a workbook cannot hold; tab, line feed and carriage return it can.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_NUMBER_OR_PHONE = re.compile(r"[+-]?[0-9][0-9 .,]*")


def escape_formula(text: str) -> str:
    """Write a text so that no spreadsheet takes it for a formula; numbers and phone numbers stay as they are."""
    if text.startswith(_FORMULA_STARTS) and not _NUMBER_OR_PHONE.fullmatch(text):
        return f"'{text}"
    return text


def as_csv(rows: QuerySet[Any], columns: Sequence[Column], filename: str) -> HttpResponseBase:
    """Stream the rows as CSV."""
    writer = csv.writer(_Echo())
    lines = (writer.writerow(cells) for cells in _table(rows, columns))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{filename}.csv"'
    return response


def as_xlsx(rows: QuerySet[Any], columns: Sequence[Column], filename: str) -> HttpResponseBase:
    """Write the rows as a workbook, through a temporary file."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for cells in _table(rows, columns):
        sheet.append(cells)
    file = TemporaryFile()  # noqa: SIM115 - the response closes it
    book.save(file)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{filename}.xlsx")


KINDS: dict[str, Callable[[QuerySet[Any], Sequence[Column], str], HttpResponseBase]] = {
    "csv": as_csv,
    "xlsx": as_xlsx,
}


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, value: str) -> str:
        return value


def _table(rows: QuerySet[Any], columns: Sequence[Column]) -> Iterator[list[Any]]:
    yield [heading for heading, _source in columns]
    for row in rows.iterator(chunk_size=CHUNK):
        yield list(_cells(row, columns))


def _cells(row: Any, columns: Sequence[Column]) -> Iterable[Any]:
    for _heading, source in columns:
        value = source(row) if callable(source) else _follow(row, source)
        yield _plain(value)


def _follow(row: Any, attributes: str) -> Any:
    for name in attributes.split("."):
        row = getattr(row, name, None)
    return row


def _plain(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal | int | float):
        return value
    return escape_formula(_CONTROL.sub("", str(value)))
