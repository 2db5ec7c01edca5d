"""Forms of the Wallet2 dialect: what they read, and how they say what is wrong."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.http import QueryDict

from loyalty.api.orderingstack import forms
from loyalty.api.orderingstack.fields import (
    AmountField,
    CountField,
    DayField,
    InstantField,
    ObjectField,
    TextField,
    TextsField,
    UuidField,
)
from loyalty.api.orderingstack.forms import Form, FormInvalid


class OneForm(Form):
    amount = AmountField(source="points", required=True)
    count = CountField(at_most=9)
    moment = InstantField()
    note = TextField(max_length=5)
    more = ObjectField()
    ref = UuidField()


class OneQuery(Form):
    day = DayField(required=True)
    words = TextsField(max_length=3, max_items=2)


def problems(read, *arguments):
    with pytest.raises(FormInvalid) as caught:
        read(*arguments)
    return caught.value.problems


def test_absent_and_null_members_are_not_there():
    assert forms.read(OneForm, {"amount": 5, "note": None}) == {"points": Decimal(5)}


def test_unknown_members_are_left_alone():
    assert forms.read(OneForm, {"amount": 5, "id": 1, "balance": {}}) == {"points": Decimal(5)}


def test_every_member_at_fault_is_named():
    said = {"count": 10, "note": "longer", "moment": "now", "more": [], "ref": "x"}
    assert set(problems(forms.read, OneForm, said)) == {"amount", *said}


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2019-08-24T14:15:22Z", datetime(2019, 8, 24, 14, 15, 22, tzinfo=UTC)),
        ("2019-08-24t14:15:22.5z", datetime(2019, 8, 24, 14, 15, 22, 500000, tzinfo=UTC)),
        ("2019-08-24T16:15:22+02:00", datetime(2019, 8, 24, 14, 15, 22, tzinfo=UTC)),
    ],
)
def test_moments_come_with_their_offset(text, moment):
    assert forms.read(OneForm, {"amount": 1, "moment": text})["moment"] == moment


def test_a_text_may_be_empty():
    assert forms.read(OneForm, {"amount": 1, "note": ""})["note"] == ""


def test_objects_keep_their_numbers():
    assert forms.read(OneForm, {"amount": 1, "more": {"a": [Decimal("1.5")]}})["more"] == {"a": [1.5]}


def test_only_lists_of_texts_come_several_times():
    read = forms.read_query(OneQuery, QueryDict("day=2026-03-14&words=a&words=b"))
    assert read["words"] == ["a", "b"]
    assert problems(forms.read_query, OneQuery, QueryDict("day=2026-03-14&day=2026-03-15")) == {
        "day": "must come once"
    }
    for words in ("words=abcd", "words=a&words=b&words=c"):
        assert set(problems(forms.read_query, OneQuery, QueryDict(f"day=2026-03-14&{words}"))) == {"words"}


def test_refusals_are_told_by_the_name_on_the_wire():
    assert forms.wire_name(OneForm, "points") == "amount"
    assert forms.wire_name(OneForm, "unheard") == forms.wire_name(None, "unheard") == "unheard"
