"""Stores: the tenants of the installation."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.db import IntegrityError, transaction

from loyalty import events
from loyalty.actors import Actor
from loyalty.events import Subject
from loyalty.models import Store
from loyalty.refusals import Refusal

# First pieces of paths that name no store.
RESERVED_CODES = frozenset(
    {"admin", "store", "event", "token", "audit", "docs", "schema", "healthcheck", "password", "translations", "v1",
     "message", "pos", "seller", "customer", "settings"}
)  # fmt: skip


class StoreCodeTaken(Refusal):
    """A store's code names it in every path."""

    code = "store.code_taken"
    message = "Another store has this code."
    field = "code"


class StoreCodeReserved(Refusal):
    """The code would hide a route of the API."""

    code = "store.code_reserved"
    message = "This code is a word of the API's own paths."
    field = "code"


@dataclass(frozen=True)
class StoreCreated(events.Event):
    type: ClassVar[str] = "store.created"
    sentence: ClassVar[str] = "Store {code} created"
    audited: ClassVar[bool] = True

    code: str


@dataclass(frozen=True)
class StoreUpdated(events.Event):
    type: ClassVar[str] = "store.updated"
    sentence: ClassVar[str] = "Store updated: {fields}"
    audited: ClassVar[bool] = True

    fields: list[str]


def create_store(
    *, code: str, name: str, currency: str, is_active: bool, actor: Actor, at: datetime
) -> Store:
    """Create a store with a programme of default settings.

    Raises: StoreCodeTaken, StoreCodeReserved. Nothing is written then.
    """
    if code.lower() in RESERVED_CODES:
        raise StoreCodeReserved
    with events.atomic():
        try:
            with transaction.atomic():
                store = Store.objects.create(code=code, name=name, currency=currency, is_active=is_active)
        except IntegrityError as error:
            raise StoreCodeTaken from error
        _record(StoreCreated(code=code), store, actor, at)
    return store


def update_store(
    store: Store, *, name: str | None = None, is_active: bool | None = None, actor: Actor, at: datetime
) -> None:
    """Change a store's name or activity; what is None stays. An inactive store answers like none.

    Locks: the store.
    """
    changes = {
        key: value for key, value in {"name": name, "is_active": is_active}.items() if value is not None
    }
    if not changes:
        return
    with events.atomic():
        locked = Store.objects.select_for_update().get(pk=store.pk)
        for key, value in changes.items():
            setattr(locked, key, value)
        locked.save(update_fields=list(changes))
        _record(StoreUpdated(fields=sorted(changes)), locked, actor, at)


def _record(event: events.Event, store: Store, actor: Actor, at: datetime) -> None:
    events.record(event, store_id=store.pk, actor=actor, subject=Subject("store", str(store.pk)), at=at)
