"""Registering a purchase costs a fixed number of statements, whatever the history, the customers and the rules."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from campaigns.evaluation import Label, LabelMultiplier
from orders.models import Purchase
from tests.callers import as_person
from tests.campaigns.factories import OF_KIND, make_rule
from tests.factories import NOON, make_customer, make_level, make_pos, make_staff
from tests.orders.factories import PURCHASES, point_per_unit, register, till_body
from wallet.models import PointsTransfer

pytestmark = pytest.mark.django_db
BUDGET = 25
CARD = "11111111111"


def make_rules(level, count):
    kinds = list(OF_KIND)
    for number in range(count):
        kind = kinds[number % len(kinds)]
        extra = (
            {"label_multipliers": [LabelMultiplier(Label("brand", "own"), Decimal(2))]}
            if kind == "multiply_by_product_labels"
            else {}
        )
        make_rule(level, kind, name=f"Rule {number}", **extra)


def ten_lines(number):
    lines = [
        {
            "sku": {"code": f"sku-{place}"},
            "name": f"Product {place}",
            "quantity": 2,
            "grossValue": 12.5,
            "category": "GROCERY",
            "maker": "69",
            "labels": [{"key": "brand", "value": "own"}],
        }
        for place in range(10)
    ]
    return till_body(
        transactionData__documentNumber=f"budget-{number}",
        items=lines,
        labels=[{"key": "scan_id", "value": "123"}],
    )


def count_statements(caller, number, *, pos):
    body = ten_lines(number)
    body["transaction"]["posId"] = str(pos.pk)
    with CaptureQueriesContext(connection) as captured:
        answer = caller("POST", PURCHASES, body)
    assert answer.status_code == 200, answer.content
    assert PointsTransfer.objects.filter(purchase_id=answer.json()["transactionId"]).count() == 1
    return len(captured), "\n".join(each["sql"][:150] for each in captured)


def test_ten_lines_against_twenty_rules_cost_at_most_25_statements(store):
    bronze, gold = make_level(store), make_level(store, "gold", condition=100)
    make_customer(store, card_number=CARD, level=bronze)
    make_rules(gold, 20)  # the purchase itself lifts the customer there
    admin = as_person(make_staff(), "admin")

    count, told = count_statements(admin, 1, pos=make_pos(store))

    assert count <= BUDGET, told


def test_the_cost_does_not_grow_with_history_customers_and_rules(store):
    level = make_level(store)
    customer = make_customer(store, card_number=CARD, level=level)
    point_per_unit(level)
    admin, pos = as_person(make_staff(), "admin"), make_pos(store)
    count_statements(admin, 1, pos=pos)
    before, _ = count_statements(admin, 2, pos=pos)

    make_rules(level, 30)
    for number in range(20):
        make_customer(store, f"bob{number}")
        register(store, of=CARD, at=timezone.now())
    after, told = count_statements(admin, 3, pos=pos)

    assert after == before, told
    assert Purchase.objects.filter(customer=customer).count() == 23


def test_points_that_fell_due_meanwhile_are_settled_within_the_budget(store):
    level = make_level(store)
    make_customer(store, card_number=CARD, level=level)
    point_per_unit(level)
    for day in range(10):
        register(store, of=CARD, at=NOON + timedelta(days=day))

    count, told = count_statements(as_person(make_staff(), "admin"), 1, pos=make_pos(store))

    assert count <= BUDGET, told
    assert PointsTransfer.objects.filter(state=PointsTransfer.State.EXPIRED).count() == 10
