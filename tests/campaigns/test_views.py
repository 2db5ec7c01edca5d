"""The rule routes: switching, pictures, who is admitted, what does not exist."""

import io
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from campaigns import rules
from campaigns.models import EarningRule
from loyalty import access
from loyalty.actors import SYSTEM
from tests.callers import Caller
from tests.campaigns.factories import RULES, errors_at, make_rule, partner_token, token_of, wire
from tests.factories import NOON, make_customer, make_level, make_seller, make_staff, make_store

pytestmark = pytest.mark.django_db
NOT_FOUND = {"error": {"code": 404, "message": "Not Found"}}


@pytest.mark.parametrize("route", ["activate", "active"])
@pytest.mark.parametrize(("word", "on"), [("1", True), ("0", False), ("active", True), ("inactive", False)])
def test_a_rule_is_switched(admin, gold, route, word, on):
    rule = make_rule(gold, is_active=not on)

    answer = admin("POST", f"{RULES}/{rule.pk}/{route}", {"active": word})

    assert (answer.status_code, answer.content) == (204, b"")
    assert EarningRule.objects.get().is_active is on


@pytest.mark.parametrize("body", [{}, {"active": ""}, {"active": "perhaps"}])
def test_switching_needs_to_know_which_way(admin, gold, body):
    rule = make_rule(gold)

    answer = admin("POST", f"{RULES}/{rule.pk}/activate", body)

    assert answer.status_code == 400
    assert errors_at(answer, "active")
    assert EarningRule.objects.get().is_active


def picture(name: str = "photo.png", size: tuple[int, int] = (20, 10)) -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, format="PNG")
    return SimpleUploadedFile(name, out.getvalue(), content_type="text/html")


def test_a_picture_is_uploaded_shown_and_removed(staff, gold):
    path = f"{RULES}/{make_rule(gold).pk}"
    assert (staff("GET", f"{path}/photo").status_code, staff("GET", f"{path}/photo").json()) == (
        404,
        NOT_FOUND,
    )

    assert staff.client.post(f"{path}/photo", {"photo[file]": picture()}).status_code == 200
    shown = staff("GET", f"{path}/photo")
    assert (shown.status_code, shown.headers["Content-Type"]) == (200, "image/png")
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    with Image.open(io.BytesIO(shown.content)) as image:
        assert image.size == (20, 10)
    assert staff("GET", path).json()["hasPhoto"] is True

    assert staff("DELETE", f"{path}/photo").status_code == 200
    assert staff("GET", f"{path}/photo").status_code == 404
    assert staff("GET", path).json()["hasPhoto"] is False


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"photo[file]": "C:\\fakepath\\Photo.png"},
        {"photo[file]": SimpleUploadedFile("x.png", b"no picture")},
        {"photo[file]": SimpleUploadedFile("x.svg", b"<svg/>", content_type="image/svg+xml")},
        {"photo[file]": SimpleUploadedFile("x.png", b"\x89PNG" + b"0" * (2 * 1024 * 1024))},
    ],
    ids=["nothing", "a path", "text", "svg", "too large"],
)
def test_what_is_no_picture_is_refused_at_the_file(staff, gold, sent):
    rule = make_rule(gold)

    answer = staff.client.post(f"{RULES}/{rule.pk}/photo", sent)

    assert answer.status_code == 400
    assert errors_at(answer, "file")
    assert not EarningRule.objects.get().photo


# --- Who may ---------------------------------------------------------------------------------------


def every_call(caller: Caller, rule_id: Any, store_code: str = "DEFAULT", gold: Any = None) -> dict[str, int]:
    path = f"/api/{store_code}/earningRule"
    body = {"earningRule": wire(gold) if gold else {}}
    return {
        "list": caller("GET", path).status_code,
        "get": caller("GET", f"{path}/{rule_id}").status_code,
        "photo": caller("GET", f"{path}/{rule_id}/photo").status_code,
        "create": caller("POST", path, body).status_code,
        "change": caller("PUT", f"{path}/{rule_id}", body).status_code,
        "switch": caller("POST", f"{path}/{rule_id}/activate", {"active": "0"}).status_code,
        "set photo": caller("POST", f"{path}/{rule_id}/photo", {}).status_code,
        "remove photo": caller("DELETE", f"{path}/{rule_id}/photo").status_code,
        "seller list": caller("GET", f"/api/{store_code}/seller/earningRule").status_code,
        "seller get": caller("GET", f"/api/{store_code}/seller/earningRule/{rule_id}").status_code,
        "customer list": caller("GET", f"/api/{store_code}/customer/earningRule").status_code,
    }


ALL = {
    "list", "get", "photo", "create", "change", "switch", "set photo", "remove photo", "seller list", "seller get",
    "customer list",
}  # fmt: skip
READS = {"list", "get", "photo"}
WRITES = {"create", "change", "switch", "set photo", "remove photo"}


@pytest.fixture
def rule(gold):
    """A rule with a picture."""
    return rules.set_photo(make_rule(gold), picture(), at=NOON, actor=SYSTEM)


def admitted(calls: dict[str, int]) -> set[str]:
    return {name for name, status in calls.items() if status not in {401, 403}}


def test_nobody_without_a_credential_is_admitted(store, rule):
    calls = every_call(Caller(None), rule.pk)

    assert set(calls.values()) == {401}


def test_administrators_keep_rules(store, rule):
    make_staff("root")
    writer = make_staff("writer", is_superuser=False)
    reader = make_staff("reader", is_superuser=False)
    access.ensure_roles()
    writer.groups.add(Group.objects.get(name="Full administrator"))
    reader.groups.add(Group.objects.get(name="Reporter"))

    assert admitted(every_call(Caller(token_of(writer, "admin")), rule.pk)) == READS | WRITES
    assert admitted(every_call(Caller(token_of(reader, "admin")), rule.pk)) == READS
    assert EarningRule.objects.count() == 1


def test_an_administrator_without_a_role_only_sees_pictures(store, rule):
    nobody = make_staff("nobody", is_superuser=False)

    assert admitted(every_call(Caller(token_of(nobody, "admin")), rule.pk)) == {"photo"}


def test_a_seller_reads_the_sellers_routes(store, rule):
    calls = every_call(Caller(token_of(make_seller(store), "seller")), rule.pk)

    assert admitted(calls) == {"photo", "seller list", "seller get"}
    assert calls["seller get"] == calls["photo"] == 200


def test_a_customer_reads_the_customers_list(store, rule, gold):
    calls = every_call(Caller(token_of(make_customer(store, level=gold), "customer")), rule.pk)

    assert admitted(calls) == {"photo", "customer list"}


@pytest.mark.parametrize(
    ("abilities", "expected"),
    [
        (["*"], READS | WRITES),
        (["EARNING_RULE"], READS | WRITES),
        (["EARNING_RULE:VIEW"], READS),
        (["CUSTOMER"], {"photo"}),
    ],
)
def test_a_partner_is_admitted_by_its_abilities(store, rule, abilities, expected):
    assert admitted(every_call(Caller(partner_token(store, *abilities)), rule.pk)) == expected


def test_nothing_is_written_by_those_who_may_not(store, rule, gold):
    before = EarningRule.objects.values().get()
    for caller in (
        Caller(None),
        Caller(token_of(make_seller(store), "seller")),
        Caller(token_of(make_customer(store, level=gold), "customer")),
        Caller(partner_token(store, "EARNING_RULE:VIEW")),
        Caller(partner_token(make_store("OTHER"), "*")),
    ):
        every_call(caller, rule.pk, gold=gold)
    assert EarningRule.objects.values().get() == before


@pytest.mark.parametrize("which", ["unknown id", "no id at all", "other store", "unknown store"])
def test_what_does_not_exist_here_is_not_found(which, store, rule):
    foreign = make_rule(make_level(make_store("OTHER"), "gold"))
    rule_id, code = {
        "unknown id": (uuid4(), "DEFAULT"),
        "no id at all": ("1' OR 1=1", "DEFAULT"),
        "other store": (foreign.pk, "DEFAULT"),
        "unknown store": (rule.pk, "NOWHERE"),
    }[which]
    caller = Caller(token_of(make_staff(), "admin"))
    calls = every_call(caller, rule_id, code)
    named = {"get", "photo", "change", "switch", "set photo", "remove photo"}

    assert {calls[name] for name in named} == {404}
    assert caller("GET", f"/api/{code}/earningRule/{rule_id}").json() == NOT_FOUND
    assert EarningRule.objects.get(pk=rule.pk).is_active
