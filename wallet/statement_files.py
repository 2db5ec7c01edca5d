"""A customer's statement as a file: CSV for spreadsheets, JSON for programs. Both stream, whatever its length."""

import csv
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.http import StreamingHttpResponse

from loyalty.amounts import to_json_number
from loyalty.cockpit.exports import escape_formula
from wallet.period_statement import PeriodStatement

COLUMNS = ("at", "reason", "why", "change", "balance", "transferId")


def csv_pieces(statement: PeriodStatement) -> Iterator[str]:
    """Give the statement line by line, between a line with the opening and one with the closing balance."""
    writer = csv.DictWriter(_Echo(), COLUMNS, restval="")
    yield _written(writer, {name: name for name in COLUMNS})
    first, last = str(statement.first_day), str(statement.last_day)
    yield _written(writer, {"at": first, "reason": "opening", "balance": str(statement.opening)})
    for line in statement.lines():
        yield _written(writer, {**line, "why": escape_formula(line["why"])})
    yield _written(writer, {"at": last, "reason": "closing", "balance": str(statement.closing)})


def json_pieces(statement: PeriodStatement) -> Iterator[str]:
    """Give the statement as one JSON object: days, balances, and its movements one by one."""
    head = {
        "customerId": str(statement.customer.pk),
        "from": str(statement.first_day),
        "to": str(statement.last_day),
        "opening": to_json_number(statement.opening),
        "closing": to_json_number(statement.closing),
    }
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "movements": ['
    separator = ""
    for line in statement.lines():
        amounts = {name: to_json_number(Decimal(line[name])) for name in ("change", "balance")}
        yield separator + json.dumps({**line, **amounts}, ensure_ascii=False)
        separator = ", "
    yield "]}"


def as_download(statement: PeriodStatement, kind: str) -> StreamingHttpResponse:
    """Answer the statement as a file of one of `KINDS`."""
    content_type, pieces = KINDS[kind]
    name = f"statement-{statement.first_day}-{statement.last_day}.{kind}"
    return StreamingHttpResponse(
        pieces(statement),
        content_type=f"{content_type}; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


KINDS = {"csv": ("text/csv", csv_pieces), "json": ("application/json", json_pieces)}


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, value: str) -> str:
        return value


def _written(writer: "csv.DictWriter[str]", row: dict[str, Any]) -> str:
    # What the echo hands back; the library's types expect a count.
    return str(writer.writerow(row))
