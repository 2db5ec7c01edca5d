"""Run the rows of an import: each row its own transaction, its outcome and the progress committed with it.

A row that fails is reported and leaves nothing behind; the others land. A job that was killed is taken up where it
stopped: the same file handed in again skips the rows that have an outcome.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import IO
from uuid import UUID

import structlog
from django.conf import settings
from django.core.files import File
from django.db import IntegrityError, OperationalError

from loyalty import events
from loyalty.actors import Actor
from loyalty.imports import xml_stream
from loyalty.imports.xml_stream import BrokenFile, Layout, Node
from loyalty.models import ImportJob, ImportRow, Store
from loyalty.refusals import Refusal

log = structlog.get_logger(__name__)
_DIGEST_CHUNK = 1024 * 1024


class BadRow(Refusal):
    """A row holds something that is not what its element is for."""

    code = "import.bad_row"
    message = "{reason}"


@dataclass(frozen=True)
class RowKind:
    """What the rows of one kind of import are: their layout, their name in reports, and the act they ask for.

    `act` gives the id of what it made or touched. It raises BadRow for what cannot be read and another Refusal for
    what the domain will not do.
    """

    name: str
    layout: Layout
    identify: Callable[[Node], str]
    act: Callable[[Node], UUID]


def import_xml(
    store: Store, *, kind: RowKind, file: IO[bytes], filename: str, size: int, actor: Actor, at: datetime
) -> ImportJob:
    """Import an XML file row by row and give the finished job.

    Raises: BrokenFile before any row is touched, when the file as a whole is too large, broken or hostile.
    Idempotent: per row; the same file handed in again resumes an unfinished job.
    """
    if size > settings.IMPORT_MAX_BYTES:
        raise BrokenFile(reason=f"The file is larger than {settings.IMPORT_MAX_BYTES} bytes.")
    total = xml_stream.check(file, layout=kind.layout)
    job = _open_job(store, kind=kind.name, filename=filename, digest=_digest(file), total=total, actor=actor)
    run_rows(job, kind=kind, rows=xml_stream.rows(file, layout=kind.layout))
    return close_job(job, at=at)


def hand_in(store: Store, *, kind: RowKind, file: "File[bytes]", filename: str, actor: Actor) -> ImportJob:
    """Check a file and keep it with its job, to be worked through in the background; give the waiting job.

    Raises: BrokenFile when the file as a whole is too large, broken or hostile; nothing is kept then.
    Idempotent: the same file handed in again gives the job that is not finished.
    """
    if file.size > settings.IMPORT_MAX_BYTES:
        raise BrokenFile(reason=f"The file is larger than {settings.IMPORT_MAX_BYTES} bytes.")
    total = xml_stream.check(file, layout=kind.layout)
    job = _open_job(store, kind=kind.name, filename=filename, digest=_digest(file), total=total, actor=actor)
    if not job.file:
        file.seek(0)
        job.file.save(f"{job.pk}.xml", file)
    return job


def work_through(job: ImportJob, *, kind: RowKind, at: datetime) -> ImportJob:
    """Run the rows of a job's kept file that have no outcome yet, and let go of the file.

    Idempotent: a finished job stays as it is; a killed run is taken up where it stopped.
    """
    if job.state == ImportJob.State.DONE:
        return job
    with job.file.open("rb") as file:
        run_rows(job, kind=kind, rows=xml_stream.rows(file, layout=kind.layout))
    close_job(job, at=at)
    job.file.delete()
    return job


def run_rows(job: ImportJob, *, kind: RowKind, rows: Iterable[Node]) -> None:
    """Run every row that has no outcome yet.

    Raises: OperationalError when the database fails; the rows done so far keep their outcome.
    Locks: the job, for the length of one row.
    """
    for number, row in enumerate(rows, start=1):
        if number > job.processed:
            _run_row(job, kind=kind, number=number, row=row)


def close_job(job: ImportJob, *, at: datetime) -> ImportJob:
    """Mark a job whose rows all have an outcome as done."""
    job.state = ImportJob.State.DONE
    job.finished_at = at
    job.save(update_fields=["state", "finished_at"])
    return job


def outcomes(job: ImportJob) -> Iterator[ImportRow]:
    """Give the outcomes of a job's rows in the order of the file, a page at a time."""
    return job.rows.order_by("number").iterator(chunk_size=1000)


def _open_job(store: Store, *, kind: str, filename: str, digest: str, total: int, actor: Actor) -> ImportJob:
    job, _ = ImportJob.objects.exclude(state=ImportJob.State.DONE).get_or_create(
        store=store,
        kind=kind,
        digest=digest,
        defaults={
            "filename": filename[:255],
            "state": ImportJob.State.RUNNING,
            "total": total,
            "actor_kind": actor.kind,
            "actor_id": actor.id,
        },
    )
    return job


def _run_row(job: ImportJob, *, kind: RowKind, number: int, row: Node) -> None:
    with events.atomic():
        job.refresh_from_db(from_queryset=ImportJob.objects.select_for_update())
        if job.processed >= number:
            return  # another run of the same file was faster
        outcome = _attempt(job, kind=kind, number=number, row=row)
        outcome.save(force_insert=True)
        job.processed = number
        job.succeeded += outcome.is_success
        job.failed += not outcome.is_success
        job.save(update_fields=["processed", "succeeded", "failed"])


def _attempt(job: ImportJob, *, kind: RowKind, number: int, row: Node) -> ImportRow:
    """Do what one row asks for, in a savepoint, and give its outcome, good or bad."""
    outcome = ImportRow(job=job, number=number, identifier=kind.identify(row)[:255], is_success=False)
    where = f"({job.filename})"
    try:
        with events.atomic(savepoint=True):
            outcome.object_id = str(kind.act(row))
        outcome.is_success = True
    except BadRow as refusal:
        outcome.message = f"Convert exception: {refusal}"[:500]
    except Refusal as refusal:
        outcome.message = f"{where} Processing exception: {refusal}"[:500]
    except OperationalError:
        raise
    except IntegrityError:
        outcome.message = f"{where} Processing exception: It clashes with something already there."
    except Exception:  # a fault of ours in one row must not keep the others from landing
        log.exception("import row failed", job=str(job.pk), number=number)
        outcome.message = f"{where} Processing exception: Internal error."
    return outcome


def _digest(file: IO[bytes]) -> str:
    file.seek(0)
    digest = hashlib.sha256()
    while chunk := file.read(_DIGEST_CHUNK):
        digest.update(chunk)
    return digest.hexdigest()
