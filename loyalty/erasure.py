"""What is left of a person on the ground floor, and the form in which every floor is told whom to forget.

Erasing blanks what names a person and keeps what happened. `Traces` goes to every function in `reactions.ERASERS`,
within the erasing transaction.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.db.models import Model, Q, QuerySet

from loyalty import codes, idempotency, tokens
from loyalty.actors import Actor, ActorKind
from loyalty.models import ImportJob, ImportRow, OneTimeCode

ERASED = "[erased]"
_IDS_PER_STATEMENT = 500
_BLANK_ROW = {"identifier": "", "message": ""}
# Shorter ones occur in texts that are about something else.
_SHORTEST_CONTACT, _SHORTEST_TEXT, _SHORTEST_NUMBER = 4, 3, 5


@dataclass(frozen=True)
class Traces:
    """What finds a customer again: the id, and the personal values as they were.

    `contacts` (e-mail, phone, card number, in every form in which they are kept) single a person out wherever they
    occur. `texts` are all values; a first name is many people's, so they count only in what is about this customer.
    `is_final`: the customer was deleted; otherwise points and purchases go on, nameless.
    """

    customer_id: UUID
    store_id: UUID
    contacts: tuple[str, ...]
    texts: tuple[str, ...]
    at: datetime
    actor: Actor
    is_final: bool = False

    def scrub(self, text: str) -> str:
        """Give a text about this customer without the values that name them."""
        return text if self._pattern is None else self._pattern.sub(ERASED, text)

    def naming(self, *columns: str) -> Q:
        """Give the condition that one of the columns holds one of the contacts, anywhere in its text."""
        wanted = Q(pk__in=())
        for contact in self.contacts:
            if len(contact) >= _SHORTEST_CONTACT:
                for column in columns:
                    wanted |= Q(**{f"{column}__icontains": contact})
        return wanted

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        telling = {text for text in (*self.contacts, *self.texts) if _is_telling(text)}
        # The longest first: of "Anna Nowak" and "Anna" the whole name goes at once.
        parts = [re.escape(text) for text in sorted(telling, key=len, reverse=True)]
        return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)", re.IGNORECASE) if parts else None


def _is_telling(text: str) -> bool:
    return len(text) >= (_SHORTEST_NUMBER if text.isdigit() else _SHORTEST_TEXT)


def forget(traces: Traces) -> None:
    """End what a customer could still get in with, and take their name out of imports and kept answers.

    Idempotent: a second call finds nothing.   Locks: none of its own.
    """
    holder = codes.Holder(kind=ActorKind.CUSTOMER, id=traces.customer_id, store_id=traces.store_id)
    codes.withdraw(holder)
    OneTimeCode.objects.filter(store_id=traces.store_id, value__in=traces.contacts).delete()
    tokens.forget_refresh_tokens(ActorKind.CUSTOMER, traces.customer_id)
    idempotency.forget_answers_about(str(traces.customer_id), naming=traces.contacts)
    _forget_in_imports(traces)
    _forget_at_the_cockpits_door(traces)


def forget_rows_that_made(things: Iterable[UUID], traces: Traces) -> None:
    """Blank what the outcomes of imported rows say of a customer's things (purchases, movements), by their ids.

    A row may have named the customer by an address that they have given up since.
    """
    ids = [str(thing) for thing in things]
    for start in range(0, len(ids), _IDS_PER_STATEMENT):
        _rows(traces).filter(object_id__in=ids[start : start + _IDS_PER_STATEMENT]).update(**_BLANK_ROW)


def _rows(traces: Traces) -> QuerySet[ImportRow]:
    return ImportRow.objects.filter(job__store_id=traces.store_id)


def _forget_in_imports(traces: Traces) -> None:
    about = Q(object_id=str(traces.customer_id)) | traces.naming("identifier", "message")
    told = list(_rows(traces).filter(about).values_list("job_id", flat=True).distinct())
    _rows(traces).filter(about).update(**_BLANK_ROW)
    jobs = ImportJob.objects.filter(Q(pk__in=told) | traces.naming("filename"), store_id=traces.store_id)
    for job in jobs.only("filename"):
        if (name := traces.scrub(job.filename)) != job.filename:
            # What became of a row tells the file's name too.
            rewrite(job.rows.filter(message__contains=job.filename), ("message",), traces)
            ImportJob.objects.filter(pk=job.pk).update(filename=name)


def _forget_at_the_cockpits_door(traces: Traces) -> None:
    """Somebody may have taken the staff's log-in for the customers'."""
    named = Q(pk__in=())
    for contact in traces.contacts:
        named |= Q(username__iexact=contact)
    for model in (AccessAttempt, AccessFailureLog, AccessLog):
        model._default_manager.filter(named).delete()


def rewrite(rows: QuerySet[Model], columns: Iterable[str], traces: Traces) -> None:
    """Take what names a customer out of text columns of some rows, row by row.

    Locks: the rows that change.
    """
    names = list(columns)
    for row in rows.only(*names).iterator():
        kept = {name: traces.scrub(getattr(row, name)) for name in names}
        if any(getattr(row, name) != text for name, text in kept.items()):
            type(row)._default_manager.filter(pk=row.pk).update(**kept)
