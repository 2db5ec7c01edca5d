"""The OpenAPI document describes this dialect: its bodies, its parameters, its media type."""

import pytest
import yaml
from django.test import Client

BASE = "/omniwallet/api/v1"


@pytest.fixture(scope="module")
def document():
    return yaml.safe_load(Client().get("/api/schema/").content)


def test_every_route_is_described(document):
    paths = {path: set(methods) for path, methods in document["paths"].items() if path.startswith(BASE)}
    one = f"{BASE}/customers/{{email}}"
    assert paths == {
        f"{BASE}/customers": {"get", "post"},
        one: {"get", "patch"},
        f"{one}/add-points": {"post"},
        f"{one}/add-points-from-value": {"post"},
        f"{one}/subtract-points": {"post"},
        f"{one}/barcode": {"post"},
        f"{one}/transactions": {"get"},
        f"{one}/relationships/transactions": {"get"},
        f"{BASE}/settings": {"get"},
        f"{BASE}/settings/{{setting}}": {"get"},
    }


def test_a_resource_is_described_with_its_attributes(document):
    content = document["paths"][f"{BASE}/customers"]["post"]["requestBody"]["content"]
    assert set(content) == {"application/vnd.api+json", "application/json"}
    schemas = document["components"]["schemas"]
    body = schemas[content["application/json"]["schema"]["$ref"].rsplit("/", 1)[1]]
    assert set(body["required"]) == {"type", "attributes"}
    attributes = schemas["OmniwalletCustomerForm"]
    assert set(attributes["required"]) == {"name", "email"}
    assert attributes["properties"]["card"] == {"type": "string", "maxLength": 128, "nullable": True}


def test_a_change_names_its_resource_and_may_leave_out_attributes(document):
    schemas = document["components"]["schemas"]
    content = document["paths"][f"{BASE}/customers/{{email}}"]["patch"]["requestBody"]["content"]
    body = schemas[content["application/json"]["schema"]["$ref"].rsplit("/", 1)[1]]
    assert set(body["required"]) == {"type", "id", "attributes"}
    changes = schemas[body["properties"]["attributes"]["$ref"].rsplit("/", 1)[1]]
    assert "required" not in changes
    assert set(changes["properties"]) == {"name", "last_name", "email", "phone", "card"}


def test_what_must_not_be_empty_is_not_nullable(document):
    form = document["components"]["schemas"]["OmniwalletAddPointsForm"]["properties"]
    nullable = {name for name, field in form.items() if field.get("nullable")}
    assert nullable == {"order_id", "content"}


def test_amounts_are_numbers(document):
    points = document["components"]["schemas"]["OmniwalletAddPointsForm"]["properties"]["points"]
    assert (points["type"], points["multipleOf"]) == ("number", 0.01)


def test_lists_name_what_they_may_be_asked(document):
    operation = document["paths"][f"{BASE}/customers"]["get"]
    names = {parameter["name"] for parameter in operation["parameters"]}
    assert names == {
        *("X-Omniwallet-Account", "filter[createdAt]", "filter[updatedAt]"),
        *("sort", "page[size]", "page[number]"),
    }
    assert operation["security"] == [{"bearer": []}]


def test_what_is_made_is_answered_with_201(document):
    assert "201" in document["paths"][f"{BASE}/customers"]["post"]["responses"]
    picture = document["paths"][f"{BASE}/customers/{{email}}/barcode"]["post"]["responses"]["200"]
    assert set(picture["content"]) == {"application/dataurl"}
