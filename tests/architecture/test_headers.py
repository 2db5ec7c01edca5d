"""What browsers are told to allow: one strict policy, and the cockpit's one exception (docs/decisions/0003)."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver

from tests.factories import make_staff, make_store

pytestmark = pytest.mark.django_db

STRICT = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
COCKPIT = STRICT | {"script-src": "'self' 'unsafe-eval'"}


def policy(response: HttpResponse) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in response.headers["Content-Security-Policy"].split(";"))
    return {name: values for name, _, values in parts if name}


def cockpit_addresses() -> list[str]:
    """List every address of the cockpit that needs no argument."""

    def walk(patterns: list[Any], prefix: str) -> Iterator[str]:
        for entry in patterns:
            path = prefix + str(entry.pattern)
            if isinstance(entry, URLResolver):
                yield from walk(entry.url_patterns, path)
            elif isinstance(entry, URLPattern) and "<" not in path and "(?P" not in path:
                yield path

    return sorted(set(walk(list(admin.site.urls[0]), "/cockpit/")))


@pytest.fixture
def staff_browser() -> Client:
    make_store()
    browser = Client()
    browser.force_login(make_staff(), backend="django.contrib.auth.backends.ModelBackend")
    return browser


def test_every_page_of_the_cockpit_has_the_one_exception_and_no_other(staff_browser: Client) -> None:
    asked = {address: staff_browser.get(address) for address in cockpit_addresses()}
    pages = {
        address: response
        for address, response in asked.items()
        if response.status_code == 200 and response.headers["Content-Type"].startswith("text/html")
    }
    assert len(pages) > 10
    assert {address: policy(page) for address, page in pages.items() if policy(page) != COCKPIT} == {}


def test_no_page_of_the_cockpit_breaks(staff_browser: Client) -> None:
    answers = {address: staff_browser.get(address).status_code for address in cockpit_addresses()}
    assert {address: status for address, status in answers.items() if status >= 500} == {}


@pytest.mark.parametrize(
    "address", ["/portal/", "/portal/log-in", "/api/", "/api/docs/", "/api/nothing", "/livez", "/nothing"]
)
def test_everything_else_is_strict(address: str) -> None:
    make_store()
    answer = Client().get(address, follow=True)
    assert policy(answer) == STRICT


@pytest.mark.parametrize("address", ["/cockpit/login/", "/portal/", "/api/", "/api/docs/"])
def test_answers_cannot_be_framed_sniffed_or_leaked_by_referrer(address: str) -> None:
    make_store()
    answer = Client().get(address, follow=True)
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"


def test_answers_to_people_are_never_stored(staff_browser: Client) -> None:
    assert "no-store" in staff_browser.get("/cockpit/").headers["Cache-Control"]
