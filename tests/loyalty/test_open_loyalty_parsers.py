"""Bodies of three encodings become one shape; hostile ones are refused."""

import contextlib
import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.exceptions import ParseError

from loyalty.api.open_loyalty.parsers import FormParser, JsonParser, nest, read_query


def form(text):
    return FormParser().parse(io.BytesIO(text if isinstance(text, bytes) else text.encode()))


def from_json(text):
    return JsonParser().parse(io.BytesIO(text if isinstance(text, bytes) else text.encode()))


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("customer[address][city]=Warsaw", {"customer": {"address": {"city": "Warsaw"}}}),
        ("a[]=1&a[]=2", {"a": ["1", "2"]}),
        ("a[][x]=1&a[][x]=2", {"a": [{"x": "1"}, {"x": "2"}]}),
        ("a[5]=x&a[9]=y", {"a": ["x", "y"]}),
        ("a[0]=x&a[k]=y", {"a": {"0": "x", "k": "y"}}),
        ("labels[0][key]=a&labels[0][value]=b", {"labels": [{"key": "a", "value": "b"}]}),
        ("a=1&a=2", {"a": "2"}),
        ("a=", {"a": ""}),
        ("store[name] = shop", {"store": {"name": " shop"}}),
        ("name=a%20b+c", {"name": "a b c"}),
        ("a%5Bb%5D=1", {"a": {"b": "1"}}),
        ("plus=1%2B1", {"plus": "1+1"}),
        ("tags=x,y", {"tags": "x,y"}),
        ("", {}),
    ],
)
def test_bracket_notation_nests_as_php_does(text, shape):
    assert form(text) == shape


@pytest.mark.parametrize(
    "text",
    [
        "a" + "[x]" * 13 + "=1",
        "a[999999999]=1",
        "&".join(f"k{i}=1" for i in range(6000)),
        b"a=\xff",
        b"a=%ff",
    ],
    ids=["too deep", "index beyond the limit", "too many fields", "broken UTF-8", "broken escaped UTF-8"],
)
def test_forms_beyond_the_limits_are_refused(text):
    with pytest.raises(ParseError):
        form(text)


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


def test_files_are_nested_under_their_names():
    upload = SimpleUploadedFile("a.png", b"x")
    assert nest([("photo[file]", upload), ("photo[name]", "n")]) == {"photo": {"file": upload, "name": "n"}}


def test_query_parameters_nest_too():
    assert read_query(QueryDict("labels[0][key]=a&page=2")) == {"labels": [{"key": "a"}], "page": "2"}


def test_nul_in_a_query_is_refused():
    with pytest.raises(ParseError):
        read_query(QueryDict("name=a%00b"))


@given(st.text(max_size=60))
def test_no_form_body_breaks_the_parser(text):
    with contextlib.suppress(ParseError):
        assert isinstance(form(text.encode("utf-8", "surrogatepass")), dict)


@given(
    st.recursive(st.text(max_size=3) | st.integers() | st.none(), lambda inner: st.lists(inner, max_size=3))
)
def test_any_json_value_is_read_or_refused(value):
    text = json.dumps({"a": value})
    try:
        assert from_json(text) == {"a": value}
    except ParseError:
        assert "[[[[[" in text
