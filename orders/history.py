"""Purchase history in a file: one CSV row per basket line, plain or gzipped, oldest basket first.

Columns: basket_id, household_id, store_id, purchased_at (the store's local time), sku, name, category, brand,
manufacturer_id, quantity, gross_value (the line's total). The rows of a basket stand together. The household's
number is the card number; the store's number identifies the point of sale; brand and category become labels of the
line (`brand`, `department`), so that rules can name them.
"""

import csv
import gzip
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import TextIO
from zoneinfo import ZoneInfo

from loyalty.amounts import BadAmount, parse_amount
from loyalty.refusals import Refusal
from orders.documents import Buyer, DocumentLine, DocumentType, Label, PurchaseDocument

COLUMNS = frozenset(
    "basket_id household_id store_id purchased_at sku name category brand manufacturer_id quantity gross_value".split()
)
Row = dict[str, str]


class UnreadableHistory(Refusal):
    """The file is not a purchase history."""

    code = "history.unreadable"
    message = "{reason}"
    field = "file"


@dataclass(frozen=True)
class Survey:
    """What a look through the whole file found; households and stores with their numbers of baskets."""

    baskets: int
    lines: int
    first_day: date
    last_day: date
    households: Counter[str]
    stores: Counter[str]


def survey(path: Path) -> Survey:
    """Look through the file once and tell its extent.

    Raises: UnreadableHistory when columns are missing, times are unreadable or not in order, or there is no basket.
    """
    baskets = lines = 0
    households: Counter[str] = Counter()
    stores: Counter[str] = Counter()
    moments: list[datetime] = []
    for _, rows in _baskets_of(path):
        moment = _moment(rows[0])
        if moments and moment < moments[-1]:
            raise UnreadableHistory(reason=f"Basket {rows[0]['basket_id']} is older than the one before it.")
        moments = [moments[0] if moments else moment, moment]
        baskets += 1
        lines += len(rows)
        households[rows[0]["household_id"]] += 1
        stores[rows[0]["store_id"]] += 1
    if not moments:
        raise UnreadableHistory(reason="The file holds no basket.")
    return Survey(
        baskets=baskets,
        lines=lines,
        first_day=moments[0].date(),
        last_day=moments[-1].date(),
        households=households,
        stores=stores,
    )


def read_documents(
    path: Path, *, zone: ZoneInfo, moved_by: timedelta = timedelta()
) -> Iterator[PurchaseDocument]:
    """Give the file's baskets as sales, one at a time, each moved in time by whole days.

    Raises: UnreadableHistory at the basket that cannot be read.
    """
    for number, rows in _baskets_of(path):
        yield _document(number, rows, zone=zone, moved_by=moved_by)


def _document(number: str, rows: list[Row], *, zone: ZoneInfo, moved_by: timedelta) -> PurchaseDocument:
    first = rows[0]
    return PurchaseDocument(
        document_number=number,
        document_type=DocumentType.SELL,
        purchased_at=(_moment(first) + moved_by).replace(tzinfo=zone),
        lines=tuple(_line(row) for row in rows),
        buyer=Buyer(card_number=first["household_id"]),
        purchase_place=f"Store {first['store_id']}",
        point_of_sale_identifier=first["store_id"],
    )


def _line(row: Row) -> DocumentLine:
    try:
        gross_value, quantity = parse_amount(row["gross_value"]), Decimal(row["quantity"])
    except (BadAmount, ArithmeticError) as error:
        raise UnreadableHistory(
            reason=f"Basket {row['basket_id']}: a value or quantity is no number."
        ) from error
    category = _quiet(row["category"])
    return DocumentLine(
        sku=row["sku"],
        name=_quiet(row["name"]),
        quantity=quantity,
        gross_value=gross_value,
        category=category,
        maker=row["manufacturer_id"].removesuffix(".0"),
        labels=tuple(
            Label(key, value) for key, value in (("brand", row["brand"]), ("department", category)) if value
        ),
    )


def _quiet(text: str) -> str:
    """Write what a till shouts as people write: MAINSTREAM WHITE BREAD is "Mainstream white bread"."""
    return text.capitalize() if text.isupper() else text


def _moment(row: Row) -> datetime:
    try:
        return datetime.fromisoformat(row["purchased_at"]).replace(tzinfo=None)
    except ValueError as error:
        raise UnreadableHistory(reason=f"Basket {row['basket_id']}: unreadable time.") from error


def _baskets_of(path: Path) -> Iterator[tuple[str, list[Row]]]:
    with _opened(path) as file:
        reader = csv.DictReader(file)
        missing = COLUMNS - set(reader.fieldnames or ())
        if missing:
            raise UnreadableHistory(reason=f"Missing columns: {', '.join(sorted(missing))}.")
        for number, rows in groupby(reader, key=lambda row: row["basket_id"]):
            yield number, list(rows)


@contextmanager
def _opened(path: Path) -> Iterator[TextIO]:
    opener = gzip.open if path.suffix == ".gz" else open
    try:
        with opener(path, "rt", encoding="utf-8", newline="") as file:
            yield file
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
        raise UnreadableHistory(reason=f"{path.name} cannot be read as CSV.") from error
