"""Deliver what the outbox owes: claim due rows, run their reactions, try failed ones again later.

A row is claimed under a row lock that other workers skip, so two workers never run it at once; a worker that dies
leaves it unclaimed. A reaction runs in a transaction together with the mark that it is done.
"""

from datetime import datetime, timedelta

import structlog
from django.db import connection
from django.utils.module_loading import import_string

from loyalty import events
from loyalty.models import OutboxMessage

log = structlog.get_logger(__name__)
# Waits between attempts: about three days in all (reliability rule on webhooks and reactions).
_WAITS_MINUTES = (1, 5, 30, 120, 360, 720, 1440, 1440)


def deliver_due(*, at: datetime, limit: int = 100) -> int:
    """Run up to `limit` reactions that are due and give how many succeeded.

    Idempotent: a reaction and its done mark commit together.   Locks: one outbox row at a time, skipping locked ones.
    """
    delivered = 0
    for _ in range(limit):
        outcome = _deliver_next(at=at)
        if outcome is None:
            break
        delivered += outcome
    return delivered


def _deliver_next(*, at: datetime) -> int | None:
    """Deliver the oldest due row: 1 when its reaction succeeded, 0 when it failed, None when nothing is due."""
    message_id: int | None = None
    try:
        with events.atomic():
            message = _claim(at=at)
            if message is None:
                return None
            message_id = message.pk
            import_string(message.reaction)(message.event)
            message.done_at = at
            message.save(update_fields=["done_at"])
            return 1
    except Exception as error:  # a failing reaction must not stop the others; it is logged and tried again
        log.exception("reaction failed", outbox_id=message_id)
        if message_id is not None:
            _put_off(message_id, error=error, at=at)
        return 0


def _claim(*, at: datetime) -> OutboxMessage | None:
    due = OutboxMessage.objects.filter(done_at__isnull=True, due_at__lte=at).order_by("due_at", "id")
    if connection.features.has_select_for_update_skip_locked:
        due = due.select_for_update(skip_locked=True, of=("self",))
    return due.select_related("event").first()


def _put_off(message_id: int, *, error: Exception, at: datetime) -> None:
    message = OutboxMessage.objects.get(pk=message_id)
    wait = _WAITS_MINUTES[min(message.attempts, len(_WAITS_MINUTES) - 1)]
    message.attempts += 1
    message.due_at = at + timedelta(minutes=wait)
    message.last_error = type(error).__name__
    message.save(update_fields=["attempts", "due_at", "last_error"])
