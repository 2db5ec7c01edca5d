"""The levels a store offers."""

from decimal import Decimal

import pytest

from customers import ladder
from customers.ladder import LevelInUse
from customers.models import Level
from loyalty.actors import SYSTEM
from loyalty.models import Event
from tests.factories import NOON, make_customer, make_level

pytestmark = pytest.mark.django_db


def test_a_level_is_made_and_changed_with_the_names_of_its_fields_recorded(store):
    gold = ladder.save_level(
        store, values={"name": "gold", "condition_value": Decimal(500)}, at=NOON, actor=SYSTEM
    )
    changed = ladder.save_level(
        store, values={"name": "gold", "reward_value": Decimal("0.15")}, at=NOON, actor=SYSTEM, level=gold
    )
    assert changed == gold
    row = Level.objects.get()
    assert (row.name, row.condition_value, row.reward_value, row.store) == (
        "gold",
        Decimal(500),
        Decimal("0.15"),
        store,
    )
    assert [event.payload["fields"] for event in Event.objects.all()] == [
        ["condition_value", "name"],
        ["reward_value"],
    ]


def test_the_same_again_says_nothing(store):
    gold = make_level(store, "gold", 500)
    ladder.save_level(store, values={"name": "gold"}, at=NOON, actor=SYSTEM, level=gold)
    ladder.set_active(gold, is_active=True, at=NOON, actor=SYSTEM)
    assert not Event.objects.exists()
    assert not ladder.set_active(gold, is_active=False, at=NOON, actor=SYSTEM).is_active


def test_a_level_goes_only_when_nobody_stands_on_it(store):
    gold, empty = make_level(store, "gold", 500), make_level(store, "empty", 900)
    make_customer(store, level=gold)
    with pytest.raises(LevelInUse):
        ladder.delete_level(gold, at=NOON, actor=SYSTEM)
    assert not Event.objects.exists()
    gone = str(empty.pk)
    ladder.delete_level(empty, at=NOON, actor=SYSTEM)
    assert list(Level.objects.all()) == [gold]
    assert Event.objects.get().subject_id == gone
