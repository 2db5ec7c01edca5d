"""Background work of the orders floor: files of purchases that staff hand in."""

from threading import Thread
from uuid import UUID

from celery import shared_task
from django.conf import settings
from django.db import connections, transaction
from django.utils import timezone

from loyalty.actors import Actor, ActorKind
from loyalty.imports import jobs
from loyalty.models import ImportJob
from orders.api.open_loyalty.xml_rows import purchase_rows


@shared_task
def import_handed_in_purchases(job_id: str) -> None:
    """Work through a file of purchases that was handed in."""
    job = ImportJob.objects.select_related("store").get(pk=UUID(job_id))
    now = timezone.now()
    actor = Actor(kind=ActorKind(job.actor_kind), id=job.actor_id)
    jobs.work_through(job, kind=purchase_rows(job.store, actor=actor, at=now), at=now)


def start_import(job: ImportJob) -> None:
    """Have a handed-in file worked through soon: by a worker, or by a thread of this process when embedded."""
    job_id = str(job.pk)
    if settings.EMBEDDED:
        transaction.on_commit(lambda: Thread(target=_run_in_thread, args=(job_id,), daemon=True).start())
    else:
        transaction.on_commit(lambda: import_handed_in_purchases.delay(job_id))


def _run_in_thread(job_id: str) -> None:
    try:
        import_handed_in_purchases(job_id)
    finally:
        connections.close_all()
