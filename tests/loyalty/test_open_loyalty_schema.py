"""The OpenAPI document: valid, complete, and read from the forms."""

import pytest
import yaml
from django.test import Client
from drf_spectacular.validation import validate_schema


@pytest.fixture(scope="module")
def document():
    return yaml.safe_load(Client().get("/api/schema/").content)


def test_the_document_is_valid_openapi(document):
    validate_schema(document)


def test_nothing_in_the_document_had_to_be_guessed(capsys):
    Client().get("/api/schema/")
    assert "Warning" not in capsys.readouterr().err


def test_bodies_are_the_forms(document):
    schemas = document["components"]["schemas"]
    body = document["paths"]["/api/store"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert body == {"$ref": "#/components/schemas/LoyaltyStoreFormBody"}
    assert schemas["LoyaltyStoreForm"]["required"] == ["code", "currency", "name"]
    assert schemas["LoyaltyStoreForm"]["properties"]["name"]["maxLength"] == 255


def test_the_store_is_named_as_the_original_names_it(document):
    parameters = document["paths"]["/api/{storeCode}/pos"]["get"]["parameters"]
    assert [parameter["name"] for parameter in parameters] == ["storeCode"]


def test_guarded_routes_say_so(document):
    assert {"bearer": []} in document["paths"]["/api/store"]["get"]["security"]
    assert document["paths"]["/api/"]["get"].get("security", [{}]) == [{}]
    assert set(document["components"]["securitySchemes"]) == {"bearer", "permanentToken", "wallet2"}


def test_every_operation_has_its_own_name(document):
    names = [
        operation["operationId"] for methods in document["paths"].values() for operation in methods.values()
    ]
    assert len(names) == len(set(names))
