"""Credentials that travel in requests: permanent tokens of partners, JSON Web Tokens and refresh tokens of people.

A permanent or refresh token is 256 random bits of which only a keyed digest is stored. A JSON Web Token lives some
minutes, names a person and the `token_version` it was given under; raising the version ends every one at once.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Protocol
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.db.models import CharField, F
from rest_framework_simplejwt.backends import TokenBackend
from rest_framework_simplejwt.exceptions import ExpiredTokenError, TokenError
from rest_framework_simplejwt.tokens import AccessToken

from loyalty import access
from loyalty.actors import ActorKind
from loyalty.models import PermanentToken, RefreshToken, StaffUser, Store
from loyalty.prepared import Prepared, Slot
from loyalty.principals import Principal

_USE_NOTED_EVERY = timedelta(hours=1)
# Asked by nearly every request.
_BY_DIGEST = Prepared(
    lambda: (
        PermanentToken.objects.select_related("store", "staff")
        .filter(digest=Slot("digest", CharField()), revoked_at__isnull=True)
        .order_by()
    )
)


class CredentialProblem(Exception):
    """The request shows a credential that does not open anything."""


class InvalidToken(CredentialProblem):
    """The token is unknown, forged, revoked, or its holder is gone."""


class ExpiredToken(CredentialProblem):
    """The JSON Web Token was good once."""


class DeactivatedHolder(CredentialProblem):
    """The token is genuine but its holder has been deactivated."""


class Holder(Protocol):
    """Whoever can hold a JSON Web Token: staff, seller or customer."""

    pk: Any
    token_version: int

    @property
    def is_active_principal(self) -> bool: ...

    def as_principal(self) -> Principal: ...


@dataclass(frozen=True)
class TokenPair:
    """What a log-in gives: a short-lived access token and the refresh token that renews it once."""

    access: str
    refresh: str


@lru_cache(maxsize=8)
def _derive_key(purpose: str, secret: str) -> bytes:
    return hmac.new(secret.encode(), f"loyalty:{purpose}".encode(), hashlib.sha256).digest()


def digest_of(raw: str) -> str:
    """Give the keyed digest under which a token is stored."""
    key = _derive_key("token-digest", settings.SECRET_KEY)
    return hmac.new(key, raw.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


# --- Permanent tokens -----------------------------------------------------------------------------------------


def create_permanent(
    name: str, *, store: Store | None, abilities: Iterable[str], staff: StaffUser | None = None
) -> tuple[PermanentToken, str]:
    """Create a partner's token and return it with its text, which is shown this once and not stored.

    With `staff` it reaches the stores that this person may see, can do no more than they can (`access.held_by`), and
    nothing once they are deactivated.
    """
    raw = secrets.token_hex(32)
    token = PermanentToken.objects.create(
        store=store,
        staff=staff,
        name=name,
        prefix=raw[:8],
        digest=digest_of(raw),
        abilities=list(abilities),
    )
    return token, raw


def read_permanent(raw: str, *, at: datetime) -> Principal:
    """Find whom a permanent token stands for, noting its use at most once an hour.

    Raises: InvalidToken when it is unknown or revoked, DeactivatedHolder when who made it is no longer active.
    """
    token = _BY_DIGEST.first(digest=digest_of(raw))
    if token is None:
        raise InvalidToken
    if token.last_used_at is None or at - token.last_used_at >= _USE_NOTED_EVERY:
        PermanentToken.objects.filter(pk=token.pk).update(last_used_at=at)
    return client_principal(token)


def client_principal(token: PermanentToken, abilities: Iterable[str] | None = None) -> Principal:
    """Give the principal that a permanent token stands for, with all its abilities or those given.

    That of a member of staff can do no more than they can now.
    Raises: DeactivatedHolder when who made it is no longer active.
    """
    chosen = frozenset(token.abilities if abilities is None else abilities)
    reach = None if token.store_id is None else frozenset({token.store_id})
    if token.staff is not None:
        if not token.staff.is_active_principal:
            raise DeactivatedHolder
        holder = token.staff.as_principal()
        chosen = access.held_by(holder, chosen)
        reach = holder.store_ids if reach is None else reach
    return Principal(
        kind=ActorKind.TOKEN,
        id=str(token.pk),
        name=token.name,
        store_ids=reach,
        abilities=chosen,
        home=token.store,
    )


# --- JSON Web Tokens ------------------------------------------------------------------------------------------


class PersonToken(AccessToken):
    """An access token signed with a key of its own, so that no other use of SECRET_KEY can forge one."""

    def get_token_backend(self) -> TokenBackend:
        return _backend(settings.SECRET_KEY)


@lru_cache(maxsize=8)
def _backend(secret: str) -> TokenBackend:
    key = _derive_key("access-token", secret).hex()
    return TokenBackend("HS256", signing_key=key, audience="loyalty", issuer="loyalty")


def _access_token(kind: str, holder: Holder, *, at: datetime) -> str:
    return _sign({"kind": kind, "sub": str(holder.pk), "tv": holder.token_version}, at=at)


def give_client_access(client: PermanentToken, *, abilities: Iterable[str], at: datetime) -> str:
    """Give a short-lived access token that stands for a permanent one, with some of its abilities.

    It is worth nothing any more as soon as the permanent one is revoked.
    """
    claims = {"kind": ActorKind.TOKEN.value, "sub": str(client.pk), "abilities": sorted(abilities)}
    return _sign(claims, at=at)


def _sign(claims: dict[str, Any], *, at: datetime) -> str:
    token = PersonToken()
    for name, value in claims.items():
        token[name] = value
    token.set_iat(at_time=at)
    token.set_exp(from_time=at, lifetime=timedelta(minutes=settings.ACCESS_TOKEN_MINUTES))
    return str(token)


def looks_like_jwt(raw: str) -> bool:
    """Tell a JSON Web Token (three dotted parts) from a permanent token."""
    return raw.count(".") == 2


def read_access(raw: str) -> Principal:
    """Find whom an access token stands for, in one query for sellers, customers and partners' clients.

    Raises: ExpiredToken, InvalidToken (forged, revoked, holder gone), DeactivatedHolder.
    """
    try:
        token = PersonToken(raw)  # type: ignore[arg-type]  # the library takes the text but annotates itself
    except ExpiredTokenError as error:
        raise ExpiredToken from error
    except TokenError as error:
        raise InvalidToken from error
    if token.get("kind") == ActorKind.TOKEN:
        return _read_client(str(token.get("sub")), token.get("abilities"))
    holder = _find_holder(str(token.get("kind")), str(token.get("sub")))
    if holder.token_version != token.get("tv"):
        raise InvalidToken
    if not holder.is_active_principal:
        raise DeactivatedHolder
    return holder.as_principal()


def _read_client(token_id: str, abilities: Any) -> Principal:
    """Give the principal of a permanent token, with the abilities that its access token carries.

    Raises: InvalidToken when it is revoked, DeactivatedHolder when who made it is no longer active.
    """
    unrevoked = PermanentToken.objects.select_related("store", "staff").filter(revoked_at__isnull=True)
    token = unrevoked.filter(pk=UUID(token_id)).first()
    if token is None:
        raise InvalidToken
    return client_principal(token, abilities)


def _find_holder(kind: str, holder_id: str) -> Holder:
    """Find the person that a token names. Raises: InvalidToken when there is none, or no longer."""
    label = settings.PRINCIPALS.get(kind)
    if label is None:
        raise InvalidToken
    try:
        key = UUID(holder_id)
    except ValueError as error:
        raise InvalidToken from error
    holders = apps.get_model(label)._default_manager.filter(pk=key)
    holder: Any = (holders if kind == ActorKind.ADMIN else holders.select_related("store")).first()
    if holder is None or getattr(holder, "is_deleted", False):
        raise InvalidToken
    found: Holder = holder
    return found


# --- Refresh tokens -------------------------------------------------------------------------------------------


def log_in(kind: str, holder: Holder, *, at: datetime) -> TokenPair:
    """Start a log-in: give an access token and the first refresh token of a new family."""
    raw, row = _new_refresh(kind, holder, at=at)
    row.save()
    return TokenPair(access=_access_token(kind, holder, at=at), refresh=raw)


def _new_refresh(
    kind: str, holder: Holder, *, at: datetime, family: UUID | None = None
) -> tuple[str, RefreshToken]:
    raw = secrets.token_hex(32)
    row = RefreshToken(
        digest=digest_of(raw),
        principal_kind=kind,
        principal_id=holder.pk,
        token_version=holder.token_version,
        expires_at=at + timedelta(days=settings.REFRESH_TOKEN_DAYS),
    )
    if family is not None:
        row.family = family
    return raw, row


def refresh(raw: str, *, at: datetime) -> TokenPair | None:
    """Exchange a refresh token for a new pair, or give None when it is not good any more.

    A token that was exchanged before ends its whole family: either its owner or a thief holds a copy.
    Locks: the refresh token.
    """
    with transaction.atomic():
        row = RefreshToken.objects.select_for_update().filter(digest=digest_of(raw)).first()
        if row is None:
            return None
        if row.used_at is not None:
            RefreshToken.objects.filter(family=row.family).delete()
            return None
        if row.expires_at <= at:
            return None
        try:
            holder = _find_holder(row.principal_kind, str(row.principal_id))
        except InvalidToken:
            return None
        if holder.token_version != row.token_version or not holder.is_active_principal:
            return None
        row.used_at = at
        row.save(update_fields=["used_at"])
        new_raw, successor = _new_refresh(row.principal_kind, holder, at=at, family=row.family)
        successor.save()
        return TokenPair(access=_access_token(row.principal_kind, holder, at=at), refresh=new_raw)


def log_out(principal: Principal) -> None:
    """End every log-in of a person at once: access tokens by their version, refresh tokens by removal."""
    model = apps.get_model(settings.PRINCIPALS[principal.kind.value])
    with transaction.atomic():
        model._default_manager.filter(pk=principal.id).update(token_version=F("token_version") + 1)
        forget_refresh_tokens(principal.kind, principal.id)


def forget_refresh_tokens(kind: ActorKind, holder_id: UUID | str) -> None:
    """Delete the refresh tokens of a person."""
    RefreshToken.objects.filter(principal_kind=kind.value, principal_id=holder_id).delete()
