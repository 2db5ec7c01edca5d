"""Customers' devices."""

import pytest

from customers import devices
from loyalty.refusals import NotFound
from tests.factories import make_customer

pytestmark = pytest.mark.django_db


def test_a_device_is_noted_once(store):
    alice = make_customer(store)
    for token in ("phone", "tablet", "phone"):
        devices.add_token(alice, token)
    assert devices.tokens_of(alice) == ["phone", "tablet"]


def test_the_oldest_devices_make_room(store):
    alice, bob = make_customer(store), make_customer(store, "bob")
    devices.add_token(bob, "his")
    for number in range(devices.MAX_DEVICES + 3):
        devices.add_token(alice, f"device {number}")
    assert devices.tokens_of(alice) == [f"device {number}" for number in range(3, devices.MAX_DEVICES + 3)]
    assert devices.tokens_of(bob) == ["his"]


def test_only_ones_own_device_can_be_forgotten(store):
    alice, bob = make_customer(store), make_customer(store, "bob")
    devices.add_token(bob, "his")
    with pytest.raises(NotFound):
        devices.remove_token(alice, "his")
    devices.remove_token(bob, "his")
    assert devices.tokens_of(bob) == []
