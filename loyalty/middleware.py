"""What happens to every request around its view."""

import time
from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from loyalty import metrics

_DIALECTS = ("/api/", "/omniwallet/api/v1/", "/walletapp/", "/wallet2-api/api/", "/auth-oauth2/")
_WITH_SLASH = (*_DIALECTS, "/api/docs/", "/api/schema/")
_Handler = Callable[[HttpRequest], HttpResponseBase]


def trailing_slash(get_response: _Handler) -> _Handler:
    """Let `/api/…/` mean `/api/…`: clients of the originals write both. `/api/` and the documents keep theirs."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        path = request.path_info
        if path.startswith(_DIALECTS) and path.endswith("/") and path not in _WITH_SLASH:
            request.path_info = path.rstrip("/")
            request.path = request.path.rstrip("/")
        return get_response(request)

    return middleware


def measure(get_response: _Handler) -> _Handler:
    """Note how long each request takes and how it ends, for `/metrics`."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        began = time.perf_counter()
        response = get_response(request)
        metrics.note_request(request, status=response.status_code, seconds=time.perf_counter() - began)
        return response

    return middleware
