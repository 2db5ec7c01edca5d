"""Batches that are added at once, and those that wait for the outbox."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from customers import erasure
from customers.models import Customer
from customers.refusals import CustomerDeleted
from loyalty import outbox
from loyalty.actors import SYSTEM, Actor, ActorKind
from loyalty.models import Event, OutboxMessage
from loyalty.refusals import InvalidInput
from tests.factories import make_customer
from tests.wallet.ledgers import sums
from wallet import batches
from wallet.ledger.refusals import InvalidPoints
from wallet.models import PointsTransfer, QueuedBatch

pytestmark = pytest.mark.django_db
PARTNER = Actor(kind=ActorKind.TOKEN, id="5f0c2f6e-0d8b-4b3f-9d0e-111111111111", name="shop")


@pytest.fixture
def alice(store):
    return make_customer(store, "alice", last_name="Marker", email="alice@example.com")


def terms(amount="10", **fields):
    return batches.Terms(amount=Decimal(amount), source="test", **fields)


def deliver():
    return outbox.deliver_due(at=timezone.now())


def test_a_batch_is_added_with_everything_it_says(alice):
    expires_at = timezone.now() + timedelta(days=9)
    said = {"order_number": "o-1", "venue": "north", "comment": "gift card", "extra": {"a": 1}}
    batch = batches.add(
        alice, terms(price=Decimal("4.50"), expires_at=expires_at, **said), at=timezone.now(), actor=PARTNER
    )
    batch.refresh_from_db()
    assert {name: getattr(batch, name) for name in said} == said
    assert (batch.value, batch.price) == (Decimal(10), Decimal("4.50"))
    assert (batch.expires_at, batch.issuer) == (expires_at, "api")


def test_nothing_is_handed_in_for_somebody_who_was_deleted_since_the_caller_looked(alice):
    erasure.delete(Customer.objects.get(pk=alice.pk), at=timezone.now(), actor=SYSTEM)
    with pytest.raises(CustomerDeleted):
        batches.queue(alice, terms(comment="for Alice Marker"), at=timezone.now(), actor=PARTNER)
    assert not QueuedBatch.objects.exists()
    assert not OutboxMessage.objects.filter(event__type="batch.queued").exists()


def test_without_a_last_moment_it_never_expires(alice):
    assert alice.store.programme.points_days_active_count
    assert batches.add(alice, terms(), at=timezone.now(), actor=PARTNER).expires_at is None


def test_what_is_handed_in_arrives_once_under_its_id(alice):
    expires_at = timezone.now() + timedelta(days=9)
    said = {"order_number": "o-1", "venue": "north", "comment": "gift card", "extra": {"a": 1}}
    batch_id = batches.queue(
        alice, terms(price=Decimal(4), expires_at=expires_at, **said), at=timezone.now(), actor=PARTNER
    )
    assert sums(alice) == {}
    assert deliver() == 1
    assert deliver() == 0
    assert sums(alice) == {"available": "10.00", "earned": "10.00"}
    batch = PointsTransfer.objects.get(pk=batch_id)
    assert {name: getattr(batch, name) for name in said} == said
    assert (batch.price, batch.expires_at, batch.issuer) == (Decimal(4), expires_at, "api")
    assert not QueuedBatch.objects.exists()


def test_the_event_says_nothing_that_the_caller_wrote(alice):
    batch_id = batches.queue(alice, terms(comment="Alice"), at=timezone.now(), actor=PARTNER)
    assert Event.objects.get().payload == {"batch_id": str(batch_id), "points": "10"}


def test_a_reaction_that_runs_twice_adds_once(alice):
    batches.queue(alice, terms(), at=timezone.now(), actor=PARTNER)
    deliver()
    OutboxMessage.objects.update(done_at=None)
    assert deliver() == 1
    assert sums(alice) == {"available": "10.00", "earned": "10.00"}


def test_a_failure_on_the_way_leaves_the_batch_waiting(alice, monkeypatch):
    batches.queue(alice, terms(), at=timezone.now(), actor=PARTNER)
    with monkeypatch.context() as patch:
        patch.setattr(QueuedBatch, "delete", lambda self: 1 / 0)
        assert deliver() == 0
    assert sums(alice) == {}
    assert QueuedBatch.objects.count() == 1
    assert outbox.deliver_due(at=timezone.now() + timedelta(hours=1)) == 1
    assert sums(alice) == {"available": "10.00", "earned": "10.00"}


@pytest.mark.parametrize("verb", [batches.add, batches.queue])
@pytest.mark.parametrize("amount", ["0", "-1", "0.001", "NaN", "1e30"])
def test_no_batch_of_an_impossible_amount(alice, verb, amount):
    with pytest.raises(InvalidPoints):
        verb(alice, terms(amount), at=timezone.now(), actor=SYSTEM)
    assert not QueuedBatch.objects.exists()
    assert sums(alice) == {}


@pytest.mark.parametrize("verb", [batches.add, batches.queue])
def test_no_batch_that_has_expired_already(alice, verb):
    now = timezone.now()
    with pytest.raises(InvalidInput):
        verb(alice, terms(expires_at=now), at=now, actor=SYSTEM)
    assert not QueuedBatch.objects.exists()
    assert sums(alice) == {}


def test_one_that_expires_while_it_waits_is_no_use(alice):
    now = timezone.now()
    earlier = now - timedelta(minutes=5)
    batches.queue(alice, terms(expires_at=now - timedelta(minutes=1)), at=earlier, actor=SYSTEM)
    assert deliver() == 1
    batch = PointsTransfer.objects.get()
    assert batch.wallet.next_change_at == batch.expires_at


def test_nothing_arrives_for_a_deleted_customer(alice):
    batches.queue(alice, terms(), at=timezone.now(), actor=SYSTEM)
    erasure.delete(alice, at=timezone.now(), actor=SYSTEM)
    assert not QueuedBatch.objects.exists()
    while deliver():
        pass
    assert not PointsTransfer.objects.exists()


def test_what_arrives_for_an_anonymised_customer_is_nameless(alice):
    batches.queue(
        alice, terms(comment="for Marker", extra={"to": "alice@example.com"}), at=timezone.now(), actor=SYSTEM
    )
    erasure.anonymize(alice, at=timezone.now(), actor=SYSTEM)
    while deliver():
        pass
    batch = PointsTransfer.objects.get()
    assert "Marker" not in batch.comment
    assert "alice" not in batch.extra["to"]
