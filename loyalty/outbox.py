"""Deliver what the outbox owes: claim due rows, run their reactions, try failed ones again later.

A row is claimed under a row lock that other workers skip, so two workers never run it at once; a worker that dies
leaves it unclaimed. A reaction runs in a transaction together with the mark that it is done. One that sends something
runs without a transaction, because nobody may wait for the network while holding locks: its row is leased first, and
whoever dies while sending leaves a lease that runs out. Messages are sent when nothing else is due, and only for so
long, because a gateway that does not answer must not keep points from moving.
"""

from datetime import datetime, timedelta
from time import monotonic

import structlog
from django.db import connection
from django.utils.module_loading import import_string

from loyalty import events, reactions
from loyalty.models import OutboxMessage

log = structlog.get_logger(__name__)
# How long a sender has the row for itself: longer than any gateway is waited for.
_LEASE = timedelta(minutes=5)
# How long one call sends messages; the rest is sent by the next.
_SENDING_SECONDS = 30.0
# Waits between attempts: about three days in all (reliability rule on webhooks and reactions).
_WAITS_MINUTES = (1, 5, 30, 120, 360, 720, 1440, 1440)


def deliver_due(*, at: datetime, limit: int = 100) -> int:
    """Run up to `limit` reactions that are due and give how many succeeded.

    Idempotent: a reaction and its done mark commit together; a sending one may be repeated after a crash.
    Locks: one outbox row at a time, skipping locked ones.
    """
    delivered, began = 0, monotonic()
    for _ in range(limit):
        passed = monotonic() - began
        # The time goes on while messages are sent: a lease is counted from when its own row was taken.
        outcome = _deliver_next(at=at + timedelta(seconds=passed), may_send=passed < _SENDING_SECONDS)
        if outcome is None:
            break
        delivered += outcome
    return delivered


def _deliver_next(*, at: datetime, may_send: bool) -> int | None:
    """Deliver the oldest due row: 1 when its reaction succeeded, 0 when it failed, None when nothing is due."""
    message: OutboxMessage | None = None
    try:
        with events.atomic():
            message = _claim(at=at, may_send=may_send)
            if message is None:
                return None
            is_sending = reactions.is_sending(message.event.type, message.reaction)
            if is_sending:
                message.due_at = at + _LEASE
                message.save(update_fields=["due_at"])
            else:
                import_string(message.reaction)(message.event)
                _mark_done(message, at=at)
        if is_sending:
            import_string(message.reaction)(message.event)
            _mark_done(message, at=at)
        return 1
    except Exception as error:  # a failing reaction must not stop the others; it is logged and tried again
        log.exception("reaction failed", outbox_id=message.pk if message else None)
        if message is not None:
            _put_off(message, error=error, at=at)
        return 0


def _mark_done(message: OutboxMessage, *, at: datetime) -> None:
    message.done_at = at
    message.save(update_fields=["done_at"])


def _claim(*, at: datetime, may_send: bool) -> OutboxMessage | None:
    """Lock the oldest due row; one that sends only when no other is due."""
    due = OutboxMessage.objects.filter(done_at__isnull=True, due_at__lte=at).order_by("due_at", "id")
    if connection.features.has_select_for_update_skip_locked:
        due = due.select_for_update(skip_locked=True, of=("self",))
    due = due.select_related("event")
    senders = reactions.all_sending()
    message = due.exclude(reaction__in=senders).first() if senders else due.first()
    return due.filter(reaction__in=senders).first() if message is None and senders and may_send else message


def _put_off(message: OutboxMessage, *, error: Exception, at: datetime) -> None:
    """Have a failed reaction run again later. A message that could not be sent for days is given up: it is stale."""
    is_given_up = message.attempts >= len(_WAITS_MINUTES) and reactions.is_sending(
        message.event.type, message.reaction
    )
    wait = _WAITS_MINUTES[min(message.attempts, len(_WAITS_MINUTES) - 1)]
    message.attempts += 1
    message.due_at = at + timedelta(minutes=wait)
    message.done_at = at if is_given_up else None
    message.last_error = type(error).__name__
    message.save(update_fields=["attempts", "due_at", "done_at", "last_error"])
