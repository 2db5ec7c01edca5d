"""The base view of the dialect."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar, TypeVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from rest_framework.serializers import Serializer

from loyalty.api.base import DialectView
from loyalty.api.bodies import JsonParser
from loyalty.api.open_loyalty import errors, forms, lists
from loyalty.api.open_loyalty.parsers import FormDataParser, FormParser, read_query
from loyalty.api.open_loyalty.schema import DialectSchema
from loyalty.api.open_loyalty.wire import WireRenderer
from loyalty.models import Store
from loyalty.refusals import Refusal

_Row = TypeVar("_Row", bound=Model)


class OpenLoyaltyView(DialectView):
    """One route of the Open Loyalty dialect; the package docstring shows how to write one."""

    # What `self.read()` reads; per method where methods differ. Also what the OpenAPI document shows.
    form_class: ClassVar[type[forms.Form] | None] = None
    form_classes: ClassVar[dict[str, type[forms.Form]]] = {}
    # An example or serializer of the answer per method, for the OpenAPI document.
    answers: ClassVar[dict[str, Any]] = {}
    parser_classes = (JsonParser, FormParser, FormDataParser)
    renderer_classes = (WireRenderer,)
    schema = DialectSchema()

    _form: Serializer[Any] | None = None

    # --- For handlers -----------------------------------------------------------------------------------------

    def read(self, form_class: type[forms.Form] | None = None, *, partial: bool = False) -> dict[str, Any]:
        """Read the body through a form (by default the view's own) and give its values under our names.

        Raises: FormInvalid (400, every field of the form in the answer).
        """
        chosen = form_class or self.form_class_for(self.request.method or "")
        if chosen is None:
            raise TypeError(f"{type(self).__name__} has no form for {self.request.method}")
        context = {"zone": self.zone, "view": self}
        body = self.params if chosen.wrapped_in is None else self._wrapped(chosen.wrapped_in)
        self._form, values = forms.read(chosen, body, partial=partial, context=context)
        return values

    def form_class_for(self, method: str) -> type[forms.Form] | None:
        """Give the form that a method reads, if it reads one; HEAD reads what GET reads."""
        asked = "GET" if method == "HEAD" else method
        return self.form_classes.get(asked) or (self.form_class if asked not in {"GET", "DELETE"} else None)

    @cached_property
    def params(self) -> dict[str, Any]:
        """The query parameters and the body in one; the body wins where both name the same (wire decision 11)."""
        body = self.request.data if isinstance(self.request.data, Mapping) else {}
        return {**read_query(self.request.query_params), **body}

    @cached_property
    def zone(self) -> ZoneInfo:
        """The store's time zone; UTC on routes without a store."""
        return self.store.programme.zone if hasattr(self, "store") else ZoneInfo("UTC")

    def paginate(
        self,
        rows: QuerySet[_Row],
        *,
        sort: Mapping[str, str],
        default: str,
        direction: str = "ASC",
        per_page: int = 10,
    ) -> lists.Page[_Row]:
        """Give the asked page of a list: `page.items` and `page.total`.

        Raises: ParseError (400) for a bad page, size, column or direction.
        """
        return lists.paginate(
            rows, self.params, sort=sort, default=default, direction=direction, per_page=per_page
        )

    # --- What the dialect fills in ----------------------------------------------------------------------------

    def find_credential(self, request: HttpRequest) -> str | None:
        """Look in `Authorization: Bearer`, `X-AUTH-TOKEN` and, where allowed, `?auth_token=`."""
        shown = super().find_credential(request)
        if shown is None and settings.ALLOW_TOKEN_IN_QUERY:
            return request.GET.get("auth_token") or None
        return shown

    def find_store(self, kwargs: dict[str, Any]) -> Store | None:
        """Find the store named by `store_code` in the path, letter case counting."""
        if "store_code" not in kwargs:
            return None
        return self.store_named(str(kwargs.pop("store_code")))

    def answer_error(self, error: Exception) -> HttpResponseBase:
        """Answer in the dialect's shapes (`errors.py`)."""
        if isinstance(error, Refusal):
            return errors.answer_refusal(error, self._form)
        return errors.answer_problem(error)

    def _wrapped(self, name: str) -> dict[str, Any]:
        inner = self.params.get(name, {})
        return {name: inner}


class NotFoundView(OpenLoyaltyView):
    """Whatever lies under `/api/` and is no route."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.prepare(request)
        return self._finish(errors.answer_status(404))
