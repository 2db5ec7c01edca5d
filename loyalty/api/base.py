"""The view under every dialect: who asks, may they, whose store, was this answered before; then the handler.

A dialect subclasses `DialectView` and says where credentials are found, how a store is named and how errors look.
The order is fixed: authentication, access decision (deny by default), store, body, idempotency, handler. Access is
decided before anything is looked up, so 403 never tells whether a thing exists.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any, ClassVar
from uuid import UUID

import structlog
from django.core.exceptions import ImproperlyConfigured, RequestDataTooBig, SuspiciousOperation
from django.core.signals import got_request_exception
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse, UnreadablePostError
from django.http.response import HttpResponseBase
from django.utils import timezone
from rest_framework import exceptions
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from loyalty import access, events, idempotency, tokens
from loyalty.access import Access, Grant
from loyalty.actors import SYSTEM, Actor, ActorKind
from loyalty.api import fingerprints
from loyalty.models import Store
from loyalty.principals import Principal
from loyalty.refusals import NotFound, Refusal
from loyalty.throttles import client_address

log = structlog.get_logger(__name__)
_ID = re.compile(rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_KEPT_HEADERS = ("Content-Type", "Location", "Content-Range", "X-Total-Count")


class PayloadTooLarge(exceptions.APIException):
    status_code = 413
    default_detail = "Request Entity Too Large"


class Unavailable(exceptions.APIException):
    """The database cannot serve this request now; the same request may succeed in a moment."""

    status_code = 503
    default_detail = "Service Unavailable"


class AlwaysFirstRenderer(BaseContentNegotiation):
    """Answer in the dialect's own format whatever `Accept` says, as the originals do."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        main = request.content_type.split(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == main), None)

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        return renderers[0], renderers[0].media_type


class DialectView(APIView):
    """One route of a dialect. Subclasses declare `grant` or `grants` and write get/post/put/patch/delete.

    In a handler: `self.principal` (None only on public routes), `self.actor`, `self.store` (routes with a store),
    `request.data` (the parsed body) and `self.at` (when the request arrived).
    """

    grant: ClassVar[Grant | None] = None
    grants: ClassVar[dict[str, Grant]] = {}
    # Log-ins have no effect worth repeating once; their answers are not stored.
    keeps_answers: ClassVar[bool] = True
    # Answers may name people by more than their ids: those of imports, row by row.
    answers_name_anybody: ClassVar[bool] = False
    # Largest body that is read, in bytes; import routes raise it.
    max_body: ClassVar[int] = 10 * 1024 * 1024
    content_negotiation_class = AlwaysFirstRenderer
    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()

    principal: Principal | None
    store: Store

    # --- What a dialect fills in ------------------------------------------------------------------------------

    def find_credential(self, request: HttpRequest) -> str | None:
        """Give the credential that the request shows: by default `Authorization: Bearer`, else `X-AUTH-TOKEN`."""
        scheme, _, token = request.headers.get("Authorization", "").strip().partition(" ")
        bearer = token.strip() if scheme.lower() == "bearer" else ""
        return bearer or request.headers.get("X-AUTH-TOKEN", "").strip() or None

    def find_store(self, kwargs: dict[str, Any]) -> Store | None:
        """Take the store's name out of the path arguments and find it; None on a route without a store.

        Raises: NotFound when unknown or inactive.
        """
        raise NotImplementedError

    def answer_error(self, error: Exception) -> HttpResponseBase:
        """Turn a refusal or an HTTP problem into the dialect's answer."""
        raise NotImplementedError

    def store_named(self, name: str | UUID) -> Store:
        """Give the active store with this code, letter case counting, or with this id.

        Raises: NotFound.
        """
        field = "pk" if isinstance(name, UUID) else "code"
        home = self.principal.home if self.principal else None
        # A party's own store was read together with its credential. No name holds a NUL, and PostgreSQL takes none.
        store = home if home and getattr(home, field) == name else None
        if store is None and "\x00" not in str(name):
            store = Store.objects.filter(**{field: name}).first()
        if store is None or getattr(store, field) != name or not store.is_active:
            raise NotFound
        return store

    # --- The way of a request ---------------------------------------------------------------------------------

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        wrapped = self.prepare(request, *args, **kwargs)
        if request.method == "OPTIONS":
            return self._finish(Response(status=204, headers={"Allow": ", ".join(self.allowed_methods)}))
        try:
            handler = self._handler()
            self._admit(request)
            self.kwargs = self._resolve(kwargs)
            self._read_body(wrapped)
            if self._key() is None:
                response = self._run(handler)
            else:
                response = self._run_once(handler)
            return self._finish(response)
        except Exception as error:  # noqa: BLE001  # every problem becomes an answer in the dialect's shape
            return self._finish(self._problem(error))

    def prepare(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        """Set the view up for one request, and note when it arrived."""
        self.args, self.kwargs, self.headers = args, kwargs, {}
        self.principal, self.format_kwarg, self.at = None, None, timezone.now()
        self.request = self.initialize_request(request, *args, **kwargs)
        renderer, media_type = self.perform_content_negotiation(self.request)
        self.request.accepted_renderer, self.request.accepted_media_type = renderer, media_type
        return self.request

    @property
    def actor(self) -> Actor:
        """Who acts: the authenticated party, or the system where nobody has to be."""
        return SYSTEM if self.principal is None else self.principal.actor

    def grant_for(self, method: str) -> Grant:
        """Give the rule for a method. A route without one is a programming error, not an open door."""
        wanted = "GET" if method == "HEAD" else method
        grant = self.grants.get(wanted, self.grant)
        if grant is None:
            raise ImproperlyConfigured(f"{type(self).__name__} has no grant for {method}")
        return grant

    def check_self(self, customer_id: UUID) -> None:
        """Refuse a customer who names somebody else, exactly as if that one did not exist.

        Raises: NotFound.
        """
        principal = self.principal
        if (
            principal is not None
            and principal.kind is ActorKind.CUSTOMER
            and principal.id != str(customer_id)
        ):
            raise NotFound

    def _handler(self) -> Callable[..., HttpResponseBase]:
        method = (self.request.method or "").lower()
        handler = getattr(self, method, None) if method in self.http_method_names else None
        if handler is None:
            raise exceptions.MethodNotAllowed(method.upper())
        found: Callable[..., HttpResponseBase] = handler
        return found

    def _admit(self, request: HttpRequest) -> None:
        """Authenticate and decide. Raises: NotAuthenticated, CredentialProblem, PermissionDenied."""
        method = request.method or ""
        grant = self.grant_for(method)
        credential = self.find_credential(request)
        if grant.public:
            self.principal = self._known_or_nobody(credential)
            self._note_principal()
            return
        if credential is None:
            raise exceptions.NotAuthenticated
        self.principal = self._authenticate(credential)
        self._note_principal()
        wanted = Access.VIEW if method in {"GET", "HEAD"} else Access.MODIFY
        if not access.may(self.principal, grant, wanted):
            raise exceptions.PermissionDenied

    def _authenticate(self, credential: str) -> Principal:
        if tokens.looks_like_jwt(credential):
            return tokens.read_access(credential)
        return tokens.read_permanent(credential, at=self.at)

    def _known_or_nobody(self, credential: str | None) -> Principal | None:
        """On public routes a stale credential is no obstacle."""
        try:
            return None if credential is None else self._authenticate(credential)
        except tokens.CredentialProblem:
            return None

    def _note_principal(self) -> None:
        if self.principal is not None:
            structlog.contextvars.bind_contextvars(
                principal_kind=self.principal.kind.value, principal_id=self.principal.id
            )

    def _resolve(self, kwargs: dict[str, Any]) -> dict[str, Any]:
        """Find the store that the path names. Raises: NotFound, also beyond the caller's reach."""
        store = self.find_store(kwargs)
        if store is not None:
            if self.principal is not None and not self._reaches(store):
                raise NotFound
            self.store = store
            structlog.contextvars.bind_contextvars(store=store.code)
        return kwargs

    def _reaches(self, store: Store) -> bool:
        assert self.principal is not None
        return self.grant_for(self.request.method or "").public or self.principal.may_see_store(store.id)

    def _read_body(self, request: Request) -> None:
        """Parse the body now, so that a broken one is refused before anything runs."""
        try:
            length = int(request.META.get("CONTENT_LENGTH") or 0)
        except ValueError:
            raise exceptions.ParseError from None
        if length > self.max_body:
            raise PayloadTooLarge
        if "multipart/form-data" not in (request.content_type or ""):
            _ = request._request.body
        _ = request.data

    def _key(self) -> str | None:
        if self.request.method not in _WRITES or not self.keeps_answers:
            return None
        return self.request.headers.get("Idempotency-Key")

    def _run(self, handler: Callable[..., HttpResponseBase]) -> HttpResponseBase:
        return handler(self.request, *self.args, **self.kwargs)

    def _run_once(self, handler: Callable[..., HttpResponseBase]) -> HttpResponseBase:
        def run() -> idempotency.Answer:
            with events.noting_customers() as customers:
                try:
                    response = self._finish(self._run(handler))
                except Exception as error:  # noqa: BLE001  # the answer to a problem is kept too
                    response = self._finish(self._problem(error))
            answer = _as_answer(response)
            return replace(answer, subjects=self._subjects(answer.body, noted=customers))

        answer, replayed = idempotency.once(
            scope=self._scope(), key=self._key() or "", digest=fingerprints.of_request(self.request), run=run
        )
        response = _as_response(answer)
        if replayed:
            response.headers["Idempotency-Replayed"] = "true"
        return response

    def _subjects(self, body: bytes, *, noted: set[str]) -> frozenset[str]:
        """Give whom a write was about: of whom something was recorded, the ids in the path and those in the answer."""
        if self.answers_name_anybody:
            return frozenset({idempotency.ANYBODY})
        named = {str(value) for value in self.kwargs.values() if isinstance(value, UUID)}
        return frozenset(noted | named | {found.decode() for found in _ID.findall(body)})

    def _scope(self) -> str:
        who = client_address(self.request._request)
        if self.principal is not None:
            who = f"{self.principal.kind.value}:{self.principal.id}"
        return idempotency.scope_of(credential=who, method=self.request.method or "", path=self.request.path)

    def _problem(self, error: Exception) -> HttpResponseBase:
        if isinstance(error, exceptions.MethodNotAllowed):
            self.headers["Allow"] = ", ".join(self.allowed_methods)
        elif isinstance(error, Http404):
            error = NotFound()
        elif isinstance(error, RequestDataTooBig):
            error = PayloadTooLarge()
        elif isinstance(error, SuspiciousOperation | UnreadablePostError):
            error = exceptions.ParseError()
        elif isinstance(error, OperationalError):
            log.exception("the database did not serve a request")
            error = Unavailable()
        known = (Refusal, exceptions.APIException, tokens.CredentialProblem)
        if not isinstance(error, known):
            log.exception("a request failed", path=self.request.path)
            got_request_exception.send(sender=type(self), request=self.request._request)
            error = exceptions.APIException()
        return self.answer_error(error)

    def _finish(self, response: HttpResponseBase) -> HttpResponseBase:
        if isinstance(response, Response) and not response.is_rendered:
            response = self.finalize_response(self.request, response)
            response.render()
        if self.principal is not None:
            response.headers["Cache-Control"] = "no-store"
        request_id = structlog.contextvars.get_contextvars().get("request_id")
        if request_id:
            response.headers["X-Request-ID"] = request_id
        return response


def _as_answer(response: HttpResponseBase) -> idempotency.Answer:
    headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
    # A streamed answer that is kept has to be whole: the same bytes again.
    body: bytes = response.getvalue() if isinstance(response, HttpResponse | StreamingHttpResponse) else b""
    return idempotency.Answer(status=response.status_code, body=body, headers=headers)


def _as_response(answer: idempotency.Answer) -> HttpResponseBase:
    response = HttpResponse(answer.body, status=answer.status)
    del response.headers["Content-Type"]
    for name, value in answer.headers.items():
        response.headers[name] = value
    return response
