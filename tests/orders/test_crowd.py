"""The people of load data: alike for the same seed, of all states and places, and nothing left of the deleted."""

import random
from collections import Counter

import pytest

from customers import contact
from customers.models import Customer
from orders import crowd
from tests.factories import NOON, make_pos, make_store

pytestmark = pytest.mark.django_db
NUMBERS = range(1_000_000, 1_001_000)


def crowd_of(store, seed=1):
    chance, shops = random.Random(seed), [make_pos(store)]
    return [
        crowd.invent_customer(store, number, shops=shops, chance=chance, at=NOON) for number in NUMBERS
    ], chance


def test_the_same_seed_makes_the_same_people():
    store = make_store()
    first, second, other = (crowd_of(store, seed)[0] for seed in (1, 1, 2))

    told = [
        [(each.pk, each.email, each.city, each.status) for each in people]
        for people in (first, second, other)
    ]
    assert told[0] == told[1] != told[2]


def test_people_are_as_different_as_real_ones(store):
    people, chance = crowd_of(store)

    states = Counter(each.status for each in people)
    assert set(states) == set(Customer.Status)
    assert states["active"] > 900
    towns = Counter(each.city for each in people if each.city)
    assert len(towns) > 50
    assert towns["Berlin"] > 5 * towns["Jena"] > 0
    labels = [label for each in people for label in crowd.invent_labels(each, chance=chance)]
    assert {label.key for label in labels} == {"newsletter", "source", "shirt", "vip"}
    assert all(each.created_at <= NOON and each.updated_at == each.created_at for each in people)


def test_contacts_are_valid_kept_in_their_one_form_and_nobodys_twice(store):
    people, _ = crowd_of(store)

    for name in ("email_key", "phone", "card_number"):
        values = [getattr(each, name) for each in people if getattr(each, name)]
        assert len(values) == len(set(values)) > 500
    for each in people:
        assert each.email_key == contact.fold_email(each.email)
        assert each.phone is None or contact.normalise_phone(each.phone) == each.phone


def test_nothing_personal_is_left_of_the_deleted(store):
    people, chance = crowd_of(store)

    deleted = [each for each in people if each.status == Customer.Status.DELETED]
    assert deleted
    for each in deleted:
        personal = (each.full_name, each.email, each.email_key, each.phone, each.card_number, each.city)
        assert not any(personal)
        assert crowd.invent_labels(each, chance=chance) == []
