"""Background work of the ground floor: the outbox relay and the forgetting of what need not be kept."""

from datetime import timedelta

import structlog
from celery import shared_task
from django.conf import settings
from django.utils import timezone
from kombu.exceptions import OperationalError

from loyalty import outbox
from loyalty.models import IdempotencyKey, RefreshToken, Throttle

log = structlog.get_logger(__name__)
# Promised are 72; the nightly run comes when it comes.
KEEP_IDEMPOTENCY_KEYS = timedelta(hours=96)


@shared_task
def deliver_outbox() -> int:
    """Run the reactions that are due; give how many succeeded."""
    return outbox.deliver_due(at=timezone.now())


def wake_outbox() -> None:
    """Have the outbox looked at soon: by a worker, or at once in this process when embedded."""
    if settings.EMBEDDED:
        deliver_outbox()
        return
    try:
        deliver_outbox.delay()
    except OperationalError:
        # The change is committed and its news is in the outbox; beat looks there every few seconds anyway.
        log.warning("broker out of reach, outbox waits for the next beat")


@shared_task
def forget_old_keys() -> None:
    """Delete answered idempotency keys, refresh tokens and throttle windows whose time has passed."""
    now = timezone.now()
    IdempotencyKey.objects.filter(created_at__lt=now - KEEP_IDEMPOTENCY_KEYS).delete()
    RefreshToken.objects.filter(expires_at__lt=now).delete()
    Throttle.objects.filter(window_ends_at__lt=now).delete()
