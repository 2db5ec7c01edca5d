"""The base view of the dialect: a permanent token, the brand from query or body, errors in one shape."""

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar

from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from rest_framework.renderers import JSONRenderer

from loyalty.api.base import DialectView
from loyalty.api.bodies import JsonParser, read_uuid
from loyalty.api.walletapp import errors, forms
from loyalty.api.walletapp.forms import BrandForm, Form
from loyalty.api.walletapp.schema import WalletAppSchema
from loyalty.models import Store
from loyalty.refusals import NotFound, Refusal

_LISTED = re.compile(r"([a-z_]+)\[[0-9]*\]", re.ASCII)


class WalletAppView(DialectView):
    """One route of the WalletApp dialect; the package docstring shows how to write one."""

    # What `self.read()` reads, per method where methods differ. Also what the OpenAPI document shows.
    form_class: ClassVar[type[Form]] = BrandForm
    form_classes: ClassVar[dict[str, type[Form]]] = {}
    # An example of the answer per method, for the OpenAPI document.
    answers: ClassVar[dict[str, Any]] = {}
    # Off on routes that find their store otherwise, or need none.
    names_brand: ClassVar[bool] = True
    parser_classes = (JsonParser,)
    renderer_classes = (JSONRenderer,)
    schema = WalletAppSchema()

    # --- For handlers -----------------------------------------------------------------------------------------

    def read(self) -> dict[str, Any]:
        """Read the parameters through the view's form and give their values under our names.

        Raises: FormInvalid (422, with every field at fault).
        """
        context: dict[str, Any] = {"now": self.at}
        if hasattr(self, "store"):
            context["zone"] = self.store.programme.zone
        return forms.read(self.form_class_for(self.request.method or ""), self.params, context=context)

    def form_class_for(self, method: str) -> type[Form]:
        """Give the form that a method reads; HEAD reads what GET reads."""
        return self.form_classes.get("GET" if method == "HEAD" else method, self.form_class)

    @cached_property
    def params(self) -> dict[str, Any]:
        """The query parameters and the body in one, whatever the method; the body wins (wire decision 29)."""
        body = self.request.data if isinstance(self.request.data, Mapping) else {}
        return {**_of_query(self.request.query_params), **body}

    # --- What the dialect fills in ----------------------------------------------------------------------------

    def find_store(self, kwargs: dict[str, Any]) -> Store | None:
        """Find the store that `brand_id` names, in the query or in the body.

        Raises: FormInvalid when it is missing or malformed, NotFound when unknown or inactive.
        """
        # The body is needed now; how large it may be is checked before it is read.
        self._read_body(self.request)
        if not self.names_brand:
            return None
        return self.store_named(forms.read(BrandForm, self.params, context={})["brand_id"])

    def answer_error(self, error: Exception) -> HttpResponseBase:
        """Answer in the dialect's shape (`errors.py`)."""
        if isinstance(error, Refusal):
            return errors.answer_refusal(error, self.form_class_for(self.request.method or ""))
        return errors.answer_problem(error)

    def _resolve(self, kwargs: dict[str, Any]) -> dict[str, Any]:
        """Find the store, then read the ids in the path: what is no id names nothing. Raises: NotFound."""
        return {name: _id(value) for name, value in super()._resolve(kwargs).items()}


def _of_query(query: QueryDict) -> dict[str, Any]:
    """Give the parameters of a query; `users[]=…&users[]=…`, numbered or not, is a list."""
    lists: dict[str, list[str]] = {}
    for name, values in query.lists():
        listed = _LISTED.fullmatch(name)
        if listed:
            lists.setdefault(listed[1], []).extend(values)
    return {**lists, **query.dict()}


def _id(value: Any) -> Any:
    found = read_uuid(str(value))
    if found is None:
        raise NotFound
    return found


class NotFoundView(WalletAppView):
    """Whatever lies under `/walletapp/` and is no route."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.prepare(request)
        return self._finish(errors.answer_status(404))
