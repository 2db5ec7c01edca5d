"""Background work of the ground floor: the outbox relay, handed-in files, the forgetting of what need not be kept."""

from datetime import timedelta
from threading import Thread
from uuid import UUID

import structlog
from celery import shared_task
from django.conf import settings
from django.core.cache import cache
from django.db import connections, transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from loyalty import embedded, outbox, tallies
from loyalty.imports import kinds
from loyalty.models import IdempotencyKey, ImportJob, OneTimeCode, RefreshToken, Throttle

log = structlog.get_logger(__name__)
# Promised to whoever repeats a write; what the nightly run finds younger stays until the next.
KEEP_IDEMPOTENCY_KEYS = timedelta(hours=96)
_REMEMBER_PROGRESS_SECONDS = 600


@shared_task
def deliver_outbox() -> int:
    """Run the reactions that are due; give how many succeeded."""
    return outbox.deliver_due(at=timezone.now())


def wake_outbox() -> None:
    """Have the outbox looked at soon: by a worker; when embedded by this process's beat, or at once without one."""
    if settings.EMBEDDED:
        if not embedded.wake_outbox():
            deliver_outbox()
        return
    try:
        deliver_outbox.delay()
    except OperationalError:
        # The change is committed and its news is in the outbox; beat looks there every few seconds anyway.
        log.warning("broker out of reach, outbox waits for the next beat")


@shared_task
def work_through_import(job_id: str) -> None:
    """Work through a file that was handed in."""
    job = ImportJob.objects.select_related("store").get(pk=UUID(job_id))
    kinds.work_through(job, at=timezone.now())


def start_import(job: ImportJob) -> None:
    """Have a handed-in file worked through soon: by a worker, or by a thread of this process when embedded."""
    job_id = str(job.pk)
    if settings.EMBEDDED:
        transaction.on_commit(lambda: Thread(target=_run_in_thread, args=(job_id,), daemon=True).start())
    else:
        transaction.on_commit(lambda: work_through_import.delay(job_id))


def _run_in_thread(job_id: str) -> None:
    try:
        work_through_import(job_id)
    finally:
        connections.close_all()


@shared_task
def take_up_imports() -> int:
    """Start again the imports that have not moved since the last look: who worked on them is gone. Give how many.

    Nothing happens twice where one was only slow: of two runs of a file, each leaves out what the other has done.
    """
    taken_up = 0
    for job in ImportJob.objects.exclude(state=ImportJob.State.DONE).exclude(file=""):
        key = f"import:{job.pk}"
        if cache.get(key) == job.processed:
            log.info("import taken up", job=str(job.pk), processed=job.processed)
            start_import(job)
            taken_up += 1
        cache.set(key, job.processed, timeout=_REMEMBER_PROGRESS_SECONDS)
    return taken_up


@shared_task
def add_up_tallies() -> int:
    """Put the lines together from which numbers of rows are read; give how many went."""
    return sum(tallies.add_up(tally) for tally in tallies.every_tally())


@shared_task
def verify_tallies() -> int:
    """Count everything that has a tally, put right what is not so, and give how many numbers were wrong."""
    drifts = [drift for tally in tallies.every_tally() for drift in tallies.mend(tally)]
    for drift in drifts:
        log.error("tally drifted and was mended", drift=str(drift))
    return len(drifts)


@shared_task
def forget_old_keys() -> None:
    """Delete answered idempotency keys, refresh tokens, codes and throttle windows whose time has passed."""
    now = timezone.now()
    IdempotencyKey.objects.filter(created_at__lt=now - KEEP_IDEMPOTENCY_KEYS).delete()
    OneTimeCode.objects.filter(expires_at__lt=now).delete()
    RefreshToken.objects.filter(expires_at__lt=now).delete()
    Throttle.objects.filter(window_ends_at__lt=now).delete()
