"""Calls that move points in the Omniwallet dialect: what they answer, amounts, external ids, refusals."""

from decimal import Decimal

import pytest
from django.utils import timezone

from loyalty.models import IdempotencyKey, Store
from tests.callers import as_partner, as_person
from tests.factories import make_customer, make_staff, make_store
from tests.wallet.ledgers import add, sums
from wallet.models import PointsTransfer

pytestmark = pytest.mark.django_db
ALICE = "/omniwallet/api/v1/customers/alice@example.com"
VERBS = ["add-points", "add-points-from-value", "subtract-points"]


@pytest.fixture
def partner(store):
    return as_partner(store, "omniwallet")


@pytest.fixture
def alice(store):
    return make_customer(store, "alice", email="alice@example.com", card_number="4711")


def call(verb, amount="5", **members):
    """Write a call as JSON text, so that amounts arrive as they are written."""
    name = "value" if verb == "add-points-from-value" else "points"
    more = "".join(f', "{key}": {value}' for key, value in members.items())
    return f'{{"{name}": {amount}, "type": "Shop"{more}}}'


def post(partner, verb, body, address=ALICE, **headers):
    return partner.client.generic(
        "POST", f"{address}/{verb}", body, content_type="application/vnd.api+json", headers=headers
    )


def points_of(answer):
    assert answer.status_code == 200, answer.content
    return answer.json()["attributes"]["points"]


def first_error(answer):
    (error,) = answer.json()["errors"]
    return answer.status_code, error["code"], error.get("source", {}).get("pointer")


# --- What they do ---------------------------------------------------------------------------------------------


def test_each_call_answers_with_the_bare_customer(partner, alice):
    bodies = {
        "add-points": '{"points": 10, "type": "Custom integration", "external_id": "42227616-1c7b-11ee",'
        ' "order_id": "order_12345", "content": {"integration_transaction_url": "url"}}',
        "add-points-from-value": '{"value": 1.50, "type": "Shop", "external_id": "e2", "items": ["sku-1", "sku-2"],'
        ' "metadata": {"till": 7}}',
        "subtract-points": '{"points": 5.5, "type": "Shop", "content": {}}',
    }
    expected = {"add-points": 10, "add-points-from-value": 160, "subtract-points": 154.5}
    for verb in VERBS:
        answer = post(partner, verb, bodies[verb])
        assert points_of(answer) == expected[verb]
        assert answer.headers["Content-Type"] == "application/vnd.api+json"
        shown = answer.json()
        assert set(shown) == {"type", "id", "attributes", "relationships", "links"}
        assert (shown["type"], shown["id"]) == ("customers", "alice@example.com")
        assert shown == partner("GET", ALICE).json()["data"]
    assert sums(alice) == {"available": "154.50", "earned": "160.00", "spent": "5.50"}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("shape", ['{"data": %s}', '{"data": {"attributes": %s}}'])
def test_a_call_may_come_wrapped(partner, alice, verb, shape):
    add(alice, 10, at=timezone.now())
    assert post(partner, verb, shape % call(verb, external_id='"e1"')).status_code == 200


def test_what_a_call_says_is_kept_with_the_movement(partner, alice):
    body = call("add-points-from-value", "12.5", order_id='"A-7"', items='["s", 1]', metadata='{"a": 1.5}')
    post(partner, "add-points-from-value", body)
    transfer = PointsTransfer.objects.get()
    assert transfer.value == 1250
    assert (transfer.source, transfer.issuer, transfer.comment) == ("omniwallet", "api", "Shop")
    assert transfer.extra == {
        "type": "Shop",
        "order_id": "A-7",
        "items": ["s", 1],
        "metadata": {"a": 1.5},
        "amount": "12.50",
        "exchange": "0.01",
    }


@pytest.mark.parametrize(
    ("worth", "value", "points"),
    [("0.01", "10", 1000), ("3", "20", 6.67), ("0.8", "1", 1.25), ("2", "0.25", 0.13)],
)
def test_a_value_is_worth_what_the_store_says(worth, value, points):
    store = make_store("SHOP", points_value=Decimal(worth))
    make_customer(store, email="alice@example.com")
    answer = post(as_partner(store), "add-points-from-value", call("add-points-from-value", value))
    assert points_of(answer) == points


def test_a_value_worth_no_point_is_refused_at_the_value():
    store = make_store("SHOP", points_value=Decimal(100))
    alice = make_customer(store, email="alice@example.com")
    answer = post(as_partner(store), "add-points-from-value", call("add-points-from-value", "0.01"))
    assert first_error(answer) == (422, "points.invalid", "/value")
    assert sums(alice) == {}


def test_points_that_wait_do_not_count_yet():
    store = make_store("LOCKED", all_time_not_locked=False, points_days_locked=7)
    alice = make_customer(store, email="alice@example.com")
    answer = post(as_partner(store), "add-points", call("add-points", external_id='"e1"'))
    assert points_of(answer) == 0
    assert sums(alice) == {"pending": "5.00"}


def test_points_are_the_same_in_every_dialect(partner, alice):
    post(partner, "add-points", call("add-points", "9.5", external_id='"e1"'))
    staff = as_person(make_staff(), "admin")
    assert staff("GET", f"/api/DEFAULT/admin/customer/{alice.pk}/status").json()["points"] == 9.5
    (transfer,) = staff("GET", "/api/DEFAULT/points/transfer").json()["transfers"]
    assert (transfer["type"], transfer["value"], transfer["issuer"]) == ("adding", 9.5, "api")


# --- What they refuse -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(
    ("amount", "status"),
    [
        ("0", 422), ("0.00", 422), ("-5", 422), ("1.234", 422), ("1e30", 422), ("1E2", 422), ('"5"', 422),
        ("true", 422), ("null", 422), ("[5]", 422), ("{}", 422), ("99999999999", 422), ("9" * 4000, 422),
        ("NaN", 400), ("Infinity", 400), ("-Infinity", 400), ("1_000", 400), ("٣", 400), ("0x10", 400), ("", 400),
        ("1e99999999999999999999", 400),
    ],
)  # fmt: skip
def test_a_bad_amount_is_refused_and_moves_nothing(partner, alice, verb, amount, status):
    add(alice, 10, at=timezone.now())
    answer = post(partner, verb, call(verb, amount, external_id='"e1"'))
    assert answer.status_code == status
    if status == 422:
        assert first_error(answer)[2] == ("/value" if verb == "add-points-from-value" else "/points")
    assert sums(alice) == {"available": "10.00", "earned": "10.00"}
    assert PointsTransfer.objects.count() == 1


@pytest.mark.parametrize("amount", ["100000000.00", "0.01", "9999999999.99"])
def test_small_and_large_amounts_fit(partner, alice, amount):
    assert points_of(post(partner, "add-points", call("add-points", amount, external_id='"e1"'))) == float(
        amount
    )
    assert points_of(post(partner, "subtract-points", call("subtract-points", amount))) == 0


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(
    ("member", "value"),
    [
        *(("type", value) for value in ('""', "5", "null", "true", '"%s"' % ("x" * 256))),
        *(("external_id", value) for value in ("5", "true", '"%s"' % ("x" * 256), '"a\\u0000b"')),
        *(("order_id", value) for value in ("5", '"%s"' % ("x" * 256))),
    ],
)
def test_a_wrong_member_is_422_at_its_pointer(partner, alice, verb, member, value):
    add(alice, 10, at=timezone.now())
    members = {"external_id": '"e1"', member: value}
    answer = post(partner, verb, call(verb, **members))
    assert (answer.status_code, first_error(answer)[2]) == (422, f"/{member}")
    assert PointsTransfer.objects.count() == 1


@pytest.mark.parametrize(
    ("verb", "missing"),
    [
        ("add-points", {"/points", "/type", "/external_id"}),
        ("add-points-from-value", {"/value", "/type"}),
        ("subtract-points", {"/points", "/type"}),
    ],
)
def test_what_must_be_there(partner, alice, verb, missing):
    answer = post(partner, verb, "{}")
    assert answer.status_code == 422
    assert {error["source"]["pointer"] for error in answer.json()["errors"]} == missing


def test_nobody_subtracts_more_than_there_is(partner, alice):
    add(alice, 10, at=timezone.now())
    answer = post(partner, "subtract-points", call("subtract-points", "10.01"))
    assert first_error(answer) == (422, "points.not_enough", "/points")
    assert sums(alice) == {"available": "10.00", "earned": "10.00"}


@pytest.mark.parametrize("verb", VERBS)
def test_nobody_and_somebody_of_another_store_answer_alike(partner, verb):
    bob = make_customer(make_store("OTHER"), email="bob@example.com")
    answers = [
        post(partner, verb, call(verb, external_id='"e1"'), f"/omniwallet/api/v1/customers/{email}")
        for email in ("bob@example.com", "nobody@example.com")
    ]
    assert {(answer.status_code, answer.content) for answer in answers} == {(404, answers[0].content)}
    assert sums(bob) == {}


# --- Once, for ever -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", VERBS)
def test_the_same_call_gets_the_first_result(partner, alice, verb):
    add(alice, 100, at=timezone.now())
    body = call(verb, external_id='"e1"', order_id='"A-7"')
    first = post(partner, verb, body)
    add(alice, 50, at=timezone.now())
    before = sums(alice)
    again = post(partner, verb, body)
    assert (again.status_code, again.json()) == (200, first.json())
    assert sums(alice) == before


def test_the_same_value_gets_the_first_result_though_points_are_worth_more_now(partner, alice):
    body = call("add-points-from-value", external_id='"e1"')
    first = post(partner, "add-points-from-value", body)
    store = Store.objects.get()
    store.settings = {**store.settings, "pointsValue": "1"}
    store.save()
    assert post(partner, "add-points-from-value", body).json() == first.json()
    assert sums(alice) == {"available": "500.00", "earned": "500.00"}


@pytest.mark.parametrize(
    ("verb", "members"),
    [
        ("add-points", {"amount": "6"}),
        ("add-points", {"order_id": '"B"'}),
        ("add-points", {"content": '{"a": 1}'}),
        ("subtract-points", {}),
        ("add-points-from-value", {"amount": "0.05"}),
    ],
)
def test_anything_else_under_the_same_external_id_is_409(partner, alice, verb, members):
    post(partner, "add-points", call("add-points", "5", external_id='"e1"'))
    answer = post(partner, verb, call(verb, **{"external_id": '"e1"', **members}))
    assert first_error(answer) == (409, "points.external_id_taken", "/external_id")
    assert sums(alice) == {"available": "5.00", "earned": "5.00"}


def test_an_external_id_of_somebody_else_is_409(store, partner, alice):
    bob = make_customer(store, email="bob@example.com")
    body = call("add-points", external_id='"e1"')
    post(partner, "add-points", body)
    answer = post(partner, "add-points", body, "/omniwallet/api/v1/customers/bob@example.com")
    assert answer.status_code == 409
    assert sums(bob) == {}


def test_each_store_has_its_own_external_ids(partner, alice):
    other = make_store("OTHER")
    bob = make_customer(other, email="alice@example.com")
    body = call("add-points", external_id='"e1"')
    assert [post(caller, "add-points", body).status_code for caller in (partner, as_partner(other))] == [
        200,
        200,
    ]
    assert sums(alice) == sums(bob) == {"available": "5.00", "earned": "5.00"}


@pytest.mark.parametrize("verb", ["add-points-from-value", "subtract-points"])
@pytest.mark.parametrize("members", [{}, {"external_id": "null"}, {"external_id": '""'}])
def test_calls_without_an_external_id_are_calls_of_their_own(partner, alice, verb, members):
    add(alice, 10, at=timezone.now())
    for _ in range(2):
        assert post(partner, verb, call(verb, **members)).status_code == 200
    assert PointsTransfer.objects.count() == 3


@pytest.mark.parametrize("verb", VERBS)
def test_a_repeated_key_has_one_effect(partner, alice, verb):
    add(alice, 10, at=timezone.now())
    key = {"Idempotency-Key": "till-7-0815"}
    body = call(verb, external_id='"e1"')
    first, again = (post(partner, verb, body, **key) for _ in range(2))
    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert post(partner, verb, call(verb, "6", external_id='"e2"'), **key).status_code == 422
    assert PointsTransfer.objects.count() == 2


def test_a_kept_answer_says_whom_it_is_about_even_where_nothing_happened(partner, alice):
    body = call("add-points", external_id='"e1"')
    post(partner, "add-points", body)
    post(partner, "add-points", body, **{"Idempotency-Key": "till-7-0816"})
    assert str(alice.pk) in IdempotencyKey.objects.get().subjects
