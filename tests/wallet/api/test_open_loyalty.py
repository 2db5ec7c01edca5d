"""The Open Loyalty routes of points: documented shapes in both encodings, refusals that change nothing."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.callers import Caller, as_partner, as_person
from tests.factories import make_customer, make_level, make_seller, make_staff, make_store
from tests.wallet.ledgers import add, block, spend, sums
from wallet.models import PointsTransfer

pytestmark = pytest.mark.django_db
BASE = "/api/DEFAULT"
NOWHERE = "00000000-0000-474c-b092-b0dd880c07e9"
NOT_FOUND = {"error": {"code": 404, "message": "Not Found"}}


@pytest.fixture(params=["json", "form"])
def admin(request, store):
    return as_person(make_staff(), "admin", encoding=request.param)


@pytest.fixture
def alice(store):
    return make_customer(store, "alice", card_number="4711", phone="+48234234000")


@pytest.fixture
def bob(store):
    return make_customer(store, "bob", phone="+48234234001")


def test_adding_and_spending_answer_with_the_transfers_id(admin, alice):
    added = admin(
        "POST", f"{BASE}/points/transfer/add", {"transfer": {"customer": alice.pk, "points": "9.50"}}
    )
    assert added.status_code == 200
    batch = PointsTransfer.objects.get()
    assert added.json() == {"pointsTransferId": str(batch.pk)}
    spent = admin(
        "POST",
        f"{BASE}/points/transfer/spend",
        {"transfer": {"customer": alice.pk, "points": 1, "comment": "a coffee"}},
    )
    assert spent.status_code == 200
    assert PointsTransfer.objects.get(pk=spent.json()["pointsTransferId"]).comment == "a coffee"
    assert sums(alice) == {"available": "8.50", "earned": "9.50", "spent": "1.00"}


@pytest.mark.parametrize(
    "points", ["0", "-5", "1.234", "NaN", "1e3", "1_000", "٣", "", "many", "99999999999"]
)
def test_a_bad_amount_is_a_400_at_points_and_moves_nothing(admin, alice, points):
    add(alice, 5)
    for verb in ("add", "spend", "block"):
        answer = admin(
            "POST", f"{BASE}/points/transfer/{verb}", {"transfer": {"customer": alice.pk, "points": points}}
        )
        assert answer.status_code == 400
        body = answer.json()
        assert set(body["form"]["children"]) == {"customer", "points", "comment"}
        assert body["form"]["children"]["points"]["errors"]
        assert body["errors"] == []
    assert sums(alice) == {"available": "5.00", "earned": "5.00"}


def test_spending_more_than_there_is_names_the_points(admin, alice):
    answer = admin("POST", f"{BASE}/points/transfer/spend", {"transfer": {"customer": alice.pk, "points": 1}})
    assert answer.status_code == 400
    assert answer.json()["form"]["children"]["points"] == {"errors": ["Not enough points."]}
    assert sums(alice) == {}


def test_an_unknown_customer_and_one_of_another_store_answer_alike(admin):
    foreign = make_customer(make_store("OTHER"))
    answers = [
        admin("POST", f"{BASE}/points/transfer/add", {"transfer": {"customer": pk, "points": 1}})
        for pk in (NOWHERE, foreign.pk)
    ]
    assert {answer.status_code for answer in answers} == {400}
    assert answers[0].content == answers[1].content
    assert answers[0].json()["form"]["children"]["customer"]["errors"]
    assert sums(foreign) == {}


def test_a_repeated_key_has_one_effect(admin, alice):
    body = {"transfer": {"customer": alice.pk, "points": 5}}
    key = {"Idempotency-Key": "till-1-0001"}
    first = admin("POST", f"{BASE}/points/transfer/add", body, headers=key)
    again = admin("POST", f"{BASE}/points/transfer/add", body, headers=key)
    assert (first.status_code, first.content) == (again.status_code, again.content)
    body["transfer"]["points"] = 6
    assert admin("POST", f"{BASE}/points/transfer/add", body, headers=key).status_code == 422
    assert sums(alice) == {"available": "5.00", "earned": "5.00"}


def test_a_block_is_released_by_cancelling_it_once(admin, alice):
    add(alice, 10, at=timezone.now())
    made = admin("POST", f"{BASE}/points/transfer/block", {"transfer": {"customer": alice.pk, "points": 4}})
    assert sums(alice) == {"available": "6.00", "blocked": "4.00", "earned": "10.00"}
    path = f"{BASE}/points/transfer/{made.json()['pointsTransferId']}/cancel"
    assert admin("POST", path, {}).status_code == 200
    again = admin("POST", path, {})
    assert (again.status_code, again.json()) == (400, {"error": "this transfer cannot be canceled"})
    assert sums(alice) == {"available": "10.00", "earned": "10.00"}


def test_activate_and_expire_answer_204_and_refuse_what_is_not_in_that_state(admin):
    store = make_store("LOCKED", all_time_not_locked=False, points_days_locked=3)
    alice = make_customer(store)
    batch = add(alice, 10, at=timezone.now())
    path = f"/api/LOCKED/points/transfer/{batch.pk}"
    assert admin("POST", f"{path}/expire", {}).status_code == 400
    assert admin("POST", f"{path}/activate", {}).status_code == 204
    assert admin("POST", f"{path}/activate", {}).status_code == 400
    assert admin("POST", f"{path}/expire", {}).status_code == 204
    assert sums(alice) == {"earned": "10.00", "expired": "10.00"}


@pytest.mark.parametrize("verb", ["cancel", "activate", "expire"])
def test_a_transfer_of_another_store_is_unknown_here(admin, verb):
    foreign = add(make_customer(make_store("OTHER")), 5)
    for pk in (foreign.pk, NOWHERE, "no-id"):
        answer = admin("POST", f"{BASE}/points/transfer/{pk}/{verb}", {})
        assert (answer.status_code, answer.json()) == (404, NOT_FOUND)


def test_an_administrator_moves_points_between_customers_by_id_email_or_phone(admin, alice, bob):
    add(alice, 10, at=timezone.now())
    for receiver in (bob.pk, bob.email, bob.phone):
        body = {"transfer": {"sender": alice.email, "receiver": receiver, "points": 2}}
        assert admin("POST", f"{BASE}/admin/p2p-points-transfer", body).status_code == 200
    body = {"transfer": {"sender": alice.pk, "receiver": alice.pk, "points": 2}}
    refused = admin("POST", f"{BASE}/admin/p2p-points-transfer", body)
    assert refused.json()["form"]["children"]["receiver"]["errors"]
    assert (sums(alice)["available"], sums(bob)["available"]) == ("4.00", "6.00")


def test_a_customer_gives_only_own_points(alice, bob):
    add(alice, 10, at=timezone.now())
    caller = as_person(alice, "customer")
    path = f"{BASE}/customer/points/p2p-transfer"
    given = caller("POST", path, {"transfer": {"receiver": str(bob.pk), "points": 3}})
    assert PointsTransfer.objects.get(pk=given.json()["pointsTransferId"]).kind == "p2p_spending"
    body = {"transfer": {"sender": str(bob.pk), "receiver": str(bob.pk), "points": 3}}
    assert caller("POST", path, body).status_code == 200
    assert (sums(alice)["available"], sums(bob)["available"]) == ("4.00", "6.00")


def test_the_list_shows_every_kind_with_the_documents_keys(admin, alice, bob):
    now = timezone.now()
    add(alice, 10, at=now - timedelta(hours=1))
    spend(alice, 1, at=now)
    block(alice, 2, at=now)
    add(bob, 3, at=now)
    listed = admin("GET", f"{BASE}/points/transfer").json()
    assert listed["total"] == 4
    first = next(row for row in listed["transfers"] if row["type"] == "adding" and row["value"] == 10)
    assert first == {
        "pointsTransferId": first["pointsTransferId"],
        "accountId": str(alice.pk),
        "customerId": str(alice.pk),
        "customerFirstName": "Alice",
        "customerLastName": "Doe",
        "customerLoyaltyCardNumber": "4711",
        "customerEmail": alice.email,
        "customerPhone": "+48234234000",
        "createdAt": first["createdAt"],
        "expiresAt": first["expiresAt"],
        "expireAt": first["expireAt"],
        "value": 10,
        "state": "active",
        "type": "adding",
        "issuer": "system",
        "store": {"id": str(alice.store_id), "code": "DEFAULT", "currency": "EUR"},
    }
    assert first["expiresAt"].endswith("T23:59:59+0000")
    spends = admin("GET", f"{BASE}/points/transfer", type="spending", customerFirstName="ali").json()
    assert [row["value"] for row in spends["transfers"]] == [1]
    some = admin("GET", f"{BASE}/points/transfer?state[]=active&state[]=pending&perPage=1&sort=value").json()
    assert (some["total"], [row["value"] for row in some["transfers"]]) == (4, [1])


@pytest.mark.parametrize("query", ["page=0", "perPage=x", "sort=password", "direction=UP", "state[]=lost"])
def test_a_bad_list_parameter_is_a_400(admin, query):
    assert admin("GET", f"{BASE}/points/transfer?{query}").status_code == 400


def test_the_list_costs_the_same_at_1_and_at_30_rows(store, alice):
    admin = as_partner(store)
    add(alice, 1)
    admin("GET", f"{BASE}/points/transfer", perPage=100)
    with CaptureQueriesContext(connection) as one:
        admin("GET", f"{BASE}/points/transfer", perPage=100)
    for _ in range(29):
        add(make_customer(store), 1)
    with CaptureQueriesContext(connection) as thirty:
        assert len(admin("GET", f"{BASE}/points/transfer", perPage=100).json()["transfers"]) == 30
    assert len(one) == len(thirty)


def test_a_customer_sees_only_own_transfers(alice, bob):
    add(alice, 1)
    add(bob, 2)
    listed = as_person(alice, "customer")("GET", f"{BASE}/customer/points/transfer").json()
    assert [row["value"] for row in listed["transfers"]] == [1]


def test_a_list_shows_what_time_has_changed_before_the_job_that_posts_it_has_run(admin, alice):
    now = timezone.now()
    add(alice, 3, at=now - timedelta(days=2), expires_at=now - timedelta(hours=1))
    address, herself = f"{BASE}/points/transfer", as_person(alice, "customer")
    assert [row["state"] for row in admin("GET", address).json()["transfers"]] == ["expired"]
    assert herself("GET", f"{BASE}/customer/points/transfer", state="active").json()["total"] == 0
    add(alice, 4, at=now - timedelta(days=2), expires_at=now - timedelta(hours=1))
    gone = admin("GET", address, customerId=str(alice.pk), state="expired").json()
    assert sorted(row["value"] for row in gone["transfers"]) == [3, 4]


@pytest.mark.parametrize("column", ["customerLoyaltyCardNumber", "firstName"])
def test_lists_are_ordered_by_what_they_show_of_customers(admin, store, alice, column):
    add(alice, 1)
    add(make_customer(store, card_number="1234", first_name="Zed"), 2)
    listed = admin("GET", f"{BASE}/points/transfer", sort=column, direction="DESC").json()["transfers"]
    assert [row["value"] for row in listed] == ([1, 2] if column == "customerLoyaltyCardNumber" else [2, 1])


@pytest.mark.django_db(transaction=True)
def test_a_spend_over_http_takes_at_most_twelve_statements(store, alice):
    for _ in range(5):
        add(alice, 10, at=timezone.now())
    admin = as_partner(store)
    body = {"transfer": {"customer": str(alice.pk), "points": 25}}
    admin("POST", f"{BASE}/points/transfer/spend", body)
    body["transfer"]["points"] = 15
    with CaptureQueriesContext(connection) as statements:
        assert admin("POST", f"{BASE}/points/transfer/spend", body).status_code == 200
    assert len(statements) <= 12, [query["sql"] for query in statements]


def test_the_histogram_counts_by_local_day_with_zeros_between(admin, alice):
    now = timezone.now()
    add(alice, 10, at=now - timedelta(days=2), expires_at=now - timedelta(days=1))
    add(alice, 7, at=now, expires_at=now + timedelta(days=2))
    spend(alice, 3, at=now)
    days = [(now + timedelta(days=offset)).date().isoformat() for offset in range(-4, 3)]
    expected = {
        "earned": [0, 0, 10, 0, 7, 0, 0],
        "spent": [0, 0, 0, 0, 3, 0, 0],
        "expired": [0, 0, 0, 10, 0, 0, 4],
        "pending": [0, 0, 0, 0, 0, 0, 0],
    }
    for point_type, figures in expected.items():
        shown = admin(
            "GET", f"{BASE}/points/transfers", pointType=point_type, lastDays=5, futureDays=2
        ).json()
        assert shown == dict(zip(days, figures, strict=True))
    assert len(admin("GET", f"{BASE}/points/transfers").json()) == 30
    yearly = admin("GET", f"{BASE}/points/transfers", interval="year", lastDays=1).json()
    assert yearly == {str(now.year): 7}
    emptied = dict.fromkeys(("interval", "lastDays", "futureDays", "pointType"), "")
    assert (
        admin("GET", f"{BASE}/points/transfers", **emptied).json()
        == admin("GET", f"{BASE}/points/transfers").json()
    )
    for query in ({"interval": "week"}, {"pointType": "x"}, {"lastDays": "-1"}):
        assert admin("GET", f"{BASE}/points/transfers", **query).status_code == 400


def test_the_status_shows_points_level_and_the_way_to_the_next(admin, store, alice):
    bronze = make_level(store, "level0", 0)
    make_level(store, "level1", 20, "0.05")
    alice.level, alice.purchases_amount, alice.purchases_count = bronze, Decimal("3.00"), 2
    alice.purchases_amount_without_delivery = Decimal("3.00")
    alice.save()
    add(alice, "186.90", at=timezone.now())
    spend(alice, 25, at=timezone.now())
    status = admin("GET", f"{BASE}/admin/customer/{alice.pk}/status").json()
    expiring = {name: status.pop(name) for name in ("pointsExpiringNextMonth", "pointsExpiringBreakdown")}
    assert status == {
        "firstName": "Alice",
        "lastName": "Doe",
        "customerId": str(alice.pk),
        "points": 161.9,
        "p2pPoints": 0,
        "totalEarnedPoints": 186.9,
        "usedPoints": 25,
        "expiredPoints": 0,
        "lockedPoints": 0,
        "blockedPoints": 0,
        "level": "0.00%",
        "levelName": "level0",
        "levelConditionValue": 0,
        "nextLevel": "5.00%",
        "nextLevelName": "level1",
        "nextLevelConditionValue": 20,
        "transactionsAmountToNextLevel": 17,
        "transactionsAmountWithoutDeliveryCosts": 3,
        "averageTransactionsAmount": "1.50",
        "transactionsCount": 2,
        "transactionsAmount": 3,
        "currency": "eur",
    }
    assert sum(expiring["pointsExpiringBreakdown"].values()) == expiring["pointsExpiringNextMonth"]


def test_a_customer_sees_own_status_and_a_strangers_as_unknown(alice, bob):
    caller = as_person(alice, "customer")
    assert caller("GET", f"{BASE}/customer/customer/{alice.pk}/status").status_code == 200
    for pk in (bob.pk, NOWHERE):
        answer = caller("GET", f"{BASE}/customer/customer/{pk}/status")
        assert (answer.status_code, answer.json()) == (404, NOT_FOUND)


def test_who_may_move_points(store, alice):
    body = {"transfer": {"customer": str(alice.pk), "points": 1}}
    path = f"{BASE}/points/transfer/add"
    callers = {
        401: [Caller(), Caller("nonsense")],
        403: [
            as_person(alice, "customer"),
            as_person(make_seller(store), "seller"),
            as_partner(store, "CUSTOMER"),
            as_partner(store, "POINT_TRANSFER:VIEW"),
            as_person(make_staff("reader", is_superuser=False), "admin"),
        ],
        404: [as_partner(make_store("OTHER"))],
    }
    for status, parties in callers.items():
        for party in parties:
            assert party("POST", path, body).status_code == status
    assert sums(alice) == {}
    assert (
        as_person(make_seller(store), "seller")("POST", f"{BASE}/pos/points/transfer/add", body).status_code
        == 200
    )
