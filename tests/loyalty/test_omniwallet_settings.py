"""The programme's settings as partners see them: read-only, as texts, without secrets."""

from decimal import Decimal

import pytest

from tests.callers import as_partner
from tests.factories import make_store

pytestmark = pytest.mark.django_db
BASE = "/omniwallet/api/v1/settings"


@pytest.fixture
def partner():
    return as_partner(make_store("SHOP", points_value=Decimal("0.05"), program_name="Beans"))


def test_one_setting_is_shown_as_documented(partner):
    answer = partner("GET", f"{BASE}/POINTS_VALUE")
    assert answer.status_code == 200
    assert answer.json() == {
        "json_api": {"version": "1.0"},
        "links": {"self": f"http://testserver{BASE}/POINTS_VALUE"},
        "data": {"type": "settings", "id": "POINTS_VALUE", "attributes": {"value": "0.05"}},
    }


def test_all_settings_are_shown_as_documented(partner):
    body = partner("GET", BASE).json()
    assert set(body) == {"meta", "json_api", "links", "data"}
    assert body["meta"]["page"]["total"] == len(body["data"])
    assert [row["id"] for row in body["data"]] == sorted(row["id"] for row in body["data"])
    for row in body["data"]:
        assert set(row) == {"type", "id", "attributes"}
        assert isinstance(row["attributes"]["value"], str)
    values = {row["id"]: row["attributes"]["value"] for row in body["data"]}
    assert (values["PROGRAM_NAME"], values["CURRENCY"], values["RETURNS"]) == ("Beans", "EUR", "true")


def test_settings_are_filtered_by_key_and_paged(partner):
    found = partner("GET", BASE, **{"filter[key]": "POINTS_VALUE"}).json()
    assert [row["id"] for row in found["data"]] == ["POINTS_VALUE"]
    assert partner("GET", BASE, **{"filter[key]": "SECRET"}).json()["data"] == []
    page = partner("GET", BASE, **{"page[size]": "2", "page[number]": "2"}).json()
    assert (page["meta"]["page"]["from"], page["meta"]["page"]["to"]) == (3, 4)
    assert partner("GET", page["links"]["next"]).json()["meta"]["page"]["currentPage"] == 3


@pytest.mark.parametrize("query", [{"sort": "key"}, {"filter[value]": "1"}, {"page[size]": "101"}])
def test_what_cannot_be_asked_is_400(partner, query):
    assert partner("GET", BASE, **query).status_code == 400


@pytest.mark.parametrize(
    "key", ["points_value", "SECRET_KEY", "SMS_GATEWAY_TOKEN", "WEBHOOKS", "%00", "x" * 300]
)
def test_what_is_no_setting_is_404(partner, key):
    assert partner("GET", f"{BASE}/{key}").status_code == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_settings_cannot_be_changed(partner, method):
    assert partner(method, f"{BASE}/POINTS_VALUE", {}).status_code == 405
