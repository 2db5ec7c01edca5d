"""JSON bodies are read strictly; hostile ones are refused."""

import io
import json
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.exceptions import ParseError

from loyalty.api.bodies import JsonParser, keepable, read_text, read_uuid


def from_json(text):
    return JsonParser().parse(io.BytesIO(text if isinstance(text, bytes) else text.encode()))


@pytest.mark.parametrize(
    "text",
    [
        '{"a": NaN}',
        '{"a": Infinity}',
        '{"a": -Infinity}',
        "[1, 2]",
        "nonsense",
        '{"a": 1',
        '{"a":' * 13 + "1" + "}" * 13 + "[",
        '{"a": ' + "[" * 100_000 + "]" * 100_000 + "}",
        '{"a":' * 20 + "1" + "}" * 20,
        '{"a": ' + "9" * 5000 + "}",
        '{"a": 1e99999999999999999999}',
        b'{"a": "\xff"}',
    ],
)
def test_broken_or_hostile_json_is_refused(text):
    with pytest.raises(ParseError):
        from_json(text)


def test_json_numbers_keep_their_decimals():
    assert str(from_json('{"a": 12.345678901234567890}')["a"]) == "12.345678901234567890"


def test_an_empty_body_is_an_empty_object():
    assert from_json("  ") == {}


@given(
    st.recursive(st.text(max_size=3) | st.integers() | st.none(), lambda inner: st.lists(inner, max_size=3))
)
def test_any_json_value_is_read_or_refused(value):
    text = json.dumps({"a": value})
    try:
        assert from_json(text) == {"a": value}
    except ParseError:
        assert "[[[[[" in text


@pytest.mark.parametrize("value", [1, True, None, ["x"], "a\x00b", "\ud800"])
def test_what_no_column_holds_is_no_text(value):
    assert read_text(value) is None


def test_a_text_loses_its_outer_blanks():
    assert read_text("  a b ") == "a b"


@pytest.mark.parametrize(
    "text", ["91D87E1C-56f4-43ce-b669-83d6420b806c", "91d87e1c-56f4-43ce-b669-83d6420b806c"]
)
def test_an_id_is_read_in_any_letter_case(text):
    assert read_uuid(text) == UUID("91d87e1c-56f4-43ce-b669-83d6420b806c")


@pytest.mark.parametrize(
    "text", ["", "91d87e1c56f443ceb66983d6420b806c", "{91d87e1c-56f4-43ce-b669-83d6420b806c}"]
)
def test_ids_have_their_hyphens_and_nothing_else(text):
    assert read_uuid(text) is None


def test_a_partners_own_value_is_kept_with_plain_numbers():
    assert keepable({"a": [Decimal("1.5"), True, None, {"b": "c"}]}) == {"a": [1.5, True, None, {"b": "c"}]}


@pytest.mark.parametrize("value", [Decimal("1e999"), "a\x00b", {"\ud800": 1}, [["\x00"]]])
def test_what_no_column_holds_is_not_kept(value):
    with pytest.raises(ValueError, match="no column holds it"):
        keepable(value)
