"""Every column that can hold text is said to name customers or not, in docs/privacy.md; those that do are forgotten."""

import re
from collections import defaultdict

import pytest
from django.apps import apps
from django.db import models

from customers import erasure
from orders import erasure as orders_erasure
from tests.architecture.source import ROOT

_TEXTUAL = (
    *(models.CharField, models.TextField, models.JSONField, models.FileField, models.BinaryField),
    *(models.DateField, models.GenericIPAddressField),
)


def textual_columns() -> set[str]:
    """Give every column of every model that may hold words, as `app.Model.column`."""
    return {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.concrete_fields
        if isinstance(field, _TEXTUAL) and not isinstance(field, models.DateTimeField)
    }


def written() -> dict[str, list[str]]:
    """Read both tables of docs/privacy.md: column -> under which headings it stands."""
    found: dict[str, list[str]] = defaultdict(list)
    heading = ""
    for line in (ROOT / "docs" / "privacy.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            heading = line.removeprefix("## ")
        elif row := re.match(r"\| (\w+\.\w+) \| ([\w, ]+) \| .+ \|$", line):
            for column in row[2].split(", "):
                found[f"{row[1]}.{column.strip()}"].append(heading)
    return found


def test_every_column_that_can_hold_words_is_said_to_name_customers_or_not() -> None:
    assert sorted(textual_columns() - written().keys()) == []


def test_no_column_is_named_that_does_not_exist_or_twice() -> None:
    assert sorted(written().keys() - textual_columns()) == []
    assert {column: headings for column, headings in written().items() if len(headings) > 1} == {}


@pytest.mark.parametrize(
    ("table", "blanked"),
    [("customers.Customer", erasure.BLANK), ("orders.Purchase", orders_erasure.BLANK)],
)
def test_what_is_said_to_become_blank_is_blanked(table: str, blanked: dict[str, object]) -> None:
    personal = {
        column.removeprefix(f"{table}.")
        for column, headings in written().items()
        if column.startswith(f"{table}.") and headings == ["What names a customer"]
    }
    assert personal - blanked.keys() == set()
    assert {name for name in blanked if f"{table}.{name}" in textual_columns()} == personal
