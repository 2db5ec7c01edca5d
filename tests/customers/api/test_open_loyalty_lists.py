"""Lists of customers over the Open Loyalty routes: filters, order, pages, scrolling, counts."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from customers.models import Customer, CustomerLabel
from tests.callers import as_partner
from tests.customers.api.answers import (
    BASE,
    BLANK,
    children,
)
from tests.factories import NOON, make_customer, make_level, make_pos, make_store

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/customer", "/admin/customer"])
def test_the_list_has_the_documented_shape(admin, store, path):
    level = make_level(store, "level0", 0, "0.14")
    jane = make_customer(
        store, "jane", email="user-temp@example.com", phone="111112222", card_number="0000", level=level
    )
    body = admin("GET", BASE + path).json()
    assert body["total"] == 1
    (record,) = body["customers"]
    assert record.pop("updatedAt")
    assert record == {
        "customerId": str(jane.pk),
        "active": True,
        "firstName": "Jane",
        "lastName": "Doe",
        "email": "user-temp@example.com",
        "phone": "111112222",
        "address": {},
        "loyaltyCardNumber": "0000",
        "createdAt": "2026-03-14T12:00:00+0000",
        "levelId": str(level.pk),
        "agreement1": False,
        "agreement2": False,
        "agreement3": False,
        "campaignPurchases": [],
        "transactionsCount": 0,
        "transactionsAmount": 0,
        "transactionsAmountWithoutDeliveryCosts": 0,
        "amountExcludedForLevel": 0,
        "averageTransactionAmount": 0,
        "labels": [],
        "currency": "eur",
        "levelPercent": "14.00%",
    }


def names(answer):
    assert answer.status_code == 200, answer.content
    return [customer["firstName"] for customer in answer.json()["customers"]]


def test_filters_are_read_from_the_query_and_from_the_body(admin, store, alice):
    make_customer(store, "bob", email="bob@example.org", purchases_count=2, purchases_amount=Decimal(10))
    assert names(admin("GET", f"{BASE}/customer", email="example.com", strict="0")) == ["Alice"]
    assert names(admin("GET", f"{BASE}/customer", {"email": "example.com"})) == ["Alice"]
    assert admin("GET", f"{BASE}/customer", email="example.com", strict="1").json() == {
        "customers": [],
        "total": 0,
    }
    assert names(admin("GET", f"{BASE}/customer", transactionsAmountFrom="10")) == ["Bob"]
    assert names(admin("GET", f"{BASE}/customer", averageTransactionAmountTo="4.99")) == ["Alice"]
    assert names(admin("GET", f"{BASE}/customer", transactionsCountFrom="2")) == ["Bob"]
    assert names(admin("GET", f"{BASE}/customer", daysFromLastTransactionTo="5")) == []
    assert len(names(admin("GET", f"{BASE}/customer", hoursFromLastUpdateTo="1"))) == 2
    assert len(names(admin("GET", f"{BASE}/customer", email="", strict="", transactionsCountTo=""))) == 2


def test_labels_narrow_the_list(admin, store, alice):
    bob = make_customer(store, "bob")
    for customer, value in ((alice, "yes"), (bob, "no")):
        CustomerLabel.objects.create(customer=customer, key="vip", value=value)
    CustomerLabel.objects.create(customer=bob, key="size", value="XL")
    one = {"labels[0][key]": "vip", "labels[0][value]": "yes"}
    both = {"labels[0][key]": "vip", "labels[1][key]": "size"}
    assert names(admin("GET", f"{BASE}/customer", **one)) == ["Alice"]
    assert names(admin("GET", f"{BASE}/customer", **both)) == ["Bob"]


@pytest.mark.parametrize("path", ["customer", "transaction"])
def test_a_list_is_narrowed_by_twenty_labels_and_no_more(admin, path):
    wanted = {f"labels[{number}][key]": f"k{number}" for number in range(21)}
    assert admin("GET", f"{BASE}/{path}", **wanted).status_code == 400
    del wanted["labels[20][key]"]
    assert admin("GET", f"{BASE}/{path}", **wanted).json()["total"] == 0


@pytest.mark.parametrize(
    ("filter_name", "value"),
    [
        ("transactionsAmountFrom", "many"),
        ("transactionsAmountTo", "1.234"),
        ("averageTransactionAmountFrom", "NaN"),
        ("transactionsCountFrom", "-1"),
        ("transactionsCountTo", "99999999999"),
        ("daysFromLastTransactionTo", "100000000"),
        ("hoursFromLastUpdateTo", "1.5"),
        ("strict", "maybe"),
        ("labels[0][value]", "no key"),
    ],
)
def test_a_filter_that_cannot_be_read_is_a_400_at_its_field(admin, alice, filter_name, value):
    found = children(admin("GET", f"{BASE}/customer", **{filter_name: value}))
    assert found[filter_name.split("[")[0]] != {}


@pytest.mark.parametrize(
    ("sort", "direction", "expected"),
    [
        ("firstName", "ASC", ["Alice", "Bob", "Charlie"]),
        ("firstName", "desc", ["Charlie", "Bob", "Alice"]),
        ("averageTransactionAmount", "DESC", ["Charlie", "Alice", "Bob"]),
        ("transactionsCount", "DESC", ["Alice", "Charlie", "Bob"]),
        ("transactionsAmount", "ASC", ["Bob", "Alice", "Charlie"]),
        ("createdAt", "ASC", ["Bob", "Alice", "Charlie"]),
    ],
)
def test_the_list_is_sorted_by_what_is_asked(admin, store, sort, direction, expected):
    make_customer(store, "alice", purchases_count=10, purchases_amount=Decimal(20))
    make_customer(store, "bob", created_at=NOON - timedelta(days=2))
    make_customer(
        store,
        "charlie",
        purchases_count=1,
        purchases_amount=Decimal(30),
        created_at=NOON + timedelta(days=2),
    )
    assert names(admin("GET", f"{BASE}/customer", sort=sort, direction=direction)) == expected


def test_days_and_hours_back_are_sorted_by_how_many_they_are(admin, store):
    for name, days in (("alice", 5), ("bob", 40), ("charlie", 1)):
        make_customer(store, name, last_purchase_at=NOON - timedelta(days=days))
    make_customer(store, "dora")
    ascending = names(admin("GET", f"{BASE}/customer", sort="daysFromLastTransaction"))
    assert ascending == ["Charlie", "Alice", "Bob", "Dora"]
    descending = names(admin("GET", f"{BASE}/customer", sort="daysFromLastTransaction", direction="desc"))
    assert descending == ["Bob", "Alice", "Charlie", "Dora"]
    assert admin("GET", f"{BASE}/customer", sort="daysFromLastTransaction", direction="up").status_code == 400


@pytest.mark.parametrize(
    "query",
    [
        {"sort": "password"},
        {"sort": "store__code"},
        {"direction": "up"},
        {"page": "0"},
        {"perPage": "-1"},
        {"scrollId": "forged"},
    ],
)
def test_a_page_that_cannot_be_read_is_a_400(admin, alice, query):
    assert admin("GET", f"{BASE}/customer", **query).status_code == 400


def test_pages_hold_ten_unless_asked_otherwise(admin, store):
    for number in range(12):
        make_customer(store, "bob", first_name=f"Bob{number:02}")
    first = admin("GET", f"{BASE}/customer", sort="firstName")
    assert (len(names(first)), first.json()["total"]) == (10, 12)
    second = admin("GET", f"{BASE}/customer", sort="firstName", page="4", perPage="3", direction="asc")
    assert names(second) == ["Bob09", "Bob10", "Bob11"]


def test_scrolling_meets_every_customer_once(admin, store):
    expected = {str(make_customer(store, "bob").pk) for _ in range(7)}
    make_customer(store, "alice", last_name="Other")
    seen, scroll_id = [], ""
    for _ in range(4):
        body = admin("GET", f"{BASE}/customer", scrollId=scroll_id, perPage="3", lastName="doe").json()
        assert body["total"] == 7
        seen += [customer["customerId"] for customer in body["customers"]]
        scroll_id = body.get("scrollId")
        if not scroll_id:
            break
    assert len(seen) == 7
    assert set(seen) == expected
    assert scroll_id is None


@pytest.mark.parametrize(
    "path", ["/customer", "/customer?scrollId=&perPage=100", "/customer?sort=averageTransactionAmount"]
)
def test_the_list_costs_the_same_at_one_and_at_thirty_rows(store, path):
    partner = as_partner(store)
    level, shop = make_level(store), make_pos(store)
    partner("GET", f"{BASE}/customer/check", emailOrPhone="nobody")  # a token's first use of a day is noted
    costs = []
    for number in (1, 30):
        while Customer.objects.count() < number:
            customer = make_customer(store, level=level, point_of_sale=shop)
            CustomerLabel.objects.create(customer=customer, key="vip", value="yes")
        with CaptureQueriesContext(connection) as queries:
            glue = "&" if "?" in path else "?"
            assert len(names(partner("GET", f"{BASE}{path}{glue}perPage=100"))) == number
        costs.append(len(queries))
    assert costs[0] == costs[1]
    assert costs[0] <= 7


def test_the_till_finds_customers_by_what_they_say(store, alice, seller):
    bob = make_customer(store, "bob", city="Gdynia", postal="81-300", status="blocked", last_name="Doe")
    make_customer(make_store("OTHER"), "alice", last_name="Doe")

    def find(**search):
        answer = seller("POST", f"{BASE}/pos/search/customer", {"search": search})
        assert answer.status_code == 200
        assert set(answer.json()) == {"customers"}
        return answer.json()["customers"]

    assert [found["customerId"] for found in find(lastName="doe", firstName="ali")] == [str(alice.pk)]
    assert [found["customerId"] for found in find(loyaltyCardNumber="47834433524")] == [str(alice.pk)]
    assert [found["customerId"] for found in find(phone="+48 234 234 000")] == [str(alice.pk)]
    (found,) = find(city="gdy", postcode="81-300")
    assert found["customerId"] == str(bob.pk)
    assert found["status"]["type"] == "blocked"
    assert "state" not in found["status"]
    assert "version" not in found
    assert find(email="nobody@example.com") == []


def test_checking_tells_whether_an_email_or_a_phone_is_taken(admin, alice):
    assert admin("GET", f"{BASE}/customer/check", emailOrPhone="+48234234000").json() == {"total": 1}
    assert admin("GET", f"{BASE}/customer/check", {"emailOrPhone": "ALICE@example.com"}).json() == {
        "total": 1
    }
    assert admin("GET", f"{BASE}/customer/check", emailOrPhone="899000333").json() == {"total": 0}
    assert children(admin("GET", f"{BASE}/customer/check"))["emailOrPhone"] == BLANK


def test_registrations_are_counted_by_day_month_and_year(admin, store):
    make_customer(store, created_at=timezone.now())
    make_customer(store, created_at=timezone.now() - timedelta(days=100))
    days = admin("GET", f"{BASE}/customer/registrations").json()
    assert len(days) == 30
    assert list(days) == sorted(days)
    assert days[timezone.now().date().isoformat()] == 1
    assert sum(days.values()) == 1
    months = admin("GET", f"{BASE}/customer/registrations", interval="month", lastDays="150").json()
    assert sum(months.values()) == 2
    years = admin("GET", f"{BASE}/customer/registrations", {"interval": "year", "lastDays": 1}).json()
    assert years == {str(timezone.now().year): 1}


@pytest.mark.parametrize(
    ("name", "value"), [("interval", "hour"), ("lastDays", "0"), ("lastDays", "99999"), ("lastDays", "many")]
)
def test_a_period_that_cannot_be_read_is_a_400(admin, store, name, value):
    assert "errors" in children(admin("GET", f"{BASE}/customer/registrations", **{name: value}))[name]


def test_ids_on_the_wire_are_uuids(admin, alice):
    assert UUID(admin("GET", f"{BASE}/customer").json()["customers"][0]["customerId"]) == alice.pk


def test_a_scroll_remembers_its_filters_and_its_total(admin, store):
    for _ in range(5):
        make_customer(store, "bob")
    make_customer(store, "alice", last_name="Other")
    first = admin("GET", f"{BASE}/customer", scrollId="", perPage="3", lastName="doe").json()
    make_customer(store, "bob")

    rest = admin(
        "GET", f"{BASE}/customer", scrollId=first["scrollId"], lastName="other", firstName="x"
    ).json()

    assert (first["total"], rest["total"]) == (5, 5)
    assert {customer["lastName"] for customer in rest["customers"]} == {"Doe"}


def test_a_scroll_id_of_another_store_is_a_400(admin, store, alice):
    scroll_id = admin("GET", f"{BASE}/customer", scrollId="").json()["scrollId"]
    make_customer(make_store("OTHER"))
    assert admin("GET", "/api/OTHER/customer", scrollId=scroll_id).status_code == 400
    assert admin("GET", f"{BASE}/customer", scrollId=scroll_id + "x").status_code == 400


def test_everybody_by_level_comes_level_by_level(admin, store):
    gold, basic = make_level(store, "gold", 100), make_level(store)
    for name, level in (("bob", basic), ("alice", gold), ("charlie", None), ("dora", basic)):
        make_customer(store, name, level=level)
    up = names(admin("GET", f"{BASE}/customer", sort="level", direction="ASC"))
    down = names(admin("GET", f"{BASE}/customer", sort="levelId", direction="DESC"))
    assert (set(up[:2]), up[2:]) == ({"Bob", "Dora"}, ["Alice", "Charlie"])
    assert (down[0], down[1:3], down[3]) == ("Alice", up[1::-1], "Charlie")
    pages = [
        names(admin("GET", f"{BASE}/customer", sort="level", direction="ASC", perPage="1", page=page))
        for page in "12345"
    ]
    assert pages == [[name] for name in up] + [[]]
