"""Reads the worked tables of the documents, so that what a page promises is what a test checks."""

from datetime import UTC, datetime
from pathlib import Path

DOCS = Path(__file__).resolve().parents[1] / "docs"
Row = dict[str, str]


def read_table(page: str, heading: str) -> list[Row]:
    """Give the rows of the first table under a heading of a page, each a mapping from column to cell."""
    lines = (DOCS / page).read_text(encoding="utf-8").splitlines()
    start = next(number for number, line in enumerate(lines) if line.lstrip("#") == f" {heading}")
    table: list[str] = []
    for line in lines[start + 1 :]:
        if line.startswith("#"):
            break
        if line.startswith("|"):
            table.append(line)
        elif table:
            break
    header, _rule, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table]
    return [dict(zip(header, cells, strict=True)) for cells in rows]


def moment(cell: str) -> datetime | None:
    """Read a UTC moment, or None for "never" and "–"."""
    return None if cell in {"never", "–"} else datetime.fromisoformat(cell).replace(tzinfo=UTC)
