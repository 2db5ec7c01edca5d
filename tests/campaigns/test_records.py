"""How rules are shown: the document's keys, pages, filters, in a constant number of statements."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.callers import Caller
from tests.campaigns.factories import RULES, make_rule, make_segment, token_of
from tests.factories import NOON, make_customer, make_level, make_seller, make_staff

pytestmark = pytest.mark.django_db


def test_one_rule_is_shown_with_the_documents_keys(staff, store, gold):
    families = make_segment(store, "families")
    rule = make_rule(
        gold, name="General", description="sth", segment_ids=(families.pk,), points_per_unit=Decimal("2.3")
    )

    record = staff("GET", f"{RULES}/{rule.pk}").json()

    assert record == {
        "levels": [str(gold.pk)],
        "segments": [str(families.pk)],
        "earningRuleId": str(rule.pk),
        "name": "General",
        "description": "sth",
        "active": True,
        "allTimeActive": True,
        "usages": [],
        "pos": [],
        "lastExecutedRule": False,
        "pointValue": 2.3,
        "excludedSKUs": [],
        "excludedLabels": [],
        "includedLabels": [],
        "inclusionType": "none_labels",
        "labelsInclusionType": "none_labels",
        "excludeDeliveryCost": True,
        "minOrderValue": 0,
        "type": "points",
        "hasPhoto": False,
        "segmentNames": {str(families.pk): "families"},
        "levelNames": {str(gold.pk): "level0"},
    }


def test_a_rule_without_segments_shows_empty_lists(staff, gold):
    record = staff("GET", f"{RULES}/{make_rule(gold).pk}").json()

    assert (record["segments"], record["segmentNames"]) == ([], [])


def test_the_list_has_pages_and_a_total(staff, gold):
    for name in "cab":
        make_rule(gold, name=name)

    answer = staff("GET", RULES, page=2, perPage=2, sort="name", direction="DESC").json()

    assert [record["name"] for record in answer["earningRules"]] == ["a"]
    assert answer["total"] == 3


@pytest.mark.parametrize(
    ("active", "names"), [("active", ["on"]), ("inactive", ["off"]), ("1", ["on"]), ("0", ["off"])]
)
def test_the_list_can_be_filtered_by_state(staff, gold, active, names):
    make_rule(gold, name="on")
    make_rule(gold, name="off", is_active=False)

    answer = staff("GET", RULES, active=active).json()

    assert ([record["name"] for record in answer["earningRules"]], answer["total"]) == (names, 1)


@pytest.mark.parametrize(
    "query", [{"active": "perhaps"}, {"page": "0"}, {"perPage": "x"}, {"sort": "store_id"}]
)
def test_bad_filters_and_pages_are_refused(staff, store, query):
    assert staff("GET", RULES, **query).status_code == 400


@pytest.mark.parametrize("caller_kind", ["admin", "seller", "customer"])
def test_lists_take_the_same_number_of_statements_for_one_and_thirty_rows(store, gold, caller_kind):
    families = make_segment(store, "families")
    caller, path = {
        "admin": lambda: (Caller(token_of(make_staff(), "admin")), RULES),
        "seller": lambda: (Caller(token_of(make_seller(store), "seller")), "/api/DEFAULT/seller/earningRule"),
        "customer": lambda: (
            Caller(token_of(make_customer(store, level=gold), "customer")),
            "/api/DEFAULT/customer/earningRule",
        ),
    }[caller_kind]()

    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert caller("GET", path, perPage=30).status_code == 200
        return len(captured)

    make_rule(gold, segment_ids=(families.pk,))
    one = statements()
    for number in range(29):
        make_rule(gold, name=f"Rule {number}", segment_ids=(families.pk,))

    assert statements() == one <= 9


def test_a_seller_sees_the_rules_of_the_store(store, gold):
    rule = make_rule(gold)
    caller = Caller(token_of(make_seller(store), "seller"))

    answer = caller("GET", "/api/DEFAULT/seller/earningRule").json()

    assert answer["total"] == 1
    assert answer["earningRules"] == [caller("GET", f"/api/DEFAULT/seller/earningRule/{rule.pk}").json()]


def test_a_customer_sees_the_rules_from_which_they_can_earn_now(store, gold):
    silver, now = make_level(store, "silver", 100), timezone.now()
    make_rule(gold, name="mine")
    make_rule(silver, name="not my level")
    make_rule(gold, name="off", is_active=False)
    make_rule(gold, name="over", is_all_time_active=False, start_at=NOON, end_at=now - timedelta(days=1))
    caller = Caller(token_of(make_customer(store, level=gold), "customer"))

    answer = caller("GET", "/api/DEFAULT/customer/earningRule").json()

    assert [record["name"] for record in answer["earningRules"]] == ["mine"]
    assert answer["currency"] == "eur"
