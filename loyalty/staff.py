"""Members of staff, their roles, and the permanent tokens they give to partners."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.models import Group, Permission

from loyalty import events, tokens
from loyalty.actors import Actor
from loyalty.events import Subject
from loyalty.models import PermanentToken, StaffUser, Store
from loyalty.refusals import Refusal

MASTER_ROLE = "Full administrator"


class UsernameTaken(Refusal):
    """Log-in names are unique."""

    code = "staff.username_taken"
    message = "Another user has this log-in name or e-mail."
    field = "username"


class LastAdministrator(Refusal):
    """Somebody must be able to let others in."""

    code = "staff.last_administrator"
    message = "This is the last active superuser. Make another one first."


class RoleNameTaken(Refusal):
    """Roles are told apart by their name."""

    code = "role.name_taken"
    message = "Another role has this name."
    field = "name"


class MasterRole(Refusal):
    """The role that may do everything stays."""

    code = "role.master"
    message = "Can not remove master role."


@dataclass(frozen=True)
class StaffSaved(events.Event):
    type: ClassVar[str] = "staff.saved"
    sentence: ClassVar[str] = "User saved"
    audited: ClassVar[bool] = True

    fields: list[str]


@dataclass(frozen=True)
class RoleSaved(events.Event):
    type: ClassVar[str] = "role.saved"
    sentence: ClassVar[str] = "Role {name} saved"
    audited: ClassVar[bool] = True

    name: str


@dataclass(frozen=True)
class RoleDeleted(events.Event):
    type: ClassVar[str] = "role.deleted"
    sentence: ClassVar[str] = "Role {name} deleted"
    audited: ClassVar[bool] = True

    name: str


@dataclass(frozen=True)
class TokenCreated(events.Event):
    type: ClassVar[str] = "token.created"
    sentence: ClassVar[str] = "Token {name} created"
    audited: ClassVar[bool] = True

    name: str
    abilities: list[str]


@dataclass(frozen=True)
class TokenRevoked(events.Event):
    type: ClassVar[str] = "token.revoked"
    sentence: ClassVar[str] = "Token {name} revoked"
    audited: ClassVar[bool] = True

    name: str


def save_user(
    *,
    values: Mapping[str, Any],
    roles: Iterable[Group],
    stores: Iterable[Store],
    actor: Actor,
    at: datetime,
    password: str = "",
    user: StaffUser | None = None,
) -> StaffUser:
    """Write a member of staff, a new one unless `user` is given, with roles and stores (none: all stores).

    A new password and deactivation end the user's open sessions. Raises: UsernameTaken, LastAdministrator.
    """
    with events.atomic():
        user = user or StaffUser()
        for name, value in values.items():
            setattr(user, name, value)
        others = StaffUser.objects.exclude(pk=user.pk)
        if others.filter(username=user.username).exists() or others.filter(email__iexact=user.email).exists():
            raise UsernameTaken
        if not (user.is_active and user.is_superuser) and not _administrators().exclude(pk=user.pk).exists():
            raise LastAdministrator
        if password:
            user.set_password(password)
        if not user.is_active:
            user.token_version += 1
        user.save()
        user.groups.set(roles)
        user.stores.set(stores)
        changed = sorted([*values, "roles", "stores", *(["password"] if password else [])])
        _record(StaffSaved(fields=changed), Subject("staff", str(user.pk)), actor, at)
    return user


def save_role(
    *, name: str, permissions: Iterable[Permission], actor: Actor, at: datetime, role: Group | None = None
) -> Group:
    """Write a role with exactly these permissions, a new one unless `role` is given.

    Raises: RoleNameTaken. Nothing is written then.
    """
    with events.atomic():
        role = role or Group()
        if Group.objects.filter(name=name).exclude(pk=role.pk).exists():
            raise RoleNameTaken
        role.name = name
        role.save()
        role.permissions.set(permissions)
        _record(RoleSaved(name=name), Subject("role", str(role.pk)), actor, at)
    return role


def delete_role(role: Group, *, actor: Actor, at: datetime) -> None:
    """Delete a role; its members lose what it allowed.

    Raises: MasterRole for the one that may do everything.
    """
    if role.name == MASTER_ROLE:
        raise MasterRole
    with events.atomic():
        _record(RoleDeleted(name=role.name), Subject("role", str(role.pk)), actor, at)
        role.delete()


def create_token(
    name: str,
    *,
    store: Store | None,
    abilities: list[str],
    actor: Actor,
    at: datetime,
    holder: StaffUser | None = None,
) -> tuple[PermanentToken, str]:
    """Create a partner's permanent token and return it with its text, which is shown this once.

    With a `holder` it reaches the stores that this person may see, while they are active.
    """
    with events.atomic():
        token, raw = tokens.create_permanent(name, store=store, abilities=abilities, staff=holder)
        _record(
            TokenCreated(name=name, abilities=abilities),
            Subject("token", str(token.pk)),
            actor,
            at,
            token.store_id,
        )
    return token, raw


def revoke_token(token: PermanentToken, *, actor: Actor, at: datetime) -> None:
    """End a permanent token at once.

    Idempotent: a revoked token keeps the time of its first revocation.
    """
    with events.atomic():
        ended = PermanentToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=at)
        if ended:
            _record(TokenRevoked(name=token.name), Subject("token", str(token.pk)), actor, at, token.store_id)


def _administrators() -> Any:
    return StaffUser.objects.filter(is_superuser=True, is_active=True)


def _record(event: events.Event, subject: Subject, actor: Actor, at: datetime, store_id: Any = None) -> None:
    events.record(event, store_id=store_id, actor=actor, subject=subject, at=at)
