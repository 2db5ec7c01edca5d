"""Requests that nobody honest sends: every route answers them, and none breaks or keeps anything."""

import pytest

from customers.models import Level
from tests.architecture.served import Route, served_routes
from tests.callers import as_person
from tests.factories import make_staff

pytestmark = pytest.mark.django_db

READ = [route for route in served_routes() if route.method == "GET" and not route.path.endswith("/revoke")]


@pytest.mark.parametrize("route", READ, ids=lambda route: route.path)
def test_head_answers_as_get_does(store, route: Route):
    admin = as_person(make_staff(), "admin")
    head = admin("HEAD", route.address())
    assert head.status_code == admin("GET", route.address()).status_code
    assert head.status_code < 500
    assert head.content == b""


@pytest.mark.parametrize("key", ["e\x00n", "\ud800", " ", "x" * 17])
def test_names_that_no_column_holds_are_refused(store, key):
    admin = as_person(make_staff(), "admin")
    level = {"conditionValue": 5, "translations": {key: {"name": "gold"}}}
    assert admin("POST", "/api/DEFAULT/level/create", {"level": level}).status_code == 400
    assert not Level.objects.exists()
