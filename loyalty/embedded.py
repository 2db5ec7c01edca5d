"""Background work without Redis: one thread of the serving process keeps the beat of `loyalty.celery`.

Production has a worker and a beat for this. Every task bears being run twice and being killed, so nothing is lost
when the process ends in the middle of one.
"""

import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar

import structlog
from celery.schedules import BaseSchedule, maybe_schedule
from django.db import close_old_connections
from django.utils.module_loading import import_string

from loyalty.celery import app

log = structlog.get_logger(__name__)
_LOOK_EVERY_SECONDS = 1.0
_OUTBOX_TASK = "loyalty.tasks.deliver_outbox"


class Beat(threading.Thread):
    """Runs each entry of the beat schedule when it is due, one after the other."""

    # The beat of this process, if it keeps one.
    running: ClassVar["Beat | None"] = None

    def __init__(self, schedule: Mapping[str, Mapping[str, Any]] | None = None) -> None:
        super().__init__(name="beat", daemon=True)
        self._schedule = dict(app.conf.beat_schedule if schedule is None else schedule)
        self._stopping = threading.Event()
        self._waking = threading.Event()
        self._last_runs = dict.fromkeys(self._schedule, datetime.now(UTC))

    def run(self) -> None:
        Beat.running = self
        while not self._stopping.is_set():
            if self._waking.wait(_LOOK_EVERY_SECONDS):
                self._waking.clear()
                _run(_OUTBOX_TASK)
            self.tick(datetime.now(UTC))

    def wake(self) -> None:
        """Have the outbox looked at now instead of at the next beat."""
        self._waking.set()

    def stop(self) -> None:
        """End the thread before its next look."""
        self._stopping.set()

    def tick(self, at: datetime) -> list[str]:
        """Run what is due and give the names of the entries that ran."""
        due = [name for name in self._schedule if self._is_due(name)]
        for name in due:
            self._last_runs[name] = at
            _run(self._schedule[name]["task"])
        return due

    def _is_due(self, name: str) -> bool:
        schedule = maybe_schedule(self._schedule[name]["schedule"])
        assert isinstance(schedule, BaseSchedule)
        return bool(schedule.is_due(self._last_runs[name]).is_due)


def wake_outbox() -> bool:
    """Have the beat of this process look at the outbox at once; tell whether there is a beat."""
    beat = Beat.running
    if beat is None or not beat.is_alive():
        return False
    beat.wake()
    return True


def _run(path: str) -> None:
    close_old_connections()
    try:
        import_string(path)()
    except Exception:  # one failing task must not stop the beat; it is due again soon
        log.exception("task failed", task=path)
    finally:
        close_old_connections()
