"""The version route and unknown paths."""

import pytest

from tests.callers import Caller


def test_the_version_is_that_of_the_dialect():
    response = Caller()("GET", "/api/")
    assert (response.status_code, response.json()) == (200, {"name": "OpenLoyalty", "version": "4.2.0"})


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize("path", ["/api/nothing", "/api/DEFAULT/nothing/here", "/api/%00", "/api/ż/ó"])
def test_unknown_paths_have_the_dialect_s_404(method, path):
    response = Caller()(method, path, {"a": 1})
    assert (response.status_code, response.json()) == (404, {"error": {"code": 404, "message": "Not Found"}})
