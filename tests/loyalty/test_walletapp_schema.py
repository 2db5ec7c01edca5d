"""The OpenAPI document tells the WalletApp dialect too."""

import pytest
import yaml
from django.test import Client


@pytest.fixture(scope="module")
def document():
    return yaml.safe_load(Client().get("/api/schema/").content)


@pytest.fixture(scope="module")
def paths(document):
    return {path: methods for path, methods in document["paths"].items() if path.startswith("/walletapp/")}


def test_every_route_is_there(paths):
    assert {(path, method) for path, methods in paths.items() for method in methods} == {
        ("/walletapp/import/export", "post"),
        ("/walletapp/members", "get"),
        ("/walletapp/members/list", "get"),
        ("/walletapp/members/location", "post"),
        ("/walletapp/members/signups", "post"),
        ("/walletapp/members/unsubscribe", "patch"),
        ("/walletapp/members/unsubscribe", "post"),
        ("/walletapp/members/{member}", "delete"),
        ("/walletapp/members/{member}/coupons", "get"),
        ("/walletapp/members/{member}/storecards", "get"),
        ("/walletapp/oauth/token", "delete"),
        ("/walletapp/oauth/token", "post"),
    }


def test_parameters_of_reads_are_shown_in_the_query(paths):
    shown = paths["/walletapp/members/{member}/storecards"]["get"]["parameters"]
    assert {(each["name"], each["in"], each.get("required", False)) for each in shown} == {
        ("member", "path", True),
        ("brand_id", "query", True),
        ("page", "query", False),
        ("per_page", "query", False),
    }


def test_tokens_are_asked_for_but_where_they_are_given(paths):
    assert paths["/walletapp/members"]["get"]["security"] == [{"bearer": []}]
    assert paths["/walletapp/oauth/token"]["post"].get("security", [{}]) == [{}]


@pytest.mark.parametrize("method", ["patch", "post"])
def test_what_must_be_there_is_required_and_not_nullable(document, paths, method):
    content = paths["/walletapp/members/unsubscribe"][method]["requestBody"]["content"]
    body = document["components"]["schemas"][content["application/json"]["schema"]["$ref"].rsplit("/", 1)[1]]
    assert set(body["required"]) == {"brand_id", "email"}
    email = body["properties"]["email"]
    assert not any(part.get("nullable") for part in (body["properties"]["brand_id"], email))
    assert not email.get("items", {}).get("nullable")
