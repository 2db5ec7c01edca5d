"""Every address of the API is declared: who may use it, and where it leads."""

from collections.abc import Iterator

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.urls import URLPattern, URLResolver, get_resolver

from loyalty.api.base import DialectView
from loyalty.api.open_loyalty.views import NotFoundView
from tests.callers import Caller

METHODS = ("get", "post", "put", "patch", "delete")


def routes(resolver, prefix="") -> Iterator[tuple[str, type]]:
    for entry in resolver.url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry, path)
        elif isinstance(entry, URLPattern) and hasattr(entry.callback, "view_class"):
            yield path, entry.callback.view_class


def api_routes() -> list[tuple[str, type]]:
    found = [(path, view) for path, view in routes(get_resolver()) if path.startswith("api/")]
    return [(path, view) for path, view in found if not path.startswith(("api/docs", "api/schema"))]


def test_every_route_of_the_api_speaks_the_dialect():
    assert [path for path, view in api_routes() if not issubclass(view, DialectView)] == []


def test_every_method_of_every_route_says_whom_it_serves():
    undeclared = []
    for path, view in api_routes():
        for method in METHODS:
            if view is not NotFoundView and hasattr(view, method):
                try:
                    view().grant_for(method.upper())
                except ImproperlyConfigured:
                    undeclared.append((path, method))
    assert undeclared == []


def test_public_routes_are_few_and_known():
    public = {
        f"{method.upper()} /{path}"
        for path, view in api_routes()
        for method in METHODS
        if view is not NotFoundView and hasattr(view, method) and view().grant_for(method.upper()).public
    }
    assert public == {
        "GET /api/",
        "GET /api/healthcheck",
        "POST /api/admin/login_check",
        "POST /api/token/refresh",
        "POST /api/<str:store_code>/seller/login_check",
        "POST /api/<str:store_code>/customer/login_check",
        "POST /api/<str:store_code>/customer/self_register",
    }


def test_no_route_hides_another():
    """Of two routes that one path could mean, the more literal comes first."""
    seen: list[str] = []
    hidden = []
    for path, _ in api_routes():
        parts = path.split("/")
        for earlier in seen:
            others = earlier.split("/")
            pairs = list(zip(others, parts, strict=False))
            if (
                len(others) == len(parts)
                and all(a == b or a.startswith("<str:") for a, b in pairs)
                and earlier != path
            ):
                hidden.append((earlier, path))
        seen.append(path)
    assert hidden == []


@pytest.mark.django_db
def test_guarded_routes_refuse_anonymous_callers(store):
    open_to_anyone = []
    for path, view in api_routes():
        if view is NotFoundView:
            continue
        concrete = "/" + "/".join(_fill(part) for part in path.split("/"))
        for method in METHODS:
            if hasattr(view, method) and not view().grant_for(method.upper()).public:
                status = Caller()(method.upper(), concrete).status_code
                if status != 401:
                    open_to_anyone.append((method, concrete, status))
    assert open_to_anyone == []


def _fill(part):
    if part.startswith("<id:"):
        return "00000000-0000-474c-b092-b0dd880c07e2"
    if part == "<str:store_code>":
        return "DEFAULT"
    return "1" if part.startswith("<") else part
