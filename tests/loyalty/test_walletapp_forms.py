"""Forms of the WalletApp dialect: what is left out, what is refused, and how it is named."""

from datetime import UTC, datetime

import pytest

from loyalty.api.walletapp import forms
from loyalty.api.walletapp.fields import (
    EmailField,
    FlagField,
    ListField,
    NumberField,
    PastInstantField,
    TextField,
)
from loyalty.api.walletapp.forms import Form, FormInvalid, wire_name

NOW = datetime(2026, 3, 14, 12, tzinfo=UTC)


class RowForm(Form):
    name = TextField(required=True, max_length=5, source="title")


class ExampleForm(Form):
    name = TextField(max_length=5)
    secret = TextField(trim=False)
    email = EmailField()
    flag = FlagField(source="is_so")
    number = NumberField(at_most=50)
    moment = PastInstantField()
    rows = ListField(RowForm(), max_items=2, source="entries")
    words = ListField(TextField(), lone=True)


def values(**parameters):
    return forms.read(ExampleForm, parameters, context={"now": NOW})


def errors(**parameters):
    with pytest.raises(FormInvalid) as caught:
        values(**parameters)
    return caught.value.errors


def test_what_is_absent_null_or_blank_is_left_out():
    assert (
        values() == values(name=None, email="", flag=None, number=" ", moment="", rows=None, words="") == {}
    )


def test_values_come_under_our_names():
    read = values(name=" a ", secret=" a ", flag=False, number="7", rows=[{"name": "x"}], words="one")
    assert read == {
        "name": "a",
        "secret": " a ",
        "is_so": False,
        "number": 7,
        "entries": [{"title": "x"}],
        "words": ["one"],
    }


def test_parameters_that_nobody_asked_for_are_not_read():
    assert values(extra={"x": 1}) == {}


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("name", 5, "The name must be a string."),
        ("name", True, "The name must be a string."),
        ("name", "\ud800", "The name must be a string."),
        ("name", "x" * 6, "The name must not be greater than 5 characters."),
        ("email", "no address", "The email must be a valid email address."),
        ("flag", "true", "The flag field must be true or false."),
        ("flag", 0, "The flag field must be true or false."),
        ("number", "1_0", "The number must be an integer of at least 1."),
        ("number", "0", "The number must be an integer of at least 1."),
        ("number", True, "The number must be an integer of at least 1."),
        ("number", 51, "The number must not be greater than 50."),
        ("number", 10**12, "The number must not be greater than 50."),
        ("moment", "soon", "The moment is not a valid date."),
        ("moment", "0000-01-01", "The moment is not a valid date."),
        ("moment", "0001-01-01T00:00:00+14:00", "The moment is not a valid date."),
        ("moment", "2026-03-14T12:00:00Z", "The moment must be a date before now."),
        ("rows", {"name": "x"}, "The rows must be an array."),
        ("rows", "x", "The rows must be an array."),
        ("rows", [{"name": "x"}] * 3, "The rows must not have more than 2 items."),
    ],
)
def test_each_refusal_names_its_parameter(name, value, words):
    assert errors(**{name: value}) == {name: [words]}


def test_problems_inside_lists_are_named_by_their_place():
    assert errors(rows=[{"name": "x"}, {"name": ""}], words=["a", 5, ""]) == {
        "rows.1.name": ["The name field is required."],
        "words.1": ["The value must be a string."],
        "words.2": ["The value must be a string."],
    }
    assert errors(rows=[None, 5]) == {
        "rows.0": ["This must be an object."],
        "rows.1": ["This must be an object."],
    }


@pytest.mark.parametrize(
    ("ours", "wire"),
    [
        ("is_so", "flag"),
        ("entries.1.title", "rows.1.name"),
        ("entries.1", "rows.1"),
        ("words.0", "words.0"),
        ("elsewhere", "elsewhere"),
    ],
)
def test_refusals_are_shown_under_the_wire_s_names(ours, wire):
    assert wire_name(ExampleForm, ours) == wire


@pytest.mark.parametrize(
    "text", ["2026-03-14T11:59:59Z", "2026-03-14 11:59:59", "2026-03-14", "2026-03-14T12:59:59+01:00"]
)
def test_a_moment_before_now_is_taken(text):
    assert values(moment=text)["moment"] < NOW
