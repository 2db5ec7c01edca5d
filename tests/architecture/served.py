"""The routes of the dialects, read from the URL list and compared with `routes.tsv`."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.urls import URLPattern, URLResolver, get_resolver

from loyalty.access import Grant
from loyalty.api.base import DialectView

# Where each dialect begins.
PREFIXES = ("/api/", "/omniwallet/api/v1/", "/walletapp/", "/wallet2-api/api/", "/auth-oauth2/oauth/token")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_PARAMETER = re.compile(r"<(?:\w+:)?\w+>|\{\w+\}")
# What stands in the place of a parameter when a path is asked for.
SOMEBODY = str(UUID(int=42))


@dataclass(frozen=True)
class Route:
    """A method on a path and whom it serves; parameters of a path are all written `{}`."""

    method: str
    path: str
    who: str

    def address(self, store_code: str = "DEFAULT") -> str:
        """Give an address of the route, for nothing that exists but the store."""
        in_store = self.path.replace("/api/{}", f"/api/{store_code}", 1)
        return in_store.replace("{}", SOMEBODY)


def written_routes() -> list[Route]:
    """Read `routes.tsv`."""
    with (Path(__file__).parent / "routes.tsv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        return [Route(row["method"], plain(row["path"]), row["who"]) for row in rows]


def served_routes() -> list[Route]:
    """List every method of every route whose view belongs to a dialect."""
    return [
        Route(method, path, who(view.grants.get(method, view.grant)))
        for path, view in dialect_views()
        for method in METHODS
        if hasattr(view, method.lower())
    ]


def dialect_views() -> Iterator[tuple[str, type[DialectView]]]:
    """Yield path and view class of every dialect's routes, the answers for unknown paths left out."""
    for path, callback in _walk(get_resolver(), "/"):
        view = getattr(callback, "view_class", None) or getattr(callback, "cls", None)
        is_ours = isinstance(view, type) and issubclass(view, DialectView) and view.__name__ != "NotFoundView"
        if path.startswith(PREFIXES) and is_ours:
            yield path, view


def other_api_paths() -> list[str]:
    """List what lies where dialects do and is no dialect's."""
    known = {path for path, _ in dialect_views()}
    return sorted({path for path, _ in _walk(get_resolver(), "/") if path.startswith(PREFIXES)} - known)


def who(grant: Grant | None) -> str:
    """Write a grant as `routes.tsv` does: admin, seller, customer, staff, partner; or any, public, none."""
    if grant is None:
        return "none"
    if grant.public:
        return "public"
    if grant.anyone:
        return "any"
    kinds = {
        "admin": grant.resource is not None,
        "customer": grant.customer,
        "seller": grant.seller,
        "staff": grant.staff,
        "partner": grant.ability is not None or bool(grant.abilities),
    }
    return ",".join(kind for kind, served in kinds.items() if served)


def plain(path: str) -> str:
    """Give a path with all parameters written alike."""
    return _PARAMETER.sub("{}", path)


def _walk(resolver: URLResolver, prefix: str) -> Iterator[tuple[str, Any]]:
    for entry in resolver.url_patterns:
        path = prefix + plain(str(entry.pattern))
        if isinstance(entry, URLResolver):
            yield from _walk(entry, path)
        elif isinstance(entry, URLPattern):
            yield path, entry.callback
