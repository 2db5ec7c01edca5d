"""Requests that nobody honest sends: every route answers them, and none breaks or keeps anything."""

import pytest

from customers.models import Level
from loyalty.models import Event
from tests.architecture.served import Route, served_routes
from tests.callers import Caller, as_partner, as_person
from tests.factories import make_staff

pytestmark = pytest.mark.django_db

WRITE = [route for route in served_routes() if route.method != "GET"]
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
JSON_API = "application/vnd.api+json"
# (content type, body): what cannot be parsed, and values where objects, texts or numbers belong.
BODIES = [
    (JSON, b""),
    (JSON, b"[]"),
    (JSON, b'{"a":' * 5000),
    (JSON, b'{"a": 1e99999999999999999999}'),
    (JSON, b'{"a": ' + b"9" * 5000 + b"}"),
    (JSON, b'{"a": "\\ud800", "b": "\\u0000"}'),
    (JSON, b"\xff\xfe"),
    (f"{JSON}; charset=nonsense", b"{}"),
    *(
        (JSON, b'{"%s": %s}' % (name, value))
        for name in (b"transaction", b"customer", b"transfer", b"level", b"earningRule", b"pos", b"labels")
        for value in (
            b"1",
            b"true",
            b'"x"',
            b"[[]]",
            b'{"\\u0000": {}}',
            b'{"items": {"0": 1}, "labels": [1]}',
        )
    ),
    *(
        (JSON_API, b'{"data": %s}' % value)
        for value in (
            b"1",
            b"[]",
            b'{"attributes": 1}',
            b'{"type": [], "id": {}, "attributes": {"name": {}}}',
        )
    ),
    (FORM, b"a" + b"[x]" * 1000 + b"=1"),
    (FORM, b"[=1&]=2&a[=3&a]=4&a[[b]]=5"),
    (FORM, b"customer=1&customer[labels]=2&customer[labels][0]=3"),
    (FORM, b"a=%ff%00"),
    ("multipart/form-data", b"x"),
    ("multipart/form-data; boundary=x", b"x"),
    ("text/plain", b"x"),
    ("", b"x"),
]

READ = [route for route in served_routes() if route.method == "GET" and not route.path.endswith("/revoke")]


def somebody_served(store, route: Route) -> Caller:
    return as_partner(store) if "partner" in route.who else as_person(make_staff(), "admin")


@pytest.mark.parametrize("route", READ, ids=lambda route: route.path)
def test_head_answers_as_get_does(store, route: Route):
    caller = somebody_served(store, route)
    head = caller("HEAD", route.address())
    assert head.status_code == caller("GET", route.address()).status_code
    assert head.status_code < 500
    assert head.content == b""


@pytest.mark.parametrize("route", WRITE, ids=lambda route: f"{route.method} {route.path}")
def test_no_body_breaks_a_route(store, route: Route):
    caller = somebody_served(store, route)
    for kind, body in BODIES:
        answer = caller.client.generic(route.method, route.address(), body, content_type=kind)
        assert answer.status_code < 500, (kind, body[:80])
    assert not Event.objects.exists()


@pytest.mark.parametrize("key", ["e\x00n", "\ud800", " ", "x" * 17])
def test_names_that_no_column_holds_are_refused(store, key):
    admin = as_person(make_staff(), "admin")
    level = {"conditionValue": 5, "translations": {key: {"name": "gold"}}}
    assert admin("POST", "/api/DEFAULT/level/create", {"level": level}).status_code == 400
    assert not Level.objects.exists()
