"""Run the rows of an import: a group of rows to a transaction, their outcomes and the progress committed with them.

A row that fails is reported and leaves nothing behind; the others land. For that each row has a savepoint of its own,
or the group has one, where a kind of rows can do many at once and tell which it refuses; what the database refuses of
such a group is found by doing it row by row. A job that was killed loses the group at hand, whole, and is taken up
where it stopped: the same file handed in again skips the rows that have an outcome.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO, TypeAlias
from uuid import UUID

import structlog
from django.conf import settings
from django.core.files import File
from django.db import DatabaseError, IntegrityError, OperationalError

from loyalty import bulk, events
from loyalty.actors import Actor
from loyalty.imports import xml_stream
from loyalty.imports.xml_stream import BrokenFile, Layout, Node
from loyalty.models import ImportJob, ImportRow, Store
from loyalty.refusals import Refusal

log = structlog.get_logger(__name__)
_DIGEST_CHUNK = 1024 * 1024
# Rows to a transaction, more where they are done together, fewer when they are heavy (`Node.weight`).
GROUP_ROWS = 100
TOGETHER_ROWS = 500
GROUP_WEIGHT = 1_000_000
# A row with its place in the file.
NumberedRow: TypeAlias = tuple[int, Node]
# What does a row and gives the id of what it made or touched.
Act: TypeAlias = Callable[[Node], UUID]
# What does rows at once and gives, row by row, such an id or why it is not done.
ActTogether: TypeAlias = Callable[[Sequence[Node]], Sequence[UUID | Refusal]]


class BadRow(Refusal):
    """A row holds something that is not what its element is for."""

    code = "import.bad_row"
    message = "{reason}"


@dataclass(frozen=True)
class RowKind:
    """What the rows of one kind of import are: their layout, their name in reports, and the act they ask for.

    `act` gives the id of what it made or touched. It raises BadRow for what cannot be read and another Refusal for
    what the domain will not do. `act_together` does the same for many rows in few statements; where it raises,
    nothing of it counts and `act` does the rows.
    """

    name: str
    layout: Layout
    identify: Callable[[Node], str]
    act: Act
    act_together: ActTogether | None = None


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
    """Run every row that has no outcome yet, group by group.

    A group that the database fails is run again row by row: a wait of others for each other's rows ends so.
    Raises: OperationalError when the database fails at a single row; the rows done so far keep their outcome.
    Locks: the job, for the length of a group.
    """
    left = (row for row in enumerate(rows, start=1) if row[0] > job.processed)
    for group in _groups(left, longest=TOGETHER_ROWS if kind.act_together else GROUP_ROWS):
        try:
            _run_group(job, kind=kind, group=group)
        except DatabaseError:
            for row in group:
                _run_group(job, kind=kind, group=[row])


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


def _groups(rows: Iterable[NumberedRow], *, longest: int) -> Iterator[list[NumberedRow]]:
    """Cut the rows into groups that are neither long nor, in memory, large."""
    group: list[NumberedRow] = []
    weight = 0
    for row in rows:
        group.append(row)
        weight += row[1].weight
        if len(group) == longest or weight > GROUP_WEIGHT:
            yield group
            group, weight = [], 0
    if group:
        yield group


def _run_group(job: ImportJob, *, kind: RowKind, group: Sequence[NumberedRow]) -> None:
    with events.atomic():
        job.refresh_from_db(from_queryset=ImportJob.objects.select_for_update())
        # What has an outcome by now was done by another run of the same file.
        left = [(number, row) for number, row in group if number > job.processed]
        if not left:
            return
        outcomes = _attempt_together(job, kind, left) or [_attempt(job, kind, row) for row in left]
        bulk.create(outcomes)
        landed = sum(outcome.is_success for outcome in outcomes)
        job.processed = outcomes[-1].number
        job.succeeded += landed
        job.failed += len(outcomes) - landed
        job.save(update_fields=["processed", "succeeded", "failed"])


def _attempt_together(job: ImportJob, kind: RowKind, rows: Sequence[NumberedRow]) -> list[ImportRow] | None:
    """Do what some rows ask for, in one savepoint, and give their outcomes; None where that cannot be done at once."""
    if kind.act_together is None or len(rows) == 1:
        return None
    try:
        with events.atomic(savepoint=True):
            told = kind.act_together([row for _, row in rows])
    except OperationalError:
        raise
    except Exception:  # which row is at fault shows when each is done alone
        log.info("import group is done row by row", job=str(job.pk), first=rows[0][0], exc_info=True)
        return None
    outcomes = [_outcome(job, kind, row) for row in rows]
    for outcome, what in zip(outcomes, told, strict=True):
        _tell(outcome, what)
    return outcomes


def _attempt(job: ImportJob, kind: RowKind, row: NumberedRow) -> ImportRow:
    """Do what one row asks for, in a savepoint, and give its outcome, good or bad."""
    outcome = _outcome(job, kind, row)
    try:
        with events.atomic(savepoint=True):
            done = kind.act(row[1])
        _tell(outcome, done)
    except Refusal as refusal:
        _tell(outcome, refusal)
    except OperationalError:
        raise
    except IntegrityError:
        outcome.message = f"({job.filename}) Processing exception: It clashes with something already there."
    except Exception:  # a fault of ours in one row must not keep the others from landing
        log.exception("import row failed", job=str(job.pk), number=outcome.number)
        outcome.message = f"({job.filename}) Processing exception: Internal error."
    return outcome


def _outcome(job: ImportJob, kind: RowKind, row: NumberedRow) -> ImportRow:
    """Give the outcome of a row of which nothing is known yet."""
    return ImportRow(job=job, number=row[0], identifier=kind.identify(row[1])[:255], is_success=False)


def _tell(outcome: ImportRow, what: UUID | Refusal) -> None:
    """Write down what became of a row: the id of what it made or touched, or why it did not."""
    if isinstance(what, BadRow):
        outcome.message = f"Convert exception: {what}"[:500]
    elif isinstance(what, Refusal):
        outcome.message = f"({outcome.job.filename}) Processing exception: {what}"[:500]
    else:
        outcome.is_success, outcome.object_id = True, str(what)


def _digest(file: IO[bytes]) -> str:
    file.seek(0)
    digest = hashlib.sha256()
    while chunk := file.read(_DIGEST_CHUNK):
        digest.update(chunk)
    return digest.hexdigest()
