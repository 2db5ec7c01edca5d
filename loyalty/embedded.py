"""Background work without Redis: one thread of the serving process keeps the beat of `loyalty.celery`.

Production has a worker and a beat for this. Every task bears being run twice and being killed, so nothing is lost
when the process ends in the middle of one.
"""

import threading
from datetime import UTC, datetime
from typing import Any

import structlog
from celery.schedules import maybe_schedule
from django.db import close_old_connections
from django.utils.module_loading import import_string

from loyalty.celery import app

log = structlog.get_logger(__name__)
_LOOK_EVERY_SECONDS = 1.0


class Beat(threading.Thread):
    """Runs each entry of the beat schedule when it is due, one after the other."""

    def __init__(self) -> None:
        super().__init__(name="beat", daemon=True)
        self._stopping = threading.Event()
        started = datetime.now(UTC)
        self._last_runs: dict[str, datetime] = dict.fromkeys(app.conf.beat_schedule, started)

    def run(self) -> None:
        while not self._stopping.wait(_LOOK_EVERY_SECONDS):
            self.tick(datetime.now(UTC))

    def stop(self) -> None:
        """End the thread before its next look."""
        self._stopping.set()

    def tick(self, at: datetime) -> list[str]:
        """Run what is due and give the names of the entries that ran."""
        due = [name for name, entry in app.conf.beat_schedule.items() if self._is_due(name, entry)]
        for name in due:
            self._last_runs[name] = at
            _run(app.conf.beat_schedule[name]["task"])
        return due

    def _is_due(self, name: str, entry: dict[str, Any]) -> bool:
        schedule: Any = maybe_schedule(entry["schedule"])
        return bool(schedule.is_due(self._last_runs[name]).is_due)


def _run(path: str) -> None:
    close_old_connections()
    try:
        import_string(path)()
    except Exception:  # one failing task must not stop the beat; it is due again soon
        log.exception("task failed", task=path)
    finally:
        close_old_connections()
