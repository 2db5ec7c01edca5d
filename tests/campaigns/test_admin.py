"""Earning rules in the cockpit."""

from decimal import Decimal

import pytest
from django.urls import reverse

from campaigns.models import EarningRule
from loyalty.models import Event
from tests.campaigns.factories import make_rule
from tests.cockpit import admin_browser, is_done, press, statements_of
from tests.factories import make_level, make_store

pytestmark = pytest.mark.django_db
ADD = "admin:campaigns_earningrule_add"


def values(level, **changed):
    return {
        "kind": "points", "name": "General spending", "points_per_unit": "2", "levels": [str(level.pk)],
        "labels_inclusion": "none_labels", "is_active": "on", "is_all_time_active": "on",
        "excludes_delivery_cost": "on", **changed,
    }  # fmt: skip


def test_a_rule_is_made(store):
    level = make_level(store)
    admin_browser().post(reverse(ADD), values(level))
    rule = EarningRule.objects.get()
    assert (rule.store, rule.points_per_unit, list(rule.levels.all())) == (store, Decimal("2.00"), [level])
    assert Event.objects.get(subject_kind="earning_rule").actor_kind == "admin"


def test_labels_and_factors_are_typed_a_line_each(store):
    changed = {"kind": "multiply_by_product_labels", "label_multipliers": "category:dairy × 2\nbrand:own*1.5"}
    admin_browser().post(reverse(ADD), values(make_level(store), **changed))
    assert EarningRule.objects.get().label_multipliers == [
        {"key": "category", "value": "dairy", "multiplier": "2.00"},
        {"key": "brand", "value": "own", "multiplier": "1.50"},
    ]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"points_per_unit": ""}, "This value should not be blank."),
        ({"points_per_unit": "1.005"}, "2 decimal places"),
        ({"levels": []}, "Choose at least one level or segment."),
        ({"kind": "product_purchase", "points_amount": "5"}, "This value should not be blank."),
        ({"kind": "multiply_by_product_labels", "label_multipliers": "dairy"}, "write the label"),
        ({"is_all_time_active": ""}, "This value should not be blank."),
    ],
)
def test_what_is_missing_is_said_beside_its_field_and_nothing_is_written(store, changed, said):
    response = admin_browser().post(reverse(ADD), values(make_level(store), **changed))
    assert said in response.content.decode()
    assert not EarningRule.objects.exists()
    assert not Event.objects.exists()


def test_a_level_of_another_store_cannot_be_aimed_at(store):
    foreign = make_level(make_store("NORTH"))
    admin_browser().post(reverse(ADD), values(foreign))
    assert not EarningRule.objects.exists()


def test_a_rule_is_changed_and_shows_what_it_says(store):
    level = make_level(store)
    browser = admin_browser()
    browser.post(reverse(ADD), values(level, excluded_skus="A1\nB2"))
    rule = EarningRule.objects.get()
    page = reverse("admin:campaigns_earningrule_change", args=[rule.pk])
    assert "A1\nB2" in browser.get(page).content.decode()
    browser.post(page, values(level, name="Double", points_per_unit="4"))
    rule.refresh_from_db()
    assert (rule.name, rule.points_per_unit, rule.excluded_skus) == ("Double", Decimal("4.00"), [])


def test_a_rule_is_switched_off_and_on(store):
    browser = admin_browser()
    browser.post(reverse(ADD), values(make_level(store)))
    rule = EarningRule.objects.get()
    assert is_done(press(browser, "campaigns_earningrule_deactivate_rule", rule))
    rule.refresh_from_db()
    assert not rule.is_active
    assert is_done(press(browser, "campaigns_earningrule_activate_rule", rule))
    rule.refresh_from_db()
    assert rule.is_active


def test_the_list_costs_the_same_for_many_rules(store):
    level = make_level(store)
    make_rule(level)
    browser = admin_browser()
    page = reverse("admin:campaigns_earningrule_changelist")
    one = statements_of(browser, page)
    for number in range(30):
        make_rule(level, name=f"Rule {number}")
    assert statements_of(browser, page) == one <= 14
