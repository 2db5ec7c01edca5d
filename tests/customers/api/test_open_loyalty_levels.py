"""The Open Loyalty routes of levels: what staff set up, what customers and sellers see."""

import io
import re
from decimal import Decimal
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from customers.models import Level
from loyalty.models import Event
from tests.callers import Caller, as_partner, as_person
from tests.factories import make_customer, make_level, make_seller, make_staff, make_store

pytestmark = pytest.mark.django_db
BASE = "/api/DEFAULT"
NOWHERE = "00000000-0000-474c-b092-b0dd880c07e9"
NOT_FOUND = {"error": {"code": 404, "message": "Not Found"}}
FORBIDDEN = {"error": {"code": 403, "message": "Forbidden"}}
BLANK = {"errors": ["This value should not be blank."]}
INVALID = {"errors": ["This value is not valid."]}
GOLD = {"name": "gold", "conditionValue": "500"}
WIRE_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}[+-]\d{4}")


@pytest.fixture(params=["json", "form"])
def admin(request, store):
    return as_person(make_staff(), "admin", encoding=request.param)


def children(answer):
    assert answer.status_code == 400, answer.content
    body = answer.json()
    assert body["errors"] == []
    return body["form"]["children"]


def test_a_level_is_created_with_everything_said(admin):
    body = {
        "level": {
            "translations": {
                "en": {"name": "gold", "description": "the best"},
                "pl": {"name": "złoty", "description": "najlepszy"},
            },
            "active": "1",
            "conditionValue": "500.50",
            "minOrder": "10",
            "reward": {"name": "discount", "value": "14.5", "code": "abc"},
            "specialRewards": [
                {
                    "name": "birthday",
                    "value": "22",
                    "code": "special",
                    "active": "1",
                    "startAt": "2026-01-01",
                    "endAt": "2026-12-31 23:59",
                }
            ],
        }
    }
    answer = admin("POST", f"{BASE}/level/create", body)
    assert answer.status_code == 200
    level = Level.objects.get()
    assert answer.json() == {"levelId": str(level.pk)}
    assert (level.reward_value, level.condition_value) == (Decimal("0.145"), Decimal("500.50"))
    shown = admin("GET", f"{BASE}/level/{level.pk}").json()
    (reward,) = shown["specialRewards"]
    assert str(UUID(reward["id"])) == reward.pop("id")
    assert WIRE_MOMENT.fullmatch(reward.pop("createdAt"))
    assert shown == {
        "levelId": str(level.pk),
        "id": str(level.pk),
        "name": "gold",
        "description": "the best",
        "translations": [
            {"name": "gold", "description": "the best", "id": 1, "locale": "en"},
            {"name": "złoty", "description": "najlepszy", "id": 2, "locale": "pl"},
        ],
        "hasPhoto": False,
        "active": True,
        "conditionValue": 500.5,
        "minOrder": 10,
        "reward": {"name": "discount", "value": 0.145, "code": "abc"},
        "specialRewards": [
            {
                "name": "birthday",
                "value": 0.22,
                "code": "special",
                "active": True,
                "startAt": "2026-01-01T00:00:00+0000",
                "endAt": "2026-12-31T23:59:00+0000",
            }
        ],
        "customersCount": 0,
    }


def test_the_documented_change_is_taken_with_its_hour_of_one_digit_and_shown_in_the_stores_zone(db):
    level = make_level(make_store(timezone="Europe/Warsaw"))
    body = (
        "level[translations][en][name]=Gold&level[translations][en][description]=gold-level-description"
        "&level[active]=1&level[conditionValue]=3&level[minOrder]=3&level[reward][name]=reward3xyzname"
        "&level[reward][value]=3&level[reward][code]=3&level[specialRewards][0][name]=special-reward-for-customer"
        "&level[specialRewards][0][value]=3&level[specialRewards][0][code]=3&level[specialRewards][0][active]=1"
        "&level[specialRewards][0][startAt]=2018-02-01+8:20&level[specialRewards][0][endAt]=2017-10-15+13:07"
    )
    staff = as_person(make_staff(), "admin")
    path = f"{BASE}/level/{level.pk}"
    answer = staff.client.put(path, body, content_type="application/x-www-form-urlencoded")
    assert (answer.status_code, answer.json()) == (200, {"levelId": str(level.pk)})
    (reward,) = staff("GET", path).json()["specialRewards"]
    assert (reward["startAt"], reward["endAt"]) == ("2018-02-01T08:20:00+0100", "2017-10-15T13:07:00+0200")
    assert reward["value"] == 0.03


def test_a_special_reward_keeps_its_id_and_says_no_moment_that_it_does_not_have(admin, store):
    level = make_level(store)
    path = f"{BASE}/level/{level.pk}"

    def rewards(*given):
        body = {"level": {"specialRewards": [{"name": name, "value": "1"} for name in given]}}
        assert admin("PUT", path, body).status_code == 200
        return admin("GET", path).json()["specialRewards"]

    (one,) = rewards("one")
    assert set(one) == {"id", "name", "value", "code", "active", "createdAt"}
    two, again = rewards("two", "one")
    assert again == one
    assert two["id"] != one["id"]


def test_names_come_in_the_language_that_is_asked_for(admin, store):
    words = {"pl": {"name": "złoty", "description": "najlepszy"}}
    level = make_level(store, "gold", description="the best", translations=words)
    alice = as_person(make_customer(store), "customer")
    for locale, name, description in (("pl", "złoty", "najlepszy"), ("en", "gold", "the best")):
        for shown in (
            admin("GET", f"{BASE}/level/{level.pk}", _locale=locale).json(),
            admin("GET", f"{BASE}/level", _locale=locale).json()["levels"][0],
            alice("GET", f"{BASE}/customer/level", _locale=locale).json()["levels"][0],
        ):
            assert (shown["name"], shown["description"]) == (name, description)
    assert admin("GET", f"{BASE}/level/{level.pk}", _locale="xx").json()["name"] == "gold"


def test_translations_are_taken_as_they_are_answered(store):
    staff = as_person(make_staff(), "admin")
    level = make_level(store, "gold")
    words = [{"name": "gold", "id": 1, "locale": "en"}, {"name": "złoty", "id": 2, "locale": "pl"}]
    path = f"{BASE}/level/{level.pk}"
    assert staff("PUT", path, {"level": {"translations": words}}).status_code == 200
    shown = staff("GET", path).json()["translations"]
    assert [(each["locale"], each["name"]) for each in shown] == [("en", "gold"), ("pl", "złoty")]
    found = children(staff("PUT", path, {"level": {"translations": [{"name": "gold"}]}}))
    assert found["translations"] == INVALID


def test_a_plain_name_and_a_condition_are_enough(admin):
    assert admin("POST", f"{BASE}/level/create", {"level": GOLD}).status_code == 200
    level = Level.objects.get()
    assert [level.name, level.condition_value, level.reward_value, level.is_active] == ["gold", 500, 0, True]


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        ("conditionValue", "", BLANK),
        ("conditionValue", "-1", INVALID),
        ("conditionValue", "1.234", INVALID),
        ("conditionValue", "NaN", INVALID),
        ("conditionValue", "99999999999", INVALID),
        ("name", "", BLANK),
        ("name", "x" * 256, {"errors": ["This value is too long. It should have 255 characters or less."]}),
        ("active", "maybe", INVALID),
        ("minOrder", "few", INVALID),
        ("translations", "gold", INVALID),
        ("translations", {"e\x00n": {"name": "gold"}}, INVALID),
        ("translations", {"en": {"name": ""}}, {"children": {"en": {"children": {"name": BLANK}}}}),
        ("specialRewards", {"0": {"value": "a lot"}}, None),
        ("reward", {"value": "101"}, {"children": {"name": {}, "value": INVALID, "code": {}}}),
    ],
)
def test_bad_input_is_a_400_at_its_field_and_makes_nothing(admin, field, value, shown):
    found = children(admin("POST", f"{BASE}/level/create", {"level": {**GOLD, field: value}}))
    assert found[field] == shown if shown else found[field] != {}
    assert not Level.objects.exists()
    assert not Event.objects.exists()


def test_nothing_said_is_a_400(admin):
    found = children(admin("POST", f"{BASE}/level/create", {}))
    assert found["conditionValue"] == BLANK
    found = children(admin("POST", f"{BASE}/level/create", {"level": {"conditionValue": "5"}}))
    assert found["name"] == BLANK
    assert not Level.objects.exists()


def test_a_level_is_changed_where_something_is_said(admin, store):
    level = make_level(store, "gold", 500, "0.1", description="old")
    answer = admin("PUT", f"{BASE}/level/{level.pk}", {"level": {"conditionValue": "400", "description": ""}})
    assert (answer.status_code, answer.json()) == (200, {"levelId": str(level.pk)})
    row = Level.objects.get()
    assert [row.name, row.condition_value, row.description] == ["gold", 400, ""]
    assert row.reward_value == Decimal("0.1")
    before = Level.objects.values().get()
    found = children(
        admin("PUT", f"{BASE}/level/{level.pk}", {"level": {"conditionValue": "", "name": "new"}})
    )
    assert found["conditionValue"] == BLANK
    assert Level.objects.values().get() == before


@pytest.mark.parametrize(
    ("word", "is_active"), [("0", False), ("1", True), ("inactive", False), (None, True)]
)
def test_a_level_is_switched_on_and_off(admin, store, word, is_active):
    level = make_level(store, is_active=not is_active)
    body = None if word is None else {"active": word}
    answer = admin("POST", f"{BASE}/level/{level.pk}/activate", body)
    assert (answer.status_code, answer.content) == (204, b"")
    assert Level.objects.get().is_active is is_active


def test_an_empty_level_is_deleted_and_one_with_customers_is_not(admin, store):
    empty, full = make_level(store, "empty"), make_level(store, "full", 5)
    make_customer(store, level=full)
    assert admin("DELETE", f"{BASE}/level/{empty.pk}").status_code == 204
    refused = admin("DELETE", f"{BASE}/level/{full.pk}")
    assert refused.status_code == 400
    assert "Customers stand on this level" in refused.json()["error"]
    assert list(Level.objects.all()) == [full]


ROUTES = [
    ("GET", "/level/{id}"),
    ("PUT", "/level/{id}"),
    ("DELETE", "/level/{id}"),
    ("POST", "/level/{id}/activate"),
    ("GET", "/level/{id}/customers"),
    ("POST", "/level/{id}/photo"),
    ("DELETE", "/level/{id}/photo"),
]


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_an_unknown_level_is_a_404_and_so_is_one_of_another_store(admin, method, path):
    foreign = make_level(make_store("OTHER"), "foreign")
    before = Level.objects.values().get()
    for unknown in (NOWHERE, "no-id", foreign.pk):
        answer = admin(method, BASE + path.format(id=unknown), {"level": GOLD})
        assert (answer.status_code, answer.json()) == (404, NOT_FOUND)
    assert Level.objects.values().get() == before


@pytest.mark.parametrize(("method", "path"), [*ROUTES, ("GET", "/level"), ("POST", "/level/create")])
def test_levels_are_set_up_by_staff_alone(store, method, path):
    level = make_level(store)
    alice = make_customer(store)
    before = Level.objects.values().get()
    callers = (
        as_person(make_seller(store), "seller"),
        as_person(alice, "customer"),
        as_partner(store, "CUSTOMER"),
    )
    for caller in callers:
        refused = caller(method, BASE + path.format(id=level.pk), {"level": GOLD})
        assert (refused.status_code, refused.json()) == (403, FORBIDDEN)
    assert Caller()(method, BASE + path.format(id=level.pk)).status_code == 401
    assert Level.objects.values().get() == before


def test_customers_see_the_active_levels_as_documented(store):
    make_level(store, "level2", 200, description="example level")
    make_level(store, "level1", "20.50", description="example level")
    make_level(store, "off", 300, is_active=False)
    make_level(make_store("OTHER"), "foreign")
    answer = as_person(make_customer(store), "customer")("GET", f"{BASE}/customer/level")
    assert answer.json() == {
        "levels": [
            {"name": "level1", "description": "example level", "conditionValue": 20.5, "hasPhoto": False},
            {"name": "level2", "description": "example level", "conditionValue": 200, "hasPhoto": False},
        ],
        "total": 2,
    }


def test_sellers_see_the_levels(store):
    level = make_level(store)
    seller = as_person(make_seller(store), "seller")
    assert seller("GET", f"{BASE}/seller/level").json()["total"] == 1
    assert seller("GET", f"{BASE}/seller/level/{level.pk}").json()["name"] == "level0"


def test_who_stands_on_a_level(admin, store):
    level = make_level(store)
    alice = make_customer(store, "alice", level=level, email="alice@example.com", phone="+48234234000")
    make_customer(store, "bob")
    assert admin("GET", f"{BASE}/level/{level.pk}/customers").json() == {
        "customers": [
            {
                "customerId": str(alice.pk),
                "firstName": "Alice",
                "lastName": "Doe",
                "email": "alice@example.com",
                "phone": "+48234234000",
            }
        ],
        "total": 1,
    }


def test_the_list_of_levels_is_sorted_and_paged(admin, store):
    for name, condition in (("bronze", 0), ("gold", 500), ("silver", 100)):
        make_level(store, name, condition)
    names = [level["name"] for level in admin("GET", f"{BASE}/level").json()["levels"]]
    assert names == ["bronze", "gold", "silver"]
    by_condition = {"sort": "conditionValue", "direction": "DESC", "perPage": "1", "page": "2"}
    page = admin("GET", f"{BASE}/level", **by_condition).json()
    assert ([level["name"] for level in page["levels"]], page["total"]) == (["silver"], 3)
    assert admin("GET", f"{BASE}/level", sort="store").status_code == 400


@pytest.mark.parametrize("path", ["/level", "/customer/level"])
def test_a_list_of_levels_costs_the_same_at_one_and_at_thirty_rows(store, path):
    partner = as_partner(store)
    partner("GET", BASE + path)
    costs = []
    for number in (1, 30):
        while Level.objects.count() < number:
            make_customer(store, level=make_level(store))
        with CaptureQueriesContext(connection) as queries:
            assert len(partner("GET", BASE + path, perPage="100").json()["levels"]) == number
        costs.append(len(queries))
    assert costs[0] == costs[1]


def picture(size=(4, 4)):
    out = io.BytesIO()
    Image.new("RGB", size, "gold").save(out, format="PNG")
    return SimpleUploadedFile("gold.png", out.getvalue(), content_type="image/png")


def test_a_level_has_a_picture_until_it_is_removed(store):
    level = make_level(store)
    staff = as_person(make_staff(), "admin")
    path = f"{BASE}/level/{level.pk}/photo"
    assert staff("GET", path).status_code == 404
    for _ in range(2):
        assert staff.client.post(path, {"photo[file]": picture()}).status_code == 200
    assert staff("GET", f"{BASE}/level/{level.pk}").json()["hasPhoto"] is True
    shown = as_person(make_customer(store), "customer")("GET", path)
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/png")
    for _ in range(2):
        assert staff("DELETE", path).status_code == 200
    assert staff("GET", path).status_code == 404
    assert Event.objects.filter(type="level.saved").count() == 3


def test_what_is_no_picture_is_a_400_and_the_old_one_stays(store):
    level = make_level(store)
    staff = as_person(make_staff(), "admin")
    path = f"{BASE}/level/{level.pk}/photo"
    staff.client.post(path, {"photo[file]": picture()})
    kept = Level.objects.values().get()
    for file in (SimpleUploadedFile("gold.png", b"<script>"), "gold.png"):
        assert "file" in children(staff.client.post(path, {"photo[file]": file}))
    assert Level.objects.values().get() == kept
