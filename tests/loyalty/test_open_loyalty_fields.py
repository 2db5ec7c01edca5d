"""Fields read strictly and say what is wrong in the words of the original."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from rest_framework.exceptions import ValidationError

from loyalty.api.open_loyalty import fields

SOME_ID = "00000000-0000-474c-b092-b0dd880c07e2"
BLANK = "This value should not be blank."
INVALID = "This value is not valid."


def read(field, value):
    return field.run_validation(value)


def complaint(field, value):
    with pytest.raises(ValidationError) as caught:
        field.run_validation(value)
    return [str(error) for error in caught.value.detail]


@pytest.mark.parametrize("value", [12, True, 1.5, [], {}, ["a"], "a\x00b", "\ud800"])
def test_text_takes_text_alone(value):
    assert complaint(fields.TextField(), value) == [INVALID]


def test_text_is_trimmed_and_measured():
    assert read(fields.TextField(), "  Alice ") == "Alice"
    assert complaint(fields.TextField(max_length=3), "four") == [
        "This value is too long. It should have 3 characters or less."
    ]


@pytest.mark.parametrize("value", ["", "   ", None])
def test_an_empty_value_clears_unless_it_is_required(value):
    assert read(fields.TextField(), value) == ""
    assert read(fields.AmountField(), value) is None
    assert complaint(fields.TextField(required=True), value) == [BLANK]
    assert complaint(fields.TextField(blank=False), value) == [BLANK]


@pytest.mark.parametrize("value", ["alice", "a@b", "a b@example.com", "@example.com", "a@exa\x00mple.com"])
def test_email_addresses_are_checked(value):
    assert complaint(fields.EmailField(), value)[0] in {"This value is not a valid email address.", INVALID}


@pytest.mark.parametrize(
    ("value", "amount"),
    [
        ("12", "12"),
        ("12.5", "12.5"),
        (12, "12"),
        (Decimal("0.35"), "0.35"),
        ("100000000.00", "100000000"),
        ("0", "0"),
    ],
)
def test_amounts_have_up_to_two_decimals(value, amount):
    assert read(fields.AmountField(), value) == Decimal(amount)


@pytest.mark.parametrize(
    "value",
    [
        "12.345",
        "1e2",
        "NaN",
        "Infinity",
        "1_000",
        "١٢",
        "12,5",
        True,
        [],
        {},
        "-1",
        Decimal("1E+2"),
        "0x10",
        "9" * 20,
    ],
)
def test_anything_else_is_no_amount(value):
    assert complaint(fields.AmountField(), value) == [INVALID]


def test_a_positive_amount_is_above_zero():
    assert complaint(fields.AmountField(positive=True), "0") == [INVALID]
    assert read(fields.AmountField(signed=True), "-5") == Decimal(-5)


@pytest.mark.parametrize("value", ["1.5", "x", True, "-1", "99999999999", [], Decimal("1.5")])
def test_whole_numbers_stay_whole(value):
    assert complaint(fields.IntegerField(), value) == [INVALID]


def test_decimals_keep_to_their_places_and_bounds():
    field = fields.DecimalField(places=3, at_least=Decimal("0.001"), at_most=Decimal(2))
    assert read(field, "0.325") == Decimal("0.325")
    assert [complaint(field, value) for value in ("0", "0.3251", "2.001")] == [[INVALID]] * 3


@pytest.mark.parametrize("value", [True, 1, "1", "true", "active", "ACTIVE"])
def test_words_for_yes(value):
    assert read(fields.FlagField(), value) is True


@pytest.mark.parametrize("value", [False, 0, "0", "false", "inactive", ""])
def test_words_for_no(value):
    assert read(fields.FlagField(), value) is False


@pytest.mark.parametrize("value", ["2", "maybe", [], 7])
def test_other_words_are_no_flag(value):
    assert complaint(fields.FlagField(), value) == [INVALID]


def test_choices_map_wire_words_to_ours():
    field = fields.ChoiceField({"male": "M"})
    assert read(field, "male") == "M"
    assert complaint(field, "Male") == ["The value you selected is not a valid choice."]
    assert complaint(field, ["male"]) == ["The value you selected is not a valid choice."]


def test_ids_are_hyphenated_uuids():
    assert read(fields.UuidField(), SOME_ID.upper()) == UUID(SOME_ID)
    for bad in ("12", SOME_ID.replace("-", ""), f"{{{SOME_ID}}}", 7):
        assert complaint(fields.UuidField(), bad) == [INVALID]


@pytest.mark.parametrize("year", ["0001", "0999", "9999"])
def test_years_that_some_zone_cannot_show_are_refused(year):
    assert complaint(fields.DateField(), f"{year}-12-31") == [INVALID]
    assert complaint(fields.InstantField(), f"{year}-12-31 23:59:59") == [INVALID]
    assert complaint(fields.InstantField(), f"{year}-12-31T23:59:59-12:00") == [INVALID]


@pytest.mark.parametrize("value", ["1990-02-31", "31-01-1990", "1990", "yesterday", 19900101, "1990-2-1"])
def test_impossible_days_are_refused(value):
    assert complaint(fields.DateField(), value) == [INVALID]


def test_a_day_may_come_with_a_time():
    assert read(fields.DateField(), "1990-02-01") == date(1990, 2, 1)
    assert read(fields.DateField(), "1990-02-01T00:00:00+0100") == date(1990, 2, 1)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-15 12:00", datetime(2026, 1, 15, 11, tzinfo=UTC)),
        ("2026-07-15 12:00:30", datetime(2026, 7, 15, 10, 0, 30, tzinfo=UTC)),
        ("2026-01-15 8:33", datetime(2026, 1, 15, 7, 33, tzinfo=UTC)),
        ("2026-07-15T12:00:00+0000", datetime(2026, 7, 15, 12, tzinfo=UTC)),
        ("2026-07-15T12:00:00+02:00", datetime(2026, 7, 15, 10, tzinfo=UTC)),
        ("2026-07-15T12:00:00Z", datetime(2026, 7, 15, 12, tzinfo=UTC)),
        ("2026-01-15", datetime(2026, 1, 14, 23, tzinfo=UTC)),
    ],
)
def test_moments_without_offset_are_local_to_the_store(text, moment):
    assert fields.read_instant(text, zone=ZoneInfo("Europe/Warsaw")) == moment


@pytest.mark.parametrize(
    "text",
    ["tomorrow", "2026-13-01 10:00", "2026-01-15 25:00", "2026-01-15 8:3", "15.01.2026", "0000-00-00", ""],
)
def test_what_is_no_moment_is_refused(text):
    assert fields.read_instant(text, zone=ZoneInfo("UTC")) is None


def test_labels_are_written_with_colons_and_semicolons():
    assert read(fields.LabelsTextField(), "a:1; b:2:3;") == [
        {"key": "a", "value": "1"},
        {"key": "b", "value": "2:3"},
    ]
    assert complaint(fields.LabelsTextField(), ":x") == [INVALID]


def test_labels_are_as_many_as_a_list_of_them_may_be():
    assert len(read(fields.LabelsTextField(), ";".join(f"k{number}:v" for number in range(500)))) == 500
    assert complaint(fields.LabelsTextField(), ";".join(f"k{number}:v" for number in range(501))) == [INVALID]
    assert complaint(fields.LabelsTextField(), "k:v;" * 300_000) == [INVALID]


def test_lists_take_places_and_name_the_one_at_fault():
    field = fields.ListField(fields.UuidField())
    assert read(field, {"0": SOME_ID}) == [UUID(SOME_ID)]
    assert read(field, "") == []
    with pytest.raises(ValidationError) as caught:
        field.run_validation([SOME_ID, "x"])
    assert caught.value.detail == {"1": [INVALID]}
    assert read(field, SOME_ID) == [UUID(SOME_ID)]
    assert complaint(field, 7) == [INVALID]
    assert complaint(fields.ListField(fields.UuidField(), required=True), []) == [BLANK]


def test_default_lists_are_not_shared():
    field = fields.ListField(fields.UuidField())
    read(field, "").append("mine")
    assert read(field, "") == []
