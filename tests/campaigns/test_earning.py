"""From a purchase to posted points: which rules are fetched, what is posted, in how many statements."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns import earning, rules
from campaigns.evaluation import Label, LabelMultiplier
from customers.models import Customer
from loyalty.actors import SYSTEM
from tests.campaigns.factories import labelled, make_basket, make_rule, make_segment
from tests.factories import NOON, make_customer, make_level, make_pos, make_store
from wallet.ledger.refusals import ExternalIdTaken
from wallet.models import PointsTransfer, Wallet

pytestmark = pytest.mark.django_db
LATER, DAY = NOON + timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def alice(store, gold):
    return make_customer(store, "alice", level=gold)


def earn(customer, basket, purchase_id=None):
    return earning.earn_for_purchase(customer, basket, purchase_id=purchase_id or uuid4(), at=LATER)


def available(customer) -> Decimal:
    return Wallet.objects.get(pk=customer.pk).available


def test_a_purchase_becomes_one_adding_transfer_with_its_reasons(alice, gold):
    make_rule(gold, name="General spending")
    make_rule(gold, "multiply_for_product", name="Double milk")
    purchase_id = uuid4()

    transfer = earn(alice, make_basket(("milk", "3.10"), ("bread", "9.30")), purchase_id)

    assert transfer is not None
    assert (transfer.value, transfer.kind, transfer.issuer) == (Decimal("15.50"), "adding", "system")
    assert transfer.comment == "General spending, Double milk"
    assert transfer.purchase_id == purchase_id
    assert [reason["text"] for reason in PointsTransfer.objects.get().reasons] == [
        "General spending ×1: 12.40",
        "Double milk ×2: +3.10",
    ]
    assert available(alice) == Decimal("15.50")


def test_every_kind_reaches_the_evaluation(alice, gold):
    make_rule(gold, excluded_skus=("tobacco",))
    make_rule(gold, "multiply_for_product", labels=(Label("eco", "yes"),), skus=())
    factors = (LabelMultiplier(Label("eco", "yes"), Decimal("1.5")),)
    make_rule(gold, "multiply_by_product_labels", label_multipliers=factors)
    make_rule(gold, "product_purchase")

    basket = make_basket(labelled("milk", "10.00", ("eco", "yes")), ("tobacco", "8.00"), ("bread", "1.00"))

    assert earn(alice, basket).value == Decimal("36.00")


def test_nothing_is_posted_when_nothing_is_earned(alice, gold):
    make_rule(gold, min_order_value=Decimal(50))

    assert earn(alice, make_basket(("milk", "10.00"))) is None
    assert not PointsTransfer.objects.exists()
    assert available(alice) == 0


@pytest.mark.parametrize("status", [Customer.Status.NEW, Customer.Status.BLOCKED, Customer.Status.DELETED])
def test_only_active_customers_earn(alice, gold, status):
    make_rule(gold)
    alice.status = status

    assert earn(alice, make_basket(("milk", "10.00"))) is None
    assert available(alice) == 0


def test_a_purchase_earns_once(alice, gold):
    make_rule(gold)
    purchase_id = uuid4()

    first = earn(alice, make_basket(("milk", "10.00")), purchase_id)
    again = earn(alice, make_basket(("milk", "10.00")), purchase_id)

    assert first.pk == again.pk
    assert available(alice) == Decimal("10.00")


def test_another_result_for_the_same_purchase_is_refused(alice, gold):
    make_rule(gold)
    purchase_id = uuid4()
    earn(alice, make_basket(("milk", "10.00")), purchase_id)

    with pytest.raises(ExternalIdTaken):
        earn(alice, make_basket(("milk", "11.00")), purchase_id)
    assert available(alice) == Decimal("10.00")


def test_rules_are_judged_by_the_day_of_the_purchase_not_of_the_posting(alice, gold):
    make_rule(gold, is_all_time_active=False, start_at=NOON - 2 * DAY, end_at=NOON - DAY)

    assert earn(alice, make_basket(("milk", "1.00"), at=NOON)) is None
    assert earn(alice, make_basket(("milk", "1.00"), at=NOON - 2 * DAY)).value == 1


def test_rules_of_other_stores_and_switched_off_rules_give_nothing(alice, gold):
    rules.deactivate_rule(make_rule(gold), at=NOON, actor=SYSTEM)
    make_rule(make_level(make_store("OTHER"), "gold"))

    assert earn(alice, make_basket(("milk", "1.00"))) is None


def test_a_member_of_a_segment_earns_from_rules_for_it(store, alice, gold):
    silver = make_level(store, "silver", 100)
    bob = make_customer(store, "bob", level=gold)
    families = make_segment(store, "families", alice)
    make_rule(silver, segment_ids=(families.pk,))

    assert earn(alice, make_basket(("milk", "1.00"))).value == 1
    assert earn(bob, make_basket(("milk", "1.00"))) is None

    families.is_active = False
    families.save()
    assert earn(alice, make_basket(("milk", "1.00"))) is None


def test_a_rule_of_one_shop_gives_nothing_elsewhere(store, alice, gold):
    here, there = make_pos(store, "here"), make_pos(store, "there")
    make_rule(gold, pos_ids=(here.pk,))

    assert earn(alice, make_basket(("milk", "1.00"), pos_id=there.pk)) is None
    assert earn(alice, make_basket(("milk", "1.00"))) is None
    assert earn(alice, make_basket(("milk", "1.00"), pos_id=here.pk)).value == 1


def test_a_simulation_writes_nothing(store, alice, gold):
    make_rule(gold)

    outcome = earning.simulate(store, make_basket(("milk", "2.30")), customer=alice)

    assert outcome.points == Decimal("2.30")
    assert not PointsTransfer.objects.exists()


def test_a_simulation_for_nobody_meets_every_target(store, gold):
    make_rule(gold)

    assert earning.simulate(store, make_basket(("milk", "2.30")), customer=None).points == Decimal("2.30")


def test_rules_read_beforehand_give_the_same_and_are_not_read_again(store, alice, gold):
    make_rule(gold)
    make_rule(gold, name="over", is_all_time_active=False, start_at=NOON - 2 * DAY, end_at=NOON - DAY)
    ready = earning.read_rules(store)
    rules.deactivate_rule(make_rule(gold, name="made since"), at=NOON, actor=SYSTEM)

    transfer = earning.earn_for_purchase(
        alice, make_basket(("milk", "3.00")), purchase_id=uuid4(), at=LATER, rules=ready
    )

    assert transfer is not None
    assert (transfer.value, transfer.comment) == (Decimal("3.00"), "Rule points")
    assert [reason["name"] for reason in transfer.reasons] == ["Rule points"]


def test_a_very_long_list_of_rule_names_is_cut_to_fit(alice, gold):
    for number in range(6):
        make_rule(gold, name=f"{number}" * 250)

    transfer = earn(alice, make_basket(("milk", "1.00")))

    assert len(transfer.comment) == 1000
    assert transfer.comment.endswith("…")
    assert len(transfer.reasons) == 6


def _statements(alice, basket) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        earning.simulate(alice.store, basket, customer=alice)
    return len(captured)


def test_the_number_of_statements_does_not_grow_with_rules_or_lines(store, alice, gold):
    segment, shop = make_segment(store, "families", alice), make_pos(store)
    make_rule(gold, segment_ids=(segment.pk,), pos_ids=(shop.pk,))
    small = _statements(alice, make_basket(("milk", "1.00")))
    for number in range(29):
        make_rule(gold, name=f"Rule {number}", segment_ids=(segment.pk,), pos_ids=(shop.pk,))

    large = _statements(alice, make_basket(*[(f"sku{number}", "1.00") for number in range(30)]))

    assert small == large == 3
