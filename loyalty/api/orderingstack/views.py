"""The base view of the dialect: a token with a role, the tenant, errors in one shape."""

from collections.abc import Mapping
from typing import Any, ClassVar, cast

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from rest_framework.renderers import JSONRenderer

from loyalty.api.base import DialectView
from loyalty.api.bodies import JsonParser, read_uuid
from loyalty.api.orderingstack import forms, lists
from loyalty.api.orderingstack.errors import Answers
from loyalty.api.orderingstack.schema import Wallet2Schema
from loyalty.models import Store
from loyalty.refusals import NotFound, Refusal

TENANT = "x-tenant"


class Wallet2View(DialectView):
    """One route of the Wallet2 dialect; the package docstring shows what else there is."""

    # What `self.read()` reads per method. Also what the OpenAPI document shows.
    form_classes: ClassVar[dict[str, type[forms.Form]]] = {}
    # What `self.read_query()` reads.
    query_class: ClassVar[type[forms.Form] | None] = None
    # What a list may be ordered by and narrowed by: wire name -> column. Empty: GET answers no list.
    list_of: ClassVar[lists.Columns | None] = None
    # The good status and an example of the answer per method, for the OpenAPI document.
    answers: ClassVar[dict[str, tuple[int, Any]]] = {}
    # The document's description of a body that no form says, per method.
    bodies: ClassVar[dict[str, Any]] = {}
    body_type: ClassVar[str] = "application/json"
    parser_classes = (JsonParser,)
    renderer_classes = (JSONRenderer,)
    schema = Wallet2Schema()

    # --- For handlers -----------------------------------------------------------------------------------------

    def read(self) -> dict[str, Any]:
        """Read the body through the method's form and give its values under our names.

        Raises: FormInvalid (400, with every member at fault).
        """
        form_class = self.form_classes[self.request.method or ""]
        return forms.read(form_class, cast(Mapping[str, Any], self.request.data))

    def read_query(self) -> dict[str, Any]:
        """Read the query through the view's form and give its values under our names. Raises: FormInvalid."""
        assert self.query_class is not None
        return forms.read_query(self.query_class, self.request.query_params)

    # --- What the dialect fills in ----------------------------------------------------------------------------

    def find_store(self, kwargs: dict[str, Any]) -> Store | None:
        """Find the store that `x-tenant` names; without it the caller's own.

        Raises: FormInvalid when it is malformed, or missing where the caller has several; NotFound when unknown.
        """
        home = self.principal.home if self.principal else None
        named = self.request.headers.get(TENANT, "").strip()
        if named:
            tenant = read_uuid(named)
            if tenant is None:
                raise forms.FormInvalid({TENANT: "must be a UUID"})
            return self.store_named(tenant)
        if home is None:
            raise forms.FormInvalid({TENANT: "must not be missing: this caller has several tenants"})
        return self.store_named(home.pk)

    def answer_error(self, error: Exception) -> HttpResponseBase:
        """Answer in the dialect's shape (`errors.py`)."""
        answers = Answers(self.request.path, at=self.at)
        if isinstance(error, Refusal):
            return answers.to_refusal(
                error, self.form_classes.get(self.request.method or "", self.query_class)
            )
        return answers.to_problem(error)

    def _resolve(self, kwargs: dict[str, Any]) -> dict[str, Any]:
        """Find the store, then read the ids in the path: what is no id names nothing. Raises: NotFound."""
        return {name: _id(value) for name, value in super()._resolve(kwargs).items()}


def _id(value: Any) -> Any:
    found = read_uuid(str(value))
    if found is None:
        raise NotFound
    return found


class NotFoundView(Wallet2View):
    """Whatever lies under the dialect's base address and is no route."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.prepare(request)
        return self._finish(Answers(request.path, at=self.at).to_status(404))
