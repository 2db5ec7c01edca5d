"""What bodies of the rule routes may say: the document's examples in both encodings, and bad input by field."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns import earning
from campaigns.api.open_loyalty.forms import form_for
from campaigns.drafts import find_problems
from campaigns.evaluation import Label, LabelMultiplier
from campaigns.models import EarningRule
from loyalty.api.open_loyalty import forms
from loyalty.models import Event
from tests.callers import Caller
from tests.campaigns.factories import (
    OF_KIND,
    RULES,
    errors_at,
    labelled,
    make_basket,
    make_rule,
    make_segment,
    token_of,
    wire,
    without,
)
from tests.factories import make_pos, make_staff

pytestmark = pytest.mark.django_db


def test_general_spending_is_created_as_the_document_posts_it(admin, gold):
    answer = admin("POST", RULES, {"earningRule": wire(gold)})

    assert answer.status_code == 200
    rule = EarningRule.objects.get()
    assert answer.json() == {"earningRuleId": str(rule.pk)}
    assert (rule.kind, rule.name, rule.is_active, rule.points_per_unit) == (
        "points",
        "new rule",
        True,
        Decimal("1.10"),
    )
    assert rule.excluded_skus == ["123", "222", "111"]
    assert rule.excluded_labels == [{"key": "asas", "value": "aaa"}, {"key": "ccc", "value": "eee"}]
    assert rule.min_order_value == Decimal("2.00")
    assert rule.start_at is not None
    assert rule.start_at.isoformat() == "2026-03-19T09:45:00+00:00"


def test_every_field_of_the_documents_example_is_understood(store, gold):
    # The example's own encoding: `+` for blanks, an empty list written `[ ]`, fields of other kinds in between.
    body = (
        "earningRule[active]=1&earningRule[type]=points&earningRule[description]=test"
        "&earningRule[endAt]=2028-03-19+09:45&earningRule[eventName]=oloy.customer.logged_in"
        f"&earningRule[levels][0]={gold.pk}&earningRule[name]=nowy+rule&earningRule[pointsAmount]=5"
        "&earningRule[segments]=[+]&earningRule[startAt]=2019-03-19+09:45&earningRule[target]=level"
        "&earningRule[limit][active]=1&earningRule[limit][period]=month&earningRule[limit][limit]=5"
        "&earningRule[rewardType]=both&earningRule[allTimeActive]=0&earningRule[excludeDeliveryCost]=true"
        "&earningRule[excludedSKUs]=123&earningRule[minOrderValue]=2&earningRule[inclusionType]=exclude_labels"
        "&earningRule[excludedLabels]=1:1&earningRule[multiplier]=2&earningRule[skuIds][0]=SKU123"
    )
    client = Caller(token_of(make_staff(), "admin")).client

    answer = client.post(RULES, body, content_type="application/x-www-form-urlencoded")

    assert answer.status_code == 200, answer.json()
    rule = EarningRule.objects.get()
    assert (rule.name, rule.points_per_unit, rule.excluded_skus) == ("nowy rule", Decimal("5.00"), ["123"])
    assert rule.excluded_labels == [{"key": "1", "value": "1"}]
    assert (rule.multiplier, rule.skus) == (None, [])


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (
            {"type": "product_purchase", "pointsAmount": "7.5", "skuIds": ["SKU1", "SKU2"]},
            {"points_amount": Decimal("7.50"), "skus": ["SKU1", "SKU2"]},
        ),
        (
            {"type": "multiply_for_product", "multiplier": "2", "skuIds": ["SKU1"], "labels": "eco:yes"},
            {"multiplier": Decimal("2.00"), "skus": ["SKU1"], "labels": [{"key": "eco", "value": "yes"}]},
        ),
        (
            {
                "type": "multiply_by_product_labels",
                "labelMultipliers": [{"key": "eco", "value": "yes", "multiplier": "1.5"}],
            },
            {"label_multipliers": [{"key": "eco", "value": "yes", "multiplier": "1.50"}]},
        ),
    ],
)
def test_the_other_purchase_kinds_are_created(admin, gold, fields, expected):
    body = {"name": "rule", "levels": [str(gold.pk)], "active": 1, "allTimeActive": 1, **fields}

    assert admin("POST", RULES, {"earningRule": body}).status_code == 200

    rule = EarningRule.objects.get()
    assert {name: getattr(rule, name) for name in expected} == expected


def test_a_rule_made_through_the_api_earns(staff, store, gold):
    staff("POST", RULES, {"earningRule": wire(gold, allTimeActive=True, pointValue=2, minOrderValue=None)})

    points = earning.simulate(store, make_basket(("milk", "3.00"), ("222", "9.00")), customer=None).points

    assert points == Decimal("6.00")


def test_a_record_can_be_sent_back_as_it_came(staff, store, gold):
    families, shop = make_segment(store, "families"), make_pos(store)
    everything: dict[str, Any] = {
        "segment_ids": (families.pk,),
        "pos_ids": (shop.pk,),
        "is_last_executed": True,
    }
    factors = (LabelMultiplier(Label("eco", "yes"), Decimal("1.5")),)
    made = [
        make_rule(gold, excluded_skus=("a", "b"), excluded_labels=(Label("x", "y"),), **everything),
        make_rule(gold, "product_purchase", **everything),
        make_rule(gold, "multiply_for_product", labels=(Label("eco", "yes"),), **everything),
        make_rule(gold, "multiply_by_product_labels", label_multipliers=factors, **everything),
    ]

    for rule in made:
        record = staff("GET", f"{RULES}/{rule.pk}").json()
        assert staff("PUT", f"{RULES}/{rule.pk}", {"earningRule": record}).status_code == 200
        assert staff("GET", f"{RULES}/{rule.pk}").json() == record
    assert not Event.objects.filter(type="earning_rule.changed").exists()


def test_a_rule_is_changed_whole(admin, gold):
    rule = make_rule(gold, "product_purchase")
    body = {
        "type": "product_purchase",
        "name": "edited",
        "pointsAmount": "9",
        "levels": [str(gold.pk)],
        "skuIds": ["x"],
    }

    answer = admin("PUT", f"{RULES}/{rule.pk}", {"earningRule": body})

    assert (answer.status_code, answer.json()) == (200, {"earningRuleId": str(rule.pk)})
    kept = EarningRule.objects.get()
    assert (kept.name, kept.points_amount, kept.skus, kept.is_active) == (
        "edited",
        Decimal("9.00"),
        ["x"],
        False,
    )


def test_a_change_without_type_keeps_the_kind(admin, gold):
    rule = make_rule(gold)

    answer = admin("PUT", f"{RULES}/{rule.pk}", {"earningRule": without(wire(gold, name="edited"), "type")})

    assert answer.status_code == 200
    kept = EarningRule.objects.get()
    assert (kept.kind, kept.name) == ("points", "edited")


def test_choosing_one_target_empties_the_other(admin, store, gold):
    families = make_segment(store, "families")
    body = wire(gold, target="segment", segments=[str(families.pk)])

    assert admin("POST", RULES, {"earningRule": body}).status_code == 200

    rule = EarningRule.objects.get()
    assert (list(rule.levels.all()), list(rule.segments.all())) == ([], [families])


def test_dates_are_read_in_the_stores_zone(staff, store, gold):
    store.settings = {**store.settings, "timezone": "Europe/Warsaw"}
    store.save()

    staff("POST", RULES, {"earningRule": wire(gold)})

    [record] = staff("GET", RULES).json()["earningRules"]
    assert (record["startAt"], record["endAt"]) == ("2026-03-19T09:45:00+0100", "2027-03-19T09:45:00+0100")


# --- Bad input ---------------------------------------------------------------------------------------

HUGE = "99999999999999"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"type": "event"}, "type"),
        ({"type": "nonsense"}, "type"),
        ({"type": ""}, "type"),
        ({"name": ""}, "name"),
        ({"name": "x" * 256}, "name"),
        ({"name": ["x"]}, "name"),
        ({"description": "x" * 10_001}, "description"),
        ({"active": "perhaps"}, "active"),
        ({"levels": []}, "levels"),
        ({"levels": "level0"}, "levels"),
        ({"target": "everybody"}, "target"),
        ({"target": "segment", "segments": []}, "segments"),
        ({"startAt": ""}, "startAt"),
        ({"endAt": "tomorrow"}, "endAt"),
        ({"endAt": "2026-02-30 10:00"}, "endAt"),
        ({"endAt": "2020-01-01 10:00"}, "endAt"),
        ({"pointValue": ""}, "pointValue"),
        ({"pointValue": "0"}, "pointValue"),
        ({"pointValue": "-1"}, "pointValue"),
        ({"pointValue": "1.001"}, "pointValue"),
        ({"pointValue": "NaN"}, "pointValue"),
        ({"pointValue": "Infinity"}, "pointValue"),
        ({"pointValue": "1e3"}, "pointValue"),
        ({"pointValue": "1_000"}, "pointValue"),
        ({"pointValue": "١"}, "pointValue"),
        ({"pointValue": HUGE}, "pointValue"),
        ({"minOrderValue": "-0.01"}, "minOrderValue"),
        ({"minOrderValue": "many"}, "minOrderValue"),
        ({"inclusionType": "some_labels"}, "inclusionType"),
        ({"inclusionType": "include_labels"}, "includedLabels"),
        ({"excludedLabels": "k" * 129 + ":v"}, "excludedLabels"),
        ({"excludedSKUs": "x" * 256}, "excludedSKUs"),
        ({"excludeDeliveryCost": "2"}, "excludeDeliveryCost"),
        ({"lastExecutedRule": "x"}, "lastExecutedRule"),
    ],
)
def test_bad_input_is_named_and_nothing_is_written(admin, gold, fields, field):
    answer = admin("POST", RULES, {"earningRule": wire(gold, **fields)})

    assert answer.status_code == 400
    children = answer.json()["form"]["children"]
    at_fault = children[field].get("errors") or children[field].get("children")
    assert at_fault, children
    assert [name for name, node in children.items() if node] == [field]
    assert answer.json()["errors"] == []
    assert not EarningRule.objects.exists()
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": 5}, "name"),
        ({"name": True}, "name"),
        ({"name": None}, "name"),
        ({"type": 1}, "type"),
        ({"type": ["points"]}, "type"),
        ({"pointValue": True}, "pointValue"),
        ({"pointValue": [1]}, "pointValue"),
        ({"levels": [5]}, "levels"),
        ({"levels": {"a": {"b": "c"}}}, "levels"),
        ({"excludedSKUs": 5}, "excludedSKUs"),
        ({"excludedSKUs": [5]}, "excludedSKUs"),
        ({"excludedLabels": [{"value": "x"}]}, "excludedLabels"),
        ({"excludedLabels": [5]}, "excludedLabels"),
        ({"startAt": 20260101}, "startAt"),
    ],
)
def test_wrong_json_types_are_named_and_nothing_is_written(staff, gold, fields, field):
    answer = staff("POST", RULES, {"earningRule": wire(gold, **fields)})

    assert answer.status_code == 400
    children = answer.json()["form"]["children"]
    assert [name for name, node in children.items() if node] == [field]
    assert not EarningRule.objects.exists()


@pytest.mark.parametrize("missing", ["type", "name", "levels", "startAt", "endAt", "pointValue"])
def test_missing_fields_are_named(admin, gold, missing):
    answer = admin("POST", RULES, {"earningRule": without(wire(gold), missing)})

    assert answer.status_code == 400
    assert errors_at(answer, missing)
    assert not EarningRule.objects.exists()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"type": "product_purchase", "skuIds": ["x"]}, "pointsAmount"),
        ({"type": "product_purchase", "pointsAmount": "1", "skuIds": []}, "skuIds"),
        ({"type": "multiply_for_product", "multiplier": "2"}, "skuIds"),
        ({"type": "multiply_for_product", "multiplier": "0", "skuIds": ["x"]}, "multiplier"),
        ({"type": "multiply_for_product", "multiplier": "1.234", "skuIds": ["x"]}, "multiplier"),
        ({"type": "multiply_for_product", "multiplier": "1000000", "skuIds": ["x"]}, "multiplier"),
        ({"type": "multiply_by_product_labels"}, "labelMultipliers"),
        ({"type": "multiply_by_product_labels", "labelMultipliers": [{"key": "a"}]}, "labelMultipliers"),
        ({"type": "multiply_by_product_labels", "labelMultipliers": "a:b"}, "labelMultipliers"),
    ],
)
def test_each_kind_names_its_own_fields(admin, gold, fields, field):
    body = {"name": "rule", "levels": [str(gold.pk)], "allTimeActive": 1, **fields}

    answer = admin("POST", RULES, {"earningRule": body})

    assert answer.status_code == 400
    children = answer.json()["form"]["children"]
    assert [name for name, node in children.items() if node] == [field]
    assert not EarningRule.objects.exists()


def test_the_refused_place_of_a_list_is_named(staff, gold):
    factors = [{"key": "a", "value": "b", "multiplier": 2}, {"key": "c", "value": "d", "multiplier": -2}]
    body = {
        "type": "multiply_by_product_labels",
        "name": "x",
        "levels": [str(gold.pk)],
        "labelMultipliers": factors,
    }

    answer = staff("POST", RULES, {"earningRule": body})

    assert errors_at(answer, "labelMultipliers", "1", "multiplier") == ["This value is not valid."]


@pytest.mark.parametrize("field", ["levels", "segments", "pos"])
def test_targets_that_the_store_does_not_have_are_refused(admin, gold, field):
    answer = admin("POST", RULES, {"earningRule": without(wire(gold, **{field: [str(uuid4())]}), "target")})

    assert answer.status_code == 400
    assert errors_at(answer, field) == ["This value is not valid."]
    assert not EarningRule.objects.exists()


@pytest.mark.parametrize("body", [{}, {"earningRule": {}}, {"earningRule": "x"}, {"earningRule": []}])
def test_an_empty_body_names_type_and_name(staff, store, body):
    answer = staff("POST", RULES, body)

    assert answer.status_code == 400
    assert errors_at(answer, "type") == errors_at(answer, "name") == ["This value should not be blank."]


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals()
    | st.text()
    | st.sampled_from(["1", "a:b;c", "[ ]"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=300, deadline=None)
@given(kind=st.sampled_from([*OF_KIND, "event", 5]), data=st.data())
def test_whatever_a_body_holds_is_read_or_refused(kind, data):
    form_class = form_for(kind)
    names = st.sampled_from(list(form_class().fields))
    body = {"type": kind, "name": "x", **data.draw(st.dictionaries(names, json_values, max_size=6))}

    try:
        _, values = forms.read(form_class, {"earningRule": body})
    except forms.FormInvalid:
        return
    assert find_problems(values["draft"]) == {}


def test_a_bad_change_leaves_the_rule_as_it_was(admin, gold):
    rule = make_rule(gold)

    answer = admin("PUT", f"{RULES}/{rule.pk}", {"earningRule": wire(gold, name="edited", pointValue="-5")})

    assert answer.status_code == 400
    assert errors_at(answer, "pointValue")
    assert EarningRule.objects.get().name == rule.name


def test_the_same_key_creates_one_rule(staff, gold):
    headers = {"Idempotency-Key": "once"}
    body = {"earningRule": wire(gold)}
    answers = [
        staff.client.post(RULES, body, content_type="application/json", headers=headers) for _ in range(2)
    ]

    assert answers[0].content == answers[1].content
    assert EarningRule.objects.count() == 1


def test_labels_of_lines_meet_labels_of_rules_made_through_the_api(staff, store, gold):
    staff("POST", RULES, {"earningRule": without(wire(gold, allTimeActive=True), "minOrderValue")})
    basket = make_basket(labelled("a", "10.00", ("asas", "aaa")), labelled("b", "10.00", ("asas", "bbb")))

    assert earning.simulate(store, basket, customer=None).points == Decimal("11.00")
