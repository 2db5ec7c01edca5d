"""Unsubscribing: what it records, what becomes of the consent to marketing, and the way back."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers import profile, subscriptions
from customers.models import Customer
from loyalty.actors import SYSTEM
from loyalty.models import AuditEntry, Event
from loyalty.refusals import NotFound
from tests.factories import NOON, make_customer, make_store

pytestmark = pytest.mark.django_db


def recorded():
    return list(Event.objects.values_list("type", "payload"))


def test_who_unsubscribes_takes_the_consent_to_marketing_back(store):
    alice = make_customer(store, "alice", agreement1=True, agreement2=True)
    subscriptions.unsubscribe(store, alice.email.upper(), at=NOON, actor=SYSTEM)
    after = Customer.objects.get()
    assert (after.is_unsubscribed, after.agreement1, after.agreement2) == (True, True, False)
    assert after.version == alice.version + 1
    assert recorded() == [
        ("customer.subscription_changed", {"is_unsubscribed": True}),
        ("customer.updated", {"fields": ["agreement2"]}),
    ]
    assert AuditEntry.objects.count() == 2


def test_who_is_unsubscribed_stays_so_and_nothing_is_recorded(store):
    alice = make_customer(store, "alice", is_unsubscribed=True)
    subscriptions.unsubscribe(store, alice.email, at=NOON, actor=SYSTEM)
    assert subscriptions.unsubscribe_many(store, [alice.email], at=NOON, actor=SYSTEM) == 1
    assert recorded() == []
    assert Customer.objects.get().version == alice.version


def test_consenting_anew_subscribes_again(store):
    alice = make_customer(store, "alice", agreement2=True)
    subscriptions.unsubscribe(store, alice.email, at=NOON, actor=SYSTEM)
    after = profile.update_profile(alice, profile={"agreement2": True}, at=NOON, actor=SYSTEM)
    assert (after.agreement2, after.is_unsubscribed) == (True, False)
    assert recorded()[-1] == ("customer.subscription_changed", {"is_unsubscribed": False})


def test_another_change_of_the_profile_does_not_subscribe_again(store):
    alice = make_customer(store, "alice", is_unsubscribed=True)
    after = profile.update_profile(
        alice, profile={"first_name": "Alicia", "agreement1": True}, at=NOON, actor=SYSTEM
    )
    assert after.is_unsubscribed


def test_nobody_of_another_store_is_unsubscribed(store):
    stranger = make_customer(make_store("OTHER"), "stranger")
    with pytest.raises(NotFound):
        subscriptions.unsubscribe(store, stranger.email, at=NOON, actor=SYSTEM)
    assert subscriptions.unsubscribe_many(store, [stranger.email, "", "?"], at=NOON, actor=SYSTEM) == 0
    assert not Customer.objects.get().is_unsubscribed
    assert recorded() == []


def test_thirty_cost_the_statements_of_one(store):
    def statements(count):
        people = [make_customer(store, f"p{number}", agreement2=True) for number in range(count)]
        with CaptureQueriesContext(connection) as queries:
            subscriptions.unsubscribe_many(store, [each.email for each in people], at=NOON, actor=SYSTEM)
        return len(queries)

    assert statements(30) == statements(1)
