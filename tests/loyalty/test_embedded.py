"""The beat of the embedded home: what is due runs, one failing task stops nothing."""

import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from celery.schedules import crontab

from loyalty import embedded, tasks
from loyalty.embedded import Beat


@pytest.fixture
def ran(monkeypatch):
    calls: list[str] = []

    def load(path):
        def task():
            calls.append(path)
            if path == "bad":
                raise ZeroDivisionError

        return task

    monkeypatch.setattr(embedded, "import_string", load)
    monkeypatch.setattr(embedded, "close_old_connections", lambda: None)
    return calls


def beat_of(**schedule):
    return Beat({name: {"task": name, "schedule": when} for name, when in schedule.items()})


def test_only_what_is_due_runs(ran):
    beat = beat_of(
        often=0.0,
        rarely=3600.0,
        yearly=crontab(month_of_year=1, day_of_month=1, hour=0, minute=0),
    )

    assert beat.tick(datetime.now(UTC)) == ["often"]
    assert ran == ["often"]


def test_what_ran_a_long_time_ago_is_due(ran):
    beat = beat_of(hourly=3600.0)
    beat._last_runs["hourly"] -= timedelta(hours=2)

    assert beat.tick(datetime.now(UTC)) == ["hourly"]
    assert beat.tick(datetime.now(UTC)) == []


def test_a_failing_task_does_not_stop_the_others(ran):
    beat = beat_of(bad=0.0, good=0.0)

    beat.tick(datetime.now(UTC))

    assert ran == ["bad", "good"]


def test_every_task_of_the_schedule_exists():
    from django.utils.module_loading import import_string

    for entry in embedded.app.conf.beat_schedule.values():
        assert callable(import_string(entry["task"]))


def test_the_thread_ends_when_told():
    beat = beat_of()
    beat.start()

    beat.stop()

    beat.join(timeout=5)
    assert not beat.is_alive()


@pytest.fixture
def beating(ran):
    """A beat with nothing on its schedule, at work."""
    beat = beat_of()
    beat.start()
    yield beat
    beat.stop()
    beat.wake()
    beat.join(timeout=5)


def test_waking_runs_the_outbox_at_once_and_in_the_beats_own_thread(ran, beating):
    assert embedded.wake_outbox()

    deadline = time.monotonic() + 5
    while not ran and time.monotonic() < deadline:
        time.sleep(0.01)
    assert ran == [embedded._OUTBOX_TASK]


def test_a_wake_during_a_run_is_not_lost(monkeypatch, ran):
    started, may_end = threading.Event(), threading.Event()
    runs: list[str] = []

    def run(path):
        runs.append(path)
        started.set()
        may_end.wait(5)

    monkeypatch.setattr(embedded, "_run", run)
    beat = beat_of()
    beat.start()
    beat.wake()
    assert started.wait(5)
    beat.wake()
    may_end.set()
    deadline = time.monotonic() + 5
    while len(runs) < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    beat.stop()
    beat.join(timeout=5)
    assert runs == [embedded._OUTBOX_TASK] * 2


def test_a_beat_that_has_ended_wakes_nobody(ran, monkeypatch):
    monkeypatch.setattr(Beat, "running", None)
    assert not embedded.wake_outbox()
    beat = beat_of()
    beat.start()
    beat.stop()
    beat.join(timeout=5)

    assert not embedded.wake_outbox()
    assert ran == []


@pytest.mark.django_db
def test_without_a_beat_the_outbox_is_looked_at_by_whoever_wakes_it(monkeypatch, settings):
    settings.EMBEDDED = True
    monkeypatch.setattr(Beat, "running", None)
    delivered: list[bool] = []
    monkeypatch.setattr(tasks, "deliver_outbox", lambda: delivered.append(True))

    tasks.wake_outbox()

    assert delivered == [True]
