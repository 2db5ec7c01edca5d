"""Access tokens for clients (RFC 6749): a client is a permanent token, and what it gets is worth nothing without it.

This floor knows the grant for clients themselves; the customers floor adds the one for customers.
"""

import base64
import binascii
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, ClassVar
from urllib.parse import unquote_plus

from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from rest_framework.exceptions import APIException
from rest_framework.parsers import FormParser
from rest_framework.request import Request
from rest_framework.response import Response

from loyalty import clients, tokens
from loyalty.access import Grant
from loyalty.api.bodies import read_text
from loyalty.api.orderingstack.errors import TABLE
from loyalty.api.orderingstack.scopes import SCOPES
from loyalty.api.orderingstack.views import Wallet2View
from loyalty.models import PermanentToken, Store
from loyalty.refusals import NotFound, Refusal

_LONGEST = 4096
_DENIED = "The client is unknown, or its secret is wrong or revoked."


class OAuthProblem(APIException):
    """An error as the protocol words it."""

    def __init__(self, error: str, description: str, *, status: int = 400) -> None:
        super().__init__()
        self.error, self.description, self.status_code = error, description, status


class TokenView(Wallet2View):
    """Give an access token for a client's credentials. Subclasses add grants to `grant_types`."""

    grant = Grant(public=True)
    keeps_answers = False
    parser_classes = (FormParser,)  # type: ignore[assignment]  # bodies are forms here
    # Grant type -> the method that answers it.
    grant_types: ClassVar[dict[str, str]] = {"client_credentials": "give_client_token"}
    body_type = "application/x-www-form-urlencoded"
    bodies = {
        "POST": {
            "type": "object",
            "required": ["grant_type"],
            "properties": {
                name: {"type": "string"}
                for name in (
                    *("grant_type", "client_id", "client_secret", "scope"),
                    *("username", "password", "refresh_token"),
                )
            },
        }
    }
    answers = {
        "POST": (
            200,
            {
                "type": "object",
                "example": {
                    "access_token": "<token>",
                    "token_type": "bearer",
                    "expires_in": 900,
                    "scope": "ROLE_WALLET_BATCH ROLE_WALLET_OP",
                },
            },
        )
    }

    def post(self, request: Request) -> Response:
        params = self._read_params()
        client = self._authenticate_client(params)
        handler = self.grant_types.get(params.get("grant_type", ""))
        if handler is None:
            if "grant_type" not in params:
                raise OAuthProblem("invalid_request", "grant_type must not be missing.")
            raise OAuthProblem("unsupported_grant_type", f"Grant types are {', '.join(self.grant_types)}.")
        if not clients.scopes_of(client, SCOPES):
            raise OAuthProblem("unauthorized_client", "This client's token has no ROLE_ word.")
        answer: dict[str, Any] = getattr(self, handler)(client, params)
        return Response(answer, headers={"Cache-Control": "no-store", "Pragma": "no-cache"})

    def give_client_token(self, client: PermanentToken, params: Mapping[str, str]) -> dict[str, Any]:
        """Answer with a token for the client itself, with all its words or those asked for."""
        held = clients.scopes_of(client, SCOPES)
        scopes = frozenset(params.get("scope", "").split()) or held
        if not scopes <= held:
            raise OAuthProblem("invalid_scope", "The client may not have all of these words.")
        access = tokens.give_client_access(client, abilities=scopes, at=self.at)
        return self.answer_with(access, scope=" ".join(sorted(scopes)))

    def answer_with(self, access: str, *, scope: str, **more: str) -> dict[str, Any]:
        """Give the answer that hands a token out."""
        return {
            "access_token": access,
            "token_type": "bearer",
            "expires_in": settings.ACCESS_TOKEN_MINUTES * 60,
            "scope": scope,
            **more,
        }

    def store_of(self, client: PermanentToken) -> Store:
        """Give the store that a client means: by `x-tenant`, else its own. Raises: OAuthProblem."""
        self.principal = tokens.client_principal(client)
        try:
            store = super().find_store({})
        except (APIException, NotFound):
            store = None
        reaches = store is not None and self.principal.may_see_store(store.pk)
        self.principal = None
        if store is None or not reaches:
            raise OAuthProblem("invalid_request", "x-tenant must name a tenant of this client.")
        return store

    # --- What the dialect fills in ----------------------------------------------------------------------------

    def find_credential(self, request: HttpRequest) -> str | None:
        """Look nowhere: clients show what the protocol says."""
        return None

    def find_store(self, kwargs: dict[str, Any]) -> Store | None:
        """Find none: the client says which."""
        return None

    def answer_error(self, error: Exception) -> HttpResponseBase:
        """Answer in the protocol's shape."""
        if isinstance(error, OAuthProblem):
            return _answer(error.error, error.description, error.status_code)
        if isinstance(error, Refusal):
            return _answer("invalid_grant", str(error), 429 if TABLE.get(error.code) == 429 else 400)
        status = error.status_code if isinstance(error, APIException) else 500
        words = "invalid_request" if status < 500 else "server_error"
        return _answer(words, HTTPStatus(status).phrase, status)

    def _read_params(self) -> dict[str, str]:
        """Read the form. Raises: OAuthProblem for what comes twice or is no text."""
        form = self.request.data
        if not isinstance(form, QueryDict):
            return {}
        if any(len(values) > 1 for _, values in form.lists()):
            raise OAuthProblem("invalid_request", "A parameter must come once.")
        params = {name: str(value) for name, value in form.items() if value}
        if any(read_text(value) is None or len(value) > _LONGEST for value in params.values()):
            raise OAuthProblem("invalid_request", "A parameter is no text, or too long.")
        return params

    def _authenticate_client(self, params: Mapping[str, str]) -> PermanentToken:
        """Find the client, by HTTP Basic or in the form. Raises: OAuthProblem."""
        header = self.request.headers.get("Authorization", "").strip()
        if header and "client_secret" in params:
            raise OAuthProblem("invalid_request", "Show the client's secret once.")
        named = _read_basic(header) if header else (params.get("client_id"), params.get("client_secret"))
        if named is None or not all(named):
            raise OAuthProblem("invalid_client", _DENIED, status=401)
        client = clients.authenticate(str(named[0]), str(named[1]), at=self.at)
        if client is None:
            raise OAuthProblem("invalid_client", _DENIED, status=401)
        return client


def _read_basic(header: str) -> tuple[str, str] | None:
    """Give user and password of HTTP Basic, each percent-encoded first as the protocol wants it, or None."""
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, colon, password = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return None
    return (unquote_plus(user), unquote_plus(password)) if colon else None


def _answer(error: str, description: str, status: int) -> Response:
    response = Response({"error": error, "error_description": description}, status=status)
    response.headers["Cache-Control"], response.headers["Pragma"] = "no-store", "no-cache"
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Basic realm="oauth"'
    if status == 429:
        response.headers["Retry-After"] = "900"
    return response
