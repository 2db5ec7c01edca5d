"""Bodies of the dialect: both forms of a resource, three of an action, strict types, pointers to what is wrong."""

import io
import json
from decimal import Decimal

import pytest

from loyalty.api.bodies import JsonParser
from loyalty.api.omniwallet import forms
from loyalty.api.omniwallet.fields import AmountField, ChoiceField, MetadataField, TextField
from loyalty.api.omniwallet.problems import ProblemsFound


class ThingForm(forms.ResourceForm):
    resource_type = "things"
    name = TextField(source="title", required=True, max_length=5)
    note = TextField()


class CallForm(forms.ActionForm):
    points = AmountField(required=True)
    type = TextField(required=True)
    kind = ChoiceField("A", "B")
    content = MetadataField()
    items = MetadataField(kind=list)


def read(form, body, **options):
    """Read a body as it comes over the wire."""
    parsed = JsonParser().parse(io.BytesIO((body if isinstance(body, str) else json.dumps(body)).encode()))
    return forms.read(form, parsed, **options)[0]


def problems(form, body, **options):
    with pytest.raises(ProblemsFound) as refused:
        read(form, body, **options)
    return [(problem.status, problem.pointer) for problem in refused.value.problems]


THING = {"type": "things", "attributes": {"name": "cup"}}


@pytest.mark.parametrize("body", [THING, {"data": THING}])
def test_a_resource_comes_wrapped_or_bare(body):
    assert read(ThingForm, body) == {"title": "cup"}


@pytest.mark.parametrize(
    "body",
    [
        {"points": 5, "type": "shop"},
        {"data": {"points": 5, "type": "shop"}},
        {"data": {"attributes": {"points": 5, "type": "shop"}}},
        {"data": {"type": "shop", "attributes": {"points": 5}}},
        {"data": {"type": "customers", "attributes": {"points": 5, "type": "shop"}}},
    ],
)
def test_an_action_comes_bare_or_in_data_or_in_attributes(body):
    assert read(CallForm, body) == {"points": Decimal("5.00"), "type": "shop"}


def test_what_no_form_knows_is_left_alone():
    body = {"type": "things", "links": {}, "attributes": {"name": "cup", "points": 5, "createdAt": "x"}}
    assert read(ThingForm, body) == {"title": "cup"}


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({}, [(422, "/type")]),
        ({"type": 5, "attributes": {}}, [(422, "/type")]),
        ({"type": "cups", "attributes": {}}, [(409, "/type")]),
        ({"type": "things"}, [(422, "/attributes")]),
        ({"type": "things", "attributes": [1]}, [(422, "/attributes")]),
        ({"data": []}, [(422, "/data")]),
        ({"data": {"type": "things", "attributes": {}}}, [(422, "/data/attributes/name")]),
        (
            {"type": "things", "attributes": {"name": 5, "note": True}},
            [(422, "/attributes/name"), (422, "/attributes/note")],
        ),
        ({"type": "things", "attributes": {"name": "  "}}, [(422, "/attributes/name")]),
        ({"type": "things", "attributes": {"name": None}}, [(422, "/attributes/name")]),
        ({"type": "things", "attributes": {"name": "longer"}}, [(422, "/attributes/name")]),
        ({"type": "things", "attributes": {"name": "a\x00b"}}, [(422, "/attributes/name")]),
        ('{"type": "things", "attributes": {"name": "\\ud800"}}', [(422, "/attributes/name")]),
    ],
)  # fmt: skip
def test_each_wrong_value_is_named(body, found):
    assert problems(ThingForm, body) == found


def test_a_change_may_leave_out_what_stays_but_not_empty_it():
    body = {"type": "things", "id": "X@y", "attributes": {"note": None}}
    assert read(ThingForm, body, resource_id="x@Y", partial=True) == {"note": ""}
    body["attributes"] = {"name": ""}
    assert problems(ThingForm, body, resource_id="x@y", partial=True) == [(422, "/attributes/name")]


@pytest.mark.parametrize(("given", "status"), [({}, 422), ({"id": 5}, 422), ({"id": "other"}, 409)])
def test_a_change_names_its_resource(given, status):
    body = {"data": {"type": "things", **given, "attributes": {}}}
    assert problems(ThingForm, body, resource_id="this", partial=True) == [(status, "/data/id")]


@pytest.mark.parametrize(
    "points", ["0", "-1", "0.00", "1.234", "1e30", "1e2", '"5"', "true", "[5]", "{}", "null", "99999999999"]
)
def test_what_is_no_amount(points):
    assert problems(CallForm, f'{{"type": "x", "points": {points}}}') == [(422, "/points")]


@pytest.mark.parametrize("points", ["1", "0.01", "9.5", "100000000.00", "9999999999.99"])
def test_amounts_keep_their_decimals(points):
    assert read(CallForm, f'{{"type": "x", "points": {points}}}')["points"] == Decimal(points)


@pytest.mark.parametrize(
    "content",
    [
        '"x"',
        "[1]",
        "5",
        '{"a": "\\u0000"}',
        '{"\\ud800": 1}',
        '{"a": [1e999]}',
        '{"a": "' + "x" * 10_000 + '"}',
    ],
)
def test_metadata_that_cannot_be_kept(content):
    body = f'{{"type": "x", "points": 1, "content": {content}}}'
    assert problems(CallForm, body) == [(422, "/content")]


def test_metadata_is_kept_as_it_is():
    body = '{"type": "x", "points": 1, "content": {"a": [1, 2.5, "x", null, true]}, "items": ["sku1", 7]}'
    values = read(CallForm, body)
    assert values["content"] == {"a": [1, 2.5, "x", None, True]}
    assert values["items"] == ["sku1", 7]


@pytest.mark.parametrize("kind", ['"C"', '"a"', "1", "[]"])
def test_a_word_must_be_among_the_choices(kind):
    assert problems(CallForm, f'{{"type": "x", "points": 1, "kind": {kind}}}') == [(422, "/kind")]
