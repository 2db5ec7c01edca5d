"""The one way to say that something happened.

A capability opens `atomic()`, changes rows, and `record()`s what became true. When the outermost `atomic()` is about
to commit, everything recorded is written in a handful of statements: the events, the audit entries of people's acts,
and one outbox row per reaction that may run later. Reactions marked `now` run first, in the same transaction, and
may record more. If the transaction rolls back, nothing was ever said.
"""

import builtins
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from asgiref.local import Local
from django.db import transaction
from django.utils.module_loading import import_string

from loyalty import bulk, reactions
from loyalty.actors import Actor
from loyalty.models import AuditEntry, OutboxMessage
from loyalty.models import Event as EventRow

_WHOLE = re.compile(r"(?<![\d.,])(-?\d+)\.00(?![\d.])")
_ONE = re.compile(r"(?<![\d.,])(1 (?:blocked |spent )?(?:point|voucher))s\b")


@dataclass(frozen=True)
class Event:
    """Something that happened; the fields of a subclass are its payload and hold no personal values.

    `sentence` is how staff read it, a format string over the payload. `audited` events are acts that somebody
    answers for.
    """

    type: ClassVar[str] = ""
    sentence: ClassVar[str] = ""
    audited: ClassVar[bool] = False
    registry: ClassVar[dict[str, builtins.type["Event"]]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if cls.type:
            Event.registry[cls.type] = cls


@dataclass(frozen=True)
class Subject:
    """The thing an event is about: kind (customer, purchase, level …) and id."""

    kind: str
    id: str

    @classmethod
    def customer(cls, customer_id: UUID | str) -> "Subject":
        """Name a customer as the subject, which puts the event on that customer's timeline."""
        return cls("customer", str(customer_id))


@dataclass(frozen=True)
class Recorded:
    """An event with its circumstances; what a `now` reaction receives."""

    event: Event
    store_id: UUID | None
    actor: Actor
    subject: Subject
    at: datetime


_unit = Local(thread_critical=True)


@contextmanager
def atomic(*, savepoint: bool = False) -> Iterator[None]:
    """Open a transaction, or join the open one, whose recorded events are written just before it commits.

    A failure inside undoes the whole transaction. A caller that means to go on after a failure asks for a
    `savepoint`, which costs two statements and undoes only what happened inside.
    Raises: whatever the body raises; nothing is written or said then.
    """
    outer: list[Recorded] | None = getattr(_unit, "pending", None)
    if outer is not None:
        mark = len(outer)
        try:
            with transaction.atomic(savepoint=savepoint):
                yield
        except BaseException:
            del outer[mark:]
            raise
        return
    pending: list[Recorded] = []
    _unit.pending = pending
    try:
        with transaction.atomic():
            yield
            owes_later = _write_all(pending)
            if owes_later:
                transaction.on_commit(_wake_outbox)
    finally:
        _unit.pending = None


@contextmanager
def noting_customers() -> Iterator[set[str]]:
    """Give a set that fills with the ids of the customers of whom something is recorded inside."""
    noted: set[str] = set()
    _unit.noted = noted
    try:
        yield noted
    finally:
        _unit.noted = None


def note_customer(customer_id: UUID) -> None:
    """Say that the running write is about a customer, even where nothing happens to them."""
    noted: set[str] | None = getattr(_unit, "noted", None)
    if noted is not None:
        noted.add(str(customer_id))


def record(event: Event, *, store_id: UUID | None, actor: Actor, subject: Subject, at: datetime) -> None:
    """Say that something happened; it is written when the surrounding `atomic()` commits.

    Raises: RuntimeError outside `atomic()`: a fact and its event belong to one transaction.
    """
    pending: list[Recorded] | None = getattr(_unit, "pending", None)
    if pending is None:
        raise RuntimeError("record() needs events.atomic() around the change that it reports")
    noted: set[str] | None = getattr(_unit, "noted", None)
    if noted is not None and subject.kind == "customer":
        noted.add(subject.id)
    pending.append(Recorded(event=event, store_id=store_id, actor=actor, subject=subject, at=at))


def _write_all(pending: list[Recorded]) -> bool:
    """Run `now` reactions until no new event appears, then write everything; tell whether work is left for later."""
    seen = 0
    while seen < len(pending):
        fresh, seen = pending[seen:], len(pending)
        _react(fresh)
    if not pending:
        return False
    rows = [_as_row(recorded) for recorded in pending]
    owes_later = any(reactions.later(recorded.event.type) for recorded in pending)
    if owes_later:
        # Their numbers are read back, which costs; nothing else needs them.
        rows = EventRow.objects.bulk_create(rows)
    else:
        bulk.create(rows)
    bulk.create([_as_audit(recorded) for recorded in pending if recorded.event.audited])
    bulk.create(
        [
            OutboxMessage(event=row, reaction=path, due_at=recorded.at)
            for row, recorded in zip(rows, pending, strict=True)
            for path in reactions.later(recorded.event.type)
        ]
    )
    return owes_later


def _react(fresh: list[Recorded]) -> None:
    """Run the `now` reactions of some events: first those that take all events of a type, then one by one."""
    by_type: dict[str, list[Recorded]] = {}
    for recorded in fresh:
        by_type.setdefault(recorded.event.type, []).append(recorded)
    for event_type, alike in by_type.items():
        for path in reactions.together(event_type):
            import_string(path)(alike)
    for recorded in fresh:
        for path in reactions.now(recorded.event.type):
            import_string(path)(recorded)


def _as_row(recorded: Recorded) -> EventRow:
    return EventRow(
        store_id=recorded.store_id,
        type=recorded.event.type,
        subject_kind=recorded.subject.kind,
        subject_id=recorded.subject.id,
        actor_kind=recorded.actor.kind,
        actor_id=recorded.actor.id,
        payload=asdict(recorded.event),
        occurred_at=recorded.at,
    )


def _as_audit(recorded: Recorded) -> AuditEntry:
    return AuditEntry(
        store_id=recorded.store_id,
        event_type=recorded.event.type,
        entity_type=recorded.subject.kind,
        entity_id=recorded.subject.id,
        actor_kind=recorded.actor.kind,
        actor_id=recorded.actor.id,
        username=recorded.actor.name,
        data=asdict(recorded.event),
        created_at=recorded.at,
    )


def _wake_outbox() -> None:
    # By dotted path: tasks import this module.
    import_string("loyalty.tasks.wake_outbox")()


def describe(row: EventRow) -> str:
    """Give the sentence in which staff read an event, or its type when the event is of an older version."""
    known = Event.registry.get(row.type)
    if known is None or not known.sentence:
        return row.type
    try:
        said = known.sentence.format(**row.payload)
    except (KeyError, ValueError):
        return row.type
    # Amounts are kept with two places; staff read "12 points", and "1 point".
    return _ONE.sub(r"\1", _WHOLE.sub(r"\1", said))
