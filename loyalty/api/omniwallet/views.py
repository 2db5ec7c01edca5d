"""The base view of the dialect."""

from collections.abc import Collection, Mapping
from functools import cached_property
from typing import Any, ClassVar, TypeVar, cast
from urllib.parse import quote
from zoneinfo import ZoneInfo

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from loyalty.access import Grant
from loyalty.api.base import DialectView
from loyalty.api.bodies import JsonParser
from loyalty.api.omniwallet import errors, forms, lists
from loyalty.api.omniwallet.documents import MEDIA_TYPE, JsonApiRenderer
from loyalty.api.omniwallet.problems import Problem, ProblemsFound
from loyalty.api.omniwallet.schema import OmniwalletSchema
from loyalty.models import Store
from loyalty.refusals import Refusal

BASE = "/omniwallet/api/v1"
ACCOUNT = "X-Omniwallet-Account"
PARTNERS = Grant(ability="omniwallet")
_Row = TypeVar("_Row", bound=Model)


class JsonApiParser(JsonParser):
    """The same JSON under the media type of JSON:API."""

    media_type = MEDIA_TYPE


class OmniwalletView(DialectView):
    """One route of the Omniwallet dialect."""

    grant = PARTNERS
    # What `self.read()` reads per method. Also what the OpenAPI document shows.
    form_classes: ClassVar[dict[str, type[forms.Form]]] = {}
    # GET answers a list; POST makes something.
    is_list: ClassVar[bool] = False
    makes: ClassVar[bool] = False
    # What a list may be ordered by (wire name -> column) and narrowed by.
    sorts: ClassVar[Mapping[str, str]] = {}
    filters: ClassVar[Collection[str]] = ()
    # An example of the answer per method, and its media type, for the OpenAPI document.
    answers: ClassVar[dict[str, Any]] = {}
    answer_type: ClassVar[str] = MEDIA_TYPE
    parser_classes = (JsonApiParser, JsonParser)
    renderer_classes = (JsonApiRenderer,)
    schema = OmniwalletSchema()

    # Where the read body holds each of our fields.
    _pointers: Mapping[str, str] = {}

    # --- For handlers -----------------------------------------------------------------------------------------

    def read(self, *, resource_id: str | None = None) -> dict[str, Any]:
        """Read the body through the method's form and give its values under our names.

        A body that changes something may leave out what stays.
        Raises: ProblemsFound (422; 409 for another type or id).
        """
        method = self.request.method or ""
        values, self._pointers = forms.read(
            self.form_classes[method],
            cast(Mapping[str, Any], self.request.data),
            resource_id=resource_id,
            partial=method == "PATCH",
        )
        return values

    @cached_property
    def asked(self) -> lists.Asked:
        """What the query asks of this list. Raises: ProblemsFound (400)."""
        return lists.read(self.request.query_params, sorts=self.sorts, filters=self.filters)

    def paginate(self, rows: QuerySet[_Row], *, default: str, total: int) -> lists.Page[_Row]:
        """Give the asked page of a list."""
        return lists.paginate(rows, self.asked, columns=self.sorts, default=default, total=total)

    def address(self, *segments: str) -> str:
        """Give the absolute address of a route of this dialect."""
        path = "/".join(quote(segment, safe="@") for segment in segments)
        return self.request.build_absolute_uri(f"{BASE}/{path}")

    @cached_property
    def zone(self) -> ZoneInfo:
        """The store's time zone."""
        return self.store.programme.zone

    # --- What the dialect fills in ----------------------------------------------------------------------------

    def find_store(self, kwargs: dict[str, Any]) -> Store:
        """Find the store named by `X-Omniwallet-Account`, letter case counting; without it the token's own.

        Raises: NotFound; ProblemsFound (400) when a token of all stores names none.
        """
        home = self.principal.home if self.principal else None
        code = self.request.headers.get(ACCOUNT, "").strip() or (home.code if home else "")
        if not code:
            raise ProblemsFound(
                Problem(400, "account_missing", "Name the account: this token has several.", header=ACCOUNT)
            )
        return self.store_named(code)

    def answer_error(self, error: Exception) -> HttpResponseBase:
        """Answer with error objects (`errors.py`)."""
        if isinstance(error, Refusal):
            return errors.answer_refusal(error, self._pointers)
        return errors.answer_problem(error)


class NotFoundView(OmniwalletView):
    """Whatever lies under the dialect's base address and is no route."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.prepare(request)
        return self._finish(errors.answer_status(404))
