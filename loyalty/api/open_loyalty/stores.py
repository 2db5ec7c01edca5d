"""Stores on the wire: list, one, create, update."""

import re
from typing import Any
from uuid import UUID

from babel.numbers import list_currencies
from django.db.models import QuerySet
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from loyalty import stores
from loyalty.access import Grant
from loyalty.api.bodies import read_text
from loyalty.api.open_loyalty import wire
from loyalty.api.open_loyalty.fields import CheckedField, FlagField, TextField
from loyalty.api.open_loyalty.forms import Form
from loyalty.api.open_loyalty.views import OpenLoyaltyView
from loyalty.models import Store
from loyalty.principals import Principal
from loyalty.refusals import NotFound

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", re.ASCII)
_CURRENCIES = frozenset(list_currencies())


def read_code(data: Any) -> str | None:
    """Give a store code: letters, digits, hyphens and underscores."""
    text = read_text(data)
    return text if text is not None and _CODE.fullmatch(text) else None


def read_currency(data: Any) -> str | None:
    """Give an ISO 4217 code in capitals."""
    text = (read_text(data) or "").upper()
    return text if text in _CURRENCIES else None


class StoreForm(Form):
    wrapped_in = "store"

    code = CheckedField(read_code, required=True)
    name = TextField(required=True)
    currency = CheckedField(read_currency, required=True)
    active = FlagField(source="is_active", default=True)


class StoreChangeForm(Form):
    wrapped_in = "store"

    name = TextField(blank=False)
    active = FlagField(source="is_active", blank=False)


class StoreFilter(Form):
    active = FlagField(source="is_active")
    name = TextField()


class StoreList(OpenLoyaltyView):
    grant = Grant("SETTINGS")
    form_class = StoreForm

    def get(self, request: Request) -> Response:
        filters = self.read(StoreFilter)
        rows = reachable(self.principal)
        if "is_active" in request.query_params or request.query_params.get("active"):
            rows = rows.filter(is_active=filters["is_active"])
        if filters.get("name"):
            rows = rows.filter(name__icontains=filters["name"])
        columns = {"name": "name", "code": "code", "currency": "currency", "createdAt": "created_at"}
        page = self.paginate(rows, sort=columns, default="code")
        return Response({"stores": [store_record(store) for store in page.items], "total": page.total})

    def post(self, request: Request) -> Response:
        if self.principal is None or self.principal.store_ids is not None:
            raise PermissionDenied
        store = stores.create_store(**self.read(), actor=self.actor, at=self.at)
        return Response({"storeId": store.id})


class StoreDetail(OpenLoyaltyView):
    grant = Grant("SETTINGS")
    form_class = StoreChangeForm

    def get(self, request: Request, store: UUID) -> Response:
        return Response(store_record(self._find(store)))

    def put(self, request: Request, store: UUID) -> Response:
        found = self._find(store)
        stores.update_store(found, **self.read(), actor=self.actor, at=self.at)
        return Response(status=204)

    def _find(self, store_id: UUID) -> Store:
        store = reachable(self.principal).filter(pk=store_id).first()
        if store is None:
            raise NotFound
        return store


def reachable(principal: Principal | None) -> QuerySet[Store]:
    """Give the stores within a party's reach."""
    if principal is None:
        return Store.objects.none()
    if principal.store_ids is None:
        return Store.objects.all()
    return Store.objects.filter(pk__in=principal.store_ids)


def store_record(store: Store) -> dict[str, Any]:
    return {
        "storeId": store.id,
        "code": store.code,
        "name": store.name,
        "currency": store.currency,
        "active": store.is_active,
        "createdAt": wire.instant(store.created_at, store.programme.zone),
    }
