"""Many sign-ups at once: what a single registration promises holds for each, for few statements, under races too."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers import card_numbers, enrolment
from customers.enrolment import SignUp
from customers.models import Customer
from customers.refusals import EmailInvalid, InvalidProfileField
from loyalty.actors import Actor, ActorKind
from loyalty.models import AuditEntry, Event
from tests.factories import NOON, make_customer, make_level, make_store
from wallet.models import Wallet

PARTNER = Actor(kind=ActorKind.TOKEN, id="0f5dd4b8-9c7e-4c55-8a35-3f3f6a1c2b10", name="partner")


def sign_up(store, *people, at=NOON):
    rows = [SignUp(email=person) if isinstance(person, str) else person for person in people]
    return enrolment.sign_up(store, rows, at=at, actor=PARTNER)


@pytest.mark.django_db
def test_each_gets_what_a_registration_promises(store):
    start = make_level(store)
    make_level(store, "gold", condition="100")
    told = sign_up(
        store, SignUp("Alice@example.com", "Alice", "Doe", True, NOON - timedelta(days=9)), "b@x.com"
    )
    assert told.found == {}
    alice, bob = Customer.objects.order_by("email_key")
    assert told.new == {"Alice@example.com": alice.pk, "b@x.com": bob.pk}
    assert (alice.email_key, alice.full_name) == ("alice@example.com", "Alice Doe")
    assert (alice.is_unsubscribed, bob.is_unsubscribed) == (True, False)
    assert (alice.subscribed_at, bob.subscribed_at) == (NOON - timedelta(days=9), None)
    for person in (alice, bob):
        assert person.status == Customer.Status.ACTIVE
        assert (person.level, person.level_changed_at, person.created_at) == (start, NOON, NOON)
        assert person.updated_at is not None
        assert Wallet.objects.get(pk=person.pk).store_id == store.pk
    assert len({alice.card_number, bob.card_number}) == 2
    events = Event.objects.values_list("type", "subject_id", "payload", "actor_kind")
    payload = {"by": "partner", "status": "active", "level_id": str(start.pk)}
    assert sorted(events) == sorted(
        ("customer.registered", str(person.pk), payload, "token") for person in (alice, bob)
    )
    assert set(AuditEntry.objects.values_list("entity_id", flat=True)) == {str(alice.pk), str(bob.pk)}


@pytest.mark.django_db
def test_who_is_known_stays_as_they_are(store):
    alice = make_customer(store, "alice", email="alice@example.com", status=Customer.Status.BLOCKED)
    told = sign_up(store, SignUp("ALICE@example.com", "Eve", is_unsubscribed=True))
    assert told == enrolment.Enrolled(new={}, found={"ALICE@example.com": alice.pk})
    after = Customer.objects.get()
    assert (after.first_name, after.status, after.is_unsubscribed) == ("Alice", "blocked", False)
    assert not Event.objects.exists()


@pytest.mark.django_db
def test_an_empty_list_registers_nobody(store):
    assert sign_up(store) == enrolment.Enrolled(new={}, found={})
    assert not Event.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("bad", "refusal", "at"),
    [
        (SignUp("no address"), EmailInvalid, "sign_ups.1.email"),
        (SignUp("b@example.com", first_name="x" * 256), InvalidProfileField, "sign_ups.1.first_name"),
    ],
)
def test_a_refusal_says_whom_it_means_and_nobody_is_registered(store, bad, refusal, at):
    with pytest.raises(refusal) as caught:
        sign_up(store, "a@example.com", bad)
    assert caught.value.at_field == at
    assert not Customer.objects.exists()
    assert not Event.objects.exists()


@pytest.mark.django_db
def test_a_card_number_that_was_just_given_away_is_drawn_again(store, monkeypatch):
    make_customer(store, "alice", card_number="1111222233334444")
    drawn = iter([["1111222233334444"], ["5555666677778888"]])
    monkeypatch.setattr(card_numbers, "new_card_numbers", lambda store, count: next(drawn))
    bob = sign_up(store, "bob@example.com").new["bob@example.com"]
    assert Customer.objects.get(pk=bob).card_number == "5555666677778888"
    assert Event.objects.count() == 1


@pytest.mark.django_db
def test_thirty_cost_hardly_more_statements_than_one(store):
    def statements(count):
        with CaptureQueriesContext(connection) as queries:
            sign_up(store, *[f"p{count}-{number}@example.com" for number in range(count)])
        return len(queries)

    assert statements(30) == statements(1)


@pytest.mark.django_db(transaction=True)
def test_two_lists_at_once_register_everybody_once():
    store = make_store()
    addresses = [f"p{number}@example.com" for number in range(40)]
    ready, told, problems = threading.Barrier(4, timeout=60), [], []

    def run(addresses):
        try:
            ready.wait(timeout=30)
            told.append(sign_up(store, *addresses))
        except Exception as problem:  # noqa: BLE001  # shown by the assertion below
            problems.append(problem)
        finally:
            connection.close()

    lists = [addresses, addresses[::-1], addresses[10:], addresses[:30]]
    threads = [threading.Thread(target=run, args=(each,)) for each in lists]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert problems == []
    assert Customer.objects.count() == Wallet.objects.count() == Event.objects.count() == 40
    assert sorted(address for each in told for address in each.new) == sorted(addresses)
    owners = {address: owner for each in told for address, owner in (each.new | each.found).items()}
    assert owners == dict(Customer.objects.values_list("email", "pk"))


@pytest.mark.django_db
@pytest.mark.benchmark
def test_three_thousand_in_three_seconds(store):
    people = [f"p{number}@example.com" for number in range(3000)]
    began = time.process_time()
    told = sign_up(store, *people)
    assert len(told.new) == 3000
    # Its own work; a machine that does nothing else waits little longer.
    assert time.process_time() - began < 3
