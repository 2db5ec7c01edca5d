"""The OpenAPI document tells the Wallet2 dialect too."""

import pytest
import yaml
from django.test import Client

from loyalty.api.orderingstack.scopes import SCOPES
from tests.architecture.served import dialect_views


@pytest.fixture(scope="module")
def document():
    return yaml.safe_load(Client().get("/api/schema/").content)


@pytest.fixture(scope="module")
def paths(document):
    wanted = ("/wallet2-api/", "/auth-oauth2/")
    return {path: methods for path, methods in document["paths"].items() if path.startswith(wanted)}


def test_every_route_is_there(paths):
    served = {
        (path, method)
        for path, view in dialect_views()
        for method in ("get", "post", "put", "delete")
        if path.startswith(("/wallet2-api/", "/auth-oauth2/")) and hasattr(view, method)
    }
    shown = {
        (path.replace("{wallet}", "{}").replace("{operation}", "{}"), method)
        for path in paths
        for method in paths[path]
    }
    assert shown == served


def test_bodies_are_those_of_the_document(document, paths):
    def body(path):
        (content,) = paths[f"/wallet2-api/api{path}"]["post"]["requestBody"]["content"].values()
        return document["components"]["schemas"][content["schema"]["$ref"].rsplit("/", 1)[1]]

    batch = body("/wallet/{wallet}/batch/sync")
    assert set(batch["properties"]) == {
        "amount",
        "price",
        "expires",
        "order",
        "description",
        "venue",
        "extra",
    }
    assert batch["required"] == ["amount"]
    assert batch["properties"]["description"]["maxLength"] == 32
    voucher = body("/voucher")
    assert set(voucher["properties"]) == {
        "expires",
        "pointsExpireInDays",
        "forWallet",
        "amount",
        "price",
        "extra",
    }


def test_attributes_are_texts_by_name(paths):
    (content,) = paths["/wallet2-api/api/wallet/{wallet}"]["put"]["requestBody"]["content"].values()
    assert content["schema"]["additionalProperties"]["type"] == "string"


def test_queries_and_the_tenant_are_shown(paths):
    shown = paths["/wallet2-api/api/stats"]["get"]["parameters"]
    assert {(each["name"], each["in"], each.get("required", False)) for each in shown} == {
        ("x-tenant", "header", False),
        ("from", "query", True),
        ("to", "query", True),
        ("venues", "query", False),
    }
    listed = paths["/wallet2-api/api/report/expiring-points"]["get"]["parameters"]
    assert {each["name"] for each in listed} == {"x-tenant", "days", "sort", "range", "filter"}


def test_each_word_that_opens_a_route_is_enough(document, paths):
    assert paths["/wallet2-api/api/stats"]["get"]["security"] == [
        {"wallet2": ["ROLE_SU"]},
        {"wallet2": ["ROLE_WALLET"]},
        {"wallet2": ["ROLE_WALLET_STATS"]},
    ]
    assert paths["/wallet2-api/api/me/wallet"]["get"]["security"] == [{"bearer": []}]
    flow = document["components"]["securitySchemes"]["wallet2"]["flows"]["clientCredentials"]
    assert flow["scopes"] == SCOPES


def test_answers_have_an_example_and_problems_a_shape(paths):
    for path, methods in paths.items():
        for method, operation in methods.items():
            good = [status for status in operation["responses"] if status.startswith("2")]
            assert len(good) == 1, (path, method)
            assert operation["responses"][good[0]]["content"]["application/json"]["schema"]
    assert set(paths["/wallet2-api/api/wallet/{wallet}/batch"]["post"]["responses"]) >= {"202", "400", "404"}
