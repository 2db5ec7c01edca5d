"""The kinds of rows that a file may be handed in with, as `loyalty.reactions.IMPORTS` names them.

Every kind takes the same way: the file is checked and kept, a task works through it, its page shows the progress.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.core.files import File
from django.utils.module_loading import import_string

from loyalty import reactions
from loyalty.access import Access, permissions_of
from loyalty.actors import Actor, ActorKind
from loyalty.imports import jobs
from loyalty.imports.jobs import RowKind
from loyalty.models import ImportJob, Store


@dataclass(frozen=True)
class ImportKind:
    """A kind of rows: the area of rights that it belongs to, and what reads and does them."""

    name: str
    resource: str
    rows: Callable[..., RowKind]

    def permissions(self, access: Access) -> frozenset[str]:
        """Give the permissions that seeing such imports, or handing in such files, asks for."""
        return permissions_of(self.resource, access)


def kind_named(name: str) -> ImportKind:
    """Give a kind by its name.

    Raises: KeyError.
    """
    resource, path = reactions.IMPORTS[name]
    return ImportKind(name=name, resource=resource, rows=cast(Callable[..., RowKind], import_string(path)))


def all_kinds() -> list[ImportKind]:
    """Give every kind there is."""
    return [kind_named(name) for name in reactions.IMPORTS]


def hand_in(
    store: Store, *, kind: ImportKind, file: "File[bytes]", filename: str, actor: Actor, at: datetime
) -> ImportJob:
    """Check a file and keep it with its job, to be worked through in the background; give the waiting job.

    Raises: BrokenFile; nothing is kept then.   Idempotent: as `jobs.hand_in`.
    """
    rows = kind.rows(store, actor=actor, at=at)
    return jobs.hand_in(store, kind=rows, file=file, filename=filename, actor=actor)


def work_through(job: ImportJob, *, at: datetime) -> ImportJob:
    """Do what the rows of a handed-in file ask for, in the name of who handed it in.

    Idempotent: as `jobs.work_through`.
    """
    actor = Actor(kind=ActorKind(job.actor_kind), id=job.actor_id)
    rows = kind_named(job.kind).rows(job.store, actor=actor, at=at)
    return jobs.work_through(job, kind=rows, at=at)
