"""The outbox: what is owed runs once, in its transaction or, when it sends, outside of any; failures come again."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction

from loyalty import outbox, reactions
from loyalty.models import Event, OutboxMessage, Throttle
from tests.factories import NOON

ran: list[str] = []
_gate = threading.Event()


def work(event):
    """A reaction that writes."""
    assert connection.in_atomic_block
    Throttle.objects.create(key=f"worked {event.pk}", window_ends_at=NOON)
    ran.append("work")
    if event.payload.get("fails"):
        raise ZeroDivisionError


def send(event):
    """A reaction that talks to the outside world."""
    assert not connection.in_atomic_block
    ran.append("send")
    if event.payload.get("fails"):
        raise ConnectionError("alice@example.com")


def send_slowly(event):
    """A reaction that waits for the outside world until the test lets it go."""
    ran.append("send_slowly")
    _gate.wait(10)


def die(event):
    """A reaction in the middle of which the process ends."""
    ran.append("die")
    raise SystemExit


@pytest.fixture(autouse=True)
def _table(monkeypatch):
    ran.clear()
    _gate.clear()
    here = __name__
    monkeypatch.setattr(reactions, "LATER", {"test.worked": (f"{here}.work",)})
    senders = {name: (f"{here}.{name}",) for name in ("send", "send_slowly", "die")}
    monkeypatch.setattr(reactions, "SENDING", {f"test.{name}": path for name, path in senders.items()})


def owe(event_type, *, due_at=NOON, **payload):
    event = Event.objects.create(
        type=event_type, subject_kind="t", actor_kind="s", payload=payload, occurred_at=NOON
    )
    (path,) = reactions.later(event_type)
    return OutboxMessage.objects.create(event=event, reaction=path, due_at=due_at)


def state(message):
    message.refresh_from_db()
    return message.done_at, message.due_at, message.attempts, message.last_error


@pytest.mark.django_db(transaction=True)
class TestWorking:
    def test_a_reaction_runs_once_in_a_transaction(self):
        message = owe("test.worked")
        assert outbox.deliver_due(at=NOON) == 1
        assert outbox.deliver_due(at=NOON) == 0
        assert ran == ["work"]
        assert state(message)[0] is not None

    def test_a_failing_one_is_undone_and_comes_again_later(self):
        message = owe("test.worked", fails=True)
        assert outbox.deliver_due(at=NOON) == 0
        assert not Throttle.objects.exists()
        done_at, due_at, attempts, error = state(message)
        assert (done_at, attempts, error) == (None, 1, "ZeroDivisionError")
        assert NOON + timedelta(seconds=59) < due_at < NOON + timedelta(seconds=70)

    def test_a_failing_one_does_not_stop_the_others(self):
        owe("test.worked", fails=True)
        owe("test.worked")
        assert outbox.deliver_due(at=NOON) == 1
        assert ran == ["work", "work"]

    def test_what_must_be_done_is_tried_for_ever(self):
        message = owe("test.worked", fails=True)
        OutboxMessage.objects.update(attempts=50)
        outbox.deliver_due(at=NOON)
        assert state(message)[0] is None


@pytest.mark.django_db(transaction=True)
class TestSending:
    def test_no_transaction_is_open_while_a_message_is_sent(self):
        message = owe("test.send")
        assert outbox.deliver_due(at=NOON) == 1
        assert ran == ["send"]
        assert state(message)[0] is not None

    def test_a_failing_one_is_put_off_longer_each_time(self):
        message, at, waits = owe("test.send", fails=True), NOON, []
        for _ in range(3):
            assert outbox.deliver_due(at=at) == 0
            due_at = state(message)[1]
            waits.append(round((due_at - at) / timedelta(minutes=1)))
            at = due_at
        assert waits == [1, 5, 30]
        assert state(message)[3] == "ConnectionError"

    def test_after_three_days_a_message_is_stale_and_given_up(self):
        message, at = owe("test.send", fails=True), NOON
        while state(message)[0] is None:
            outbox.deliver_due(at=at)
            at = max(at, state(message)[1])
        assert len(ran) == 9
        assert timedelta(days=2) < state(message)[0] - NOON < timedelta(days=4)

    def test_whoever_dies_while_sending_leaves_a_lease_that_runs_out(self):
        message = owe("test.die")
        with pytest.raises(SystemExit):
            outbox.deliver_due(at=NOON)
        done_at, due_at, attempts, _ = state(message)
        assert (done_at, attempts) == (None, 0)
        assert due_at >= NOON + timedelta(minutes=5)
        assert outbox.deliver_due(at=NOON + timedelta(minutes=4)) == 0
        with pytest.raises(SystemExit):
            outbox.deliver_due(at=NOON + timedelta(minutes=6))
        assert ran == ["die", "die"]

    def test_two_workers_do_not_send_the_same_message(self):
        owe("test.send_slowly")

        def deliver(_):
            try:
                return outbox.deliver_due(at=NOON)
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as pool:
            first = pool.submit(deliver, 1)
            while not ran:
                assert not first.done()
            assert pool.submit(deliver, 2).result(timeout=10) == 0
            _gate.set()
            assert first.result(timeout=10) == 1
        assert ran == ["send_slowly"]

    def test_nothing_is_locked_while_a_message_is_sent(self):
        message = owe("test.send_slowly")

        def deliver():
            try:
                outbox.deliver_due(at=NOON)
            finally:
                connection.close()

        sender = threading.Thread(target=deliver)
        sender.start()
        try:
            while not ran:
                assert sender.is_alive()
            with transaction.atomic():
                assert OutboxMessage.objects.select_for_update().get(pk=message.pk).done_at is None
                Throttle.objects.create(key="written meanwhile", window_ends_at=NOON)
        finally:
            _gate.set()
            sender.join(10)

    def test_work_comes_before_messages_however_old_they_are(self):
        owe("test.send", due_at=NOON - timedelta(hours=1))
        owe("test.worked")
        assert outbox.deliver_due(at=NOON) == 2
        assert ran == ["work", "send"]

    def test_sending_ends_when_its_time_is_up_and_goes_on_with_the_next_call(self, monkeypatch):
        for _ in range(3):
            owe("test.send")
        clock = iter([0.0, 0.0, 31.0])
        monkeypatch.setattr(outbox, "monotonic", lambda: next(clock))
        owe("test.worked")
        assert outbox.deliver_due(at=NOON) == 1
        assert ran == ["work"]
        monkeypatch.setattr(outbox, "monotonic", time.monotonic)
        assert outbox.deliver_due(at=NOON) == 3
