"""A point of sale becomes the own one of many customers."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers import erasure, favourites
from customers.models import Customer
from loyalty.actors import SYSTEM
from loyalty.models import Event
from tests.factories import NOON, make_customer, make_pos, make_store

pytestmark = pytest.mark.django_db


def test_each_is_recorded_once(store):
    shop, alice = make_pos(store), make_customer(store, "alice")
    bob = make_customer(store, "bob", point_of_sale=shop)
    for _ in range(2):
        assert favourites.assign_to_many(shop, [alice.pk, bob.pk, alice.pk], at=NOON, actor=SYSTEM) == {
            alice.pk,
            bob.pk,
        }
    (event,) = Event.objects.all()
    assert (event.type, event.subject_id) == ("customer.pos_assigned", str(alice.pk))
    assert event.payload == {"point_of_sale_id": str(shop.pk)}
    assert Customer.objects.get(pk=alice.pk).version == alice.version + 1


def test_only_customers_of_the_shop_s_store_are_found(store):
    stranger = make_customer(make_store("OTHER"), "stranger")
    assert favourites.assign_to_many(make_pos(store), [stranger.pk], at=NOON, actor=SYSTEM) == set()
    assert Customer.objects.get().point_of_sale is None


def test_nothing_new_is_written_about_who_is_anonymous(store):
    nobody = erasure.anonymize(make_customer(store, "alice"), at=NOON, actor=SYSTEM)
    Event.objects.all().delete()

    assert favourites.assign_to_many(make_pos(store), [nobody.pk], at=NOON, actor=SYSTEM) == set()

    assert Customer.objects.get().point_of_sale is None
    assert not Event.objects.exists()


def test_thirty_cost_the_statements_of_one(store):
    def statements(count):
        ids = [make_customer(store, f"p{number}").pk for number in range(count)]
        shop = make_pos(store)
        with CaptureQueriesContext(connection) as queries:
            favourites.assign_to_many(shop, ids, at=NOON, actor=SYSTEM)
        return len(queries)

    assert statements(30) == statements(1)
