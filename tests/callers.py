"""Callers of the APIs: one party with a credential, speaking JSON or bracket notation."""

import json
from typing import Any
from urllib.parse import urlencode

from django.test import Client
from django.utils import timezone

from loyalty import tokens
from loyalty.models import Store


class Caller:
    """Calls the API as one party: `alice("POST", "/api/DEFAULT/transaction", {...})`."""

    def __init__(self, token: str | None = None, *, encoding: str = "json") -> None:
        self.client = Client(headers={"Authorization": f"Bearer {token}"} if token else {})
        self.encoding = encoding

    def __call__(
        self,
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
        *,
        headers: dict[str, str] | None = None,
        **query: Any,
    ) -> Any:
        data, kind = b"", "application/json"
        if body is not None and self.encoding == "json":
            data = json.dumps(body, default=str).encode()
        elif body is not None:
            data, kind = in_brackets(body).encode(), "application/x-www-form-urlencoded"
        return self.client.generic(
            method, path, data, content_type=kind, query_params=query or None, headers=headers or {}
        )


def in_brackets(body: dict[str, Any]) -> str:
    """Write a body as form fields in bracket notation."""
    return urlencode(list(_flat(body)))


def _flat(value: Any, name: str = "") -> Any:
    if isinstance(value, dict | list):
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for key, child in pairs:
            yield from _flat(child, f"{name}[{key}]" if name else str(key))
    else:
        yield name, ("1" if value else "0") if isinstance(value, bool) else value


def as_partner(store: Store | None, *abilities: str, encoding: str = "json") -> Caller:
    """Make a caller with a permanent token; without abilities it may do everything."""
    _, raw = tokens.create_permanent("partner", store=store, abilities=abilities or ["*"])
    return Caller(raw, encoding=encoding)


def as_person(holder: Any, kind: str, *, encoding: str = "json") -> Caller:
    """Make a caller who has logged in: kind `admin`, `seller` or `customer`."""
    return Caller(tokens.log_in(kind, holder, at=timezone.now()).access, encoding=encoding)
