"""Background work of the ground floor: the outbox relay and the forgetting of what need not be kept."""

from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from loyalty import outbox
from loyalty.models import IdempotencyKey, RefreshToken, Throttle

KEEP_IDEMPOTENCY_KEYS = timedelta(hours=72)


@shared_task
def deliver_outbox() -> int:
    """Run the reactions that are due; give how many succeeded."""
    return outbox.deliver_due(at=timezone.now())


def wake_outbox() -> None:
    """Have the outbox looked at soon: by a worker, or at once in this process when embedded."""
    if settings.EMBEDDED:
        deliver_outbox()
    else:
        deliver_outbox.delay()


@shared_task
def forget_old_keys() -> None:
    """Delete answered idempotency keys, refresh tokens and throttle windows whose time has passed."""
    now = timezone.now()
    IdempotencyKey.objects.filter(created_at__lt=now - KEEP_IDEMPOTENCY_KEYS).delete()
    RefreshToken.objects.filter(expires_at__lt=now).delete()
    Throttle.objects.filter(window_ends_at__lt=now).delete()
