"""Forms of both encodings become one shape; hostile ones are refused."""

import contextlib
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.exceptions import ParseError

from loyalty.api.open_loyalty.parsers import FormParser, nest, read_query


def form(text):
    return FormParser().parse(io.BytesIO(text if isinstance(text, bytes) else text.encode()))


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
        "a" + "[]" * 13 + "=1",
        "a" + "[]" * 200_000 + "=1",
        "a[999999999]=1",
        "&".join(f"k{i}=1" for i in range(6000)),
        b"a=\xff",
        b"a=%ff",
    ],
    ids=[
        "too deep",
        "too deep lists",
        "far too deep lists",
        "index beyond the limit",
        "too many fields",
        "broken UTF-8",
        "broken escaped UTF-8",
    ],
)
def test_forms_beyond_the_limits_are_refused(text):
    with pytest.raises(ParseError):
        form(text)


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
