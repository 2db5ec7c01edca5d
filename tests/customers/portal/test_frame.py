"""Whose portal it is: every store has its own."""

import re

import pytest

from tests.customers.portal.members import enter, make_member, text_of
from tests.factories import make_store

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(store):
    return make_member(store)


def test_a_store_has_its_own_portal_and_log_ins_do_not_carry_over(client, alice):
    other = make_store("OTHER", program_name="Corner Club")
    make_member(other, "bob")
    enter(client)
    assert (
        client.get("/portal/OTHER/").headers["Location"] == "/portal/OTHER/log-in?next=%2Fportal%2FOTHER%2F"
    )
    enter(client, "/portal/OTHER/")
    response = client.get("/portal/OTHER/")
    assert "Bob Doe" in text_of(response)
    links = set(re.findall(r'(?:href|src|action)="(/portal/[^"]*)"', response.content.decode()))
    assert "/portal/OTHER/history" in links
    assert all(link.startswith("/portal/OTHER/") for link in links)
    assert "Alice Doe" in text_of(client.get("/portal/"))


def test_a_stores_home_is_found_without_its_slash(client, store):
    assert client.get("/portal").headers["Location"] == "/portal/"
    assert client.get("/portal/DEFAULT").headers["Location"] == "/portal/DEFAULT/"


@pytest.mark.parametrize("page", ["", "log-in", "theme.css", "manifest.webmanifest", "icon.svg"])
def test_an_unknown_or_closed_store_is_not_found(client, store, page):
    make_store("CLOSED")
    type(store).objects.filter(code="CLOSED").update(is_active=False)
    assert client.get(f"/portal/NOWHERE/{page}").status_code == 404
    assert client.get(f"/portal/NO%00WHERE/{page}").status_code == 404
    assert client.get(f"/portal/CLOSED/{page}").status_code == 404


def test_a_page_that_does_not_exist_is_not_found(client, alice):
    enter(client)
    assert client.get("/portal/DEFAULT/rewards").status_code == 404
