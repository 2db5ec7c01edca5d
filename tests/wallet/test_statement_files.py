"""Statements as files."""

import csv
import io
import json
from datetime import date

import pytest

from tests.factories import NOON, make_customer
from tests.wallet.ledgers import add, spend
from wallet import ledger, period_statement, statement_files

pytestmark = pytest.mark.django_db
DAYS = {"first_day": date(2026, 3, 1), "last_day": date(2026, 3, 31)}


def told(customer):
    return period_statement.for_period(customer, **DAYS, at=NOON)


def test_an_empty_statement_is_a_whole_file(store):
    alice = make_customer(store)
    assert json.loads("".join(statement_files.json_pieces(told(alice)))) == {
        "customerId": str(alice.pk),
        "from": "2026-03-01",
        "to": "2026-03-31",
        "opening": 0,
        "closing": 0,
        "movements": [],
    }
    rows = list(csv.DictReader(io.StringIO("".join(statement_files.csv_pieces(told(alice))))))
    assert [(row["reason"], row["balance"]) for row in rows] == [("opening", "0.00"), ("closing", "0.00")]


def test_both_files_say_the_same(store):
    alice = make_customer(store)
    add(alice, "10.50", at=NOON, origin=ledger.Origin(source="test", comment='for "Ünal", with\nthanks'))
    spend(alice, "0.25", at=NOON)
    moved = json.loads("".join(statement_files.json_pieces(told(alice))))["movements"]
    rows = list(csv.DictReader(io.StringIO("".join(statement_files.csv_pieces(told(alice))))))[1:-1]
    assert [(row["why"], float(row["change"]), float(row["balance"])) for row in rows] == [
        (line["why"], line["change"], line["balance"]) for line in moved
    ]
    assert moved[0]["why"] == 'for "Ünal", with\nthanks'


def test_a_download_has_a_name_and_is_kept_nowhere(store):
    answer = statement_files.as_download(told(make_customer(store)), "json")
    assert answer["Content-Disposition"] == 'attachment; filename="statement-2026-03-01-2026-03-31.json"'
    assert answer["Cache-Control"] == "no-store"
