"""Log-ins of staff and sellers, kept for those who answer for who came in.

A failure names nobody: what was typed may be a password in the wrong field, and a name in the record would tell which
accounts exist.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from loyalty import events
from loyalty.actors import Actor, ActorKind
from loyalty.events import Subject
from loyalty.models import Seller, StaffUser


@dataclass(frozen=True)
class AuthenticationSuccess(events.Event):
    type: ClassVar[str] = "authentication.success"
    sentence: ClassVar[str] = "Logged in"
    audited: ClassVar[bool] = True


@dataclass(frozen=True)
class AuthenticationFailure(events.Event):
    type: ClassVar[str] = "authentication.failure"
    sentence: ClassVar[str] = "A log-in failed"
    audited: ClassVar[bool] = True


def note_success(holder: StaffUser | Seller, *, at: datetime) -> None:
    """Record that a member of staff or a seller logged in."""
    store_id = holder.store_id if isinstance(holder, Seller) else None
    kind = ActorKind.ADMIN if store_id is None else ActorKind.SELLER
    name = holder.email if isinstance(holder, Seller) else holder.username
    actor = Actor(kind=kind, id=str(holder.pk), name=name)
    _record(AuthenticationSuccess(), store_id=store_id, actor=actor, user_id=str(holder.pk), at=at)


def note_failure(kind: ActorKind, *, store_id: UUID | None, at: datetime) -> None:
    """Record that a log-in of staff or of a seller failed; alike for known and unknown names."""
    _record(AuthenticationFailure(), store_id=store_id, actor=Actor(kind=kind), user_id="", at=at)


def _record(event: events.Event, *, store_id: UUID | None, actor: Actor, user_id: str, at: datetime) -> None:
    with events.atomic():
        events.record(event, store_id=store_id, actor=actor, subject=Subject("user", user_id), at=at)
