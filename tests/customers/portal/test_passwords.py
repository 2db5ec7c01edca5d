"""Passwords in the portal: forgotten, reset, changed; and the end of every log-in."""

import re

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from customers.models import Customer
from loyalty import codes, tokens
from loyalty.actors import ActorKind
from loyalty.codes import Holder, Purpose
from tests.customers.portal.members import (
    PASSWORD,
    enter,
    lasting_headers,
    make_member,
    text_of,
    without_csrf,
)
from tests.factories import make_store
from tests.post import deliver, mails_to, token_in

pytestmark = pytest.mark.django_db
NEW = "Example321!@#"


@pytest.fixture
def alice(store):
    return make_member(store)


def link_for(customer):
    holder = Holder.customer(customer.pk, customer.store_id)
    return codes.issue_link(Purpose.PASSWORD_RESET, holder=holder, at=timezone.now())


class TestForgotten:
    @pytest.mark.parametrize("identifier", ["alice@example.com", "9912345678"])
    def test_a_link_comes_and_takes_a_new_password(self, client, alice, identifier):
        response = client.post("/portal/forgot-password", {"identifier": identifier})
        assert response.headers["Location"] == "/portal/forgot-password?done=sent"
        assert "If we know this address, a message is on its way." in text_of(
            client.get("/portal/forgot-password?done=sent")
        )
        deliver()
        token = token_in(mails_to("alice@example.com")[0].body)
        rules = "At least 8 characters, with upper and lower case letters, a number"
        assert rules in text_of(client.get(f"/portal/reset-password/{token}"))
        response = client.post(f"/portal/reset-password/{token}", {"password": NEW})
        assert response.headers["Location"] == "/portal/log-in?done=password"
        assert "Password changed. Log in with the new one." in text_of(
            client.get("/portal/log-in?done=password")
        )
        assert client.get("/portal/").status_code == 302, "a link opens no session"
        assert enter(client, password=PASSWORD).status_code == 400
        assert enter(client, password=NEW).status_code == 302

    def test_known_and_unknown_are_answered_alike(self, client, alice):
        known, unknown = (
            client.post("/portal/forgot-password", {"identifier": identifier})
            for identifier in ("alice@example.com", "nobody@example.com")
        )
        assert (known.status_code, known.content) == (unknown.status_code, unknown.content)
        assert lasting_headers(known) == lasting_headers(unknown)
        deliver()
        assert [message.to for message in mail.outbox] == [["alice@example.com"]]

    def test_an_empty_field_is_named(self, client, alice):
        response = client.post("/portal/forgot-password", {"identifier": " "})
        assert response.status_code == 400
        assert 'aria-invalid="true"' in response.content.decode()

    def test_asking_without_end_is_throttled(self, client, alice):
        for number in range(100):
            client.post("/portal/forgot-password", {"identifier": f"n{number}@example.com"})
        assert client.post("/portal/forgot-password", {"identifier": "alice@example.com"}).status_code == 429

    def test_a_weak_password_says_every_broken_rule_and_the_link_stays_good(self, client, alice):
        token = link_for(alice)
        response = client.post(f"/portal/reset-password/{token}", {"password": "short"})
        assert response.status_code == 400
        words = text_of(response)
        for rule in ("at least 8 characters", "upper and lower case", "one number", "special character"):
            assert rule in words
        assert client.post(f"/portal/reset-password/{token}", {"password": NEW}).status_code == 302

    def test_the_broken_rules_are_told_in_polish_too(self, client, alice):
        response = client.post(
            f"/portal/reset-password/{link_for(alice)}",
            {"password": "short"},
            headers={"Accept-Language": "pl"},
        )
        assert "must" not in text_of(response)
        assert "8 znaków" in text_of(response)

    def test_a_used_a_wrong_and_a_foreign_link_are_refused_alike(self, client, alice):
        used = link_for(alice)
        client.post(f"/portal/reset-password/{used}", {"password": NEW})
        bob = make_member(make_store("OTHER"), "bob")
        answers = [
            (token, client.post(f"/portal/reset-password/{token}", {"password": "Another321!@#"}))
            for token in (used, "wrong", link_for(bob))
        ]
        assert {answer.status_code for _, answer in answers} == {400}
        assert len({without_csrf(answer).replace(token.encode(), b"") for token, answer in answers}) == 1
        bob.refresh_from_db()
        assert bob.check_password(PASSWORD)

    def test_a_reset_ends_every_session(self, client, alice):
        enter(client)
        other = Client()
        other.post(f"/portal/reset-password/{link_for(alice)}", {"password": NEW})
        assert client.get("/portal/").status_code == 302

    def test_the_log_in_leads_here(self, client, store):
        assert 'href="/portal/forgot-password"' in client.get("/portal/log-in").content.decode()


class TestChange:
    def test_the_password_changes_other_sessions_end_and_this_one_goes_on(self, client, alice):
        other = Client()
        enter(client)
        enter(other)
        before = client.session.session_key
        response = client.post("/portal/me/password", {"current": PASSWORD, "password": NEW})
        assert response.headers["Location"] == "/portal/me?done=password"
        assert "Your password is changed." in text_of(client.get("/portal/me?done=password"))
        assert client.session.session_key != before
        assert other.get("/portal/").status_code == 302
        assert enter(Client(), password=NEW).status_code == 302

    @pytest.mark.parametrize(
        ("fields", "field"),
        [
            ({"current": "wrong", "password": NEW}, "current"),
            ({"current": PASSWORD, "password": "short"}, "password"),
            ({"current": "", "password": NEW}, "current"),
            ({}, "current"),
        ],
    )
    def test_what_is_wrong_is_said_at_its_field_and_nothing_changes(self, client, alice, fields, field):
        enter(client)
        response = client.post("/portal/me/password", fields)
        assert response.status_code == 400
        at_fault = re.findall(r'<input[^>]*aria-invalid="true"[^>]*>', response.content.decode())
        assert f'name="{field}"' in at_fault[0]
        alice.refresh_from_db()
        assert alice.check_password(PASSWORD)

    def test_guesses_of_the_current_password_are_throttled(self, client, alice):
        enter(client)
        for _ in range(10):
            client.post("/portal/me/password", {"current": "wrong", "password": NEW})
        response = client.post("/portal/me/password", {"current": PASSWORD, "password": NEW})
        assert response.status_code == 429
        alice.refresh_from_db()
        assert alice.check_password(PASSWORD)


class TestEverywhere:
    def test_every_log_in_ends_those_of_apps_too(self, client, alice):
        other = Client()
        enter(client)
        enter(other)
        pair = tokens.log_in(ActorKind.CUSTOMER.value, alice, at=timezone.now())
        response = client.post("/portal/me/log-out-everywhere")
        assert response.headers["Location"] == "/portal/log-in?done=everywhere"
        assert "You are logged out on every device." in text_of(client.get("/portal/log-in?done=everywhere"))
        for each in (client, other):
            assert each.get("/portal/").status_code == 302
        assert tokens.refresh(pair.refresh, at=timezone.now()) is None

    def test_only_a_post_does_it(self, client, alice):
        enter(client)
        assert client.get("/portal/me/log-out-everywhere").headers["Location"] == "/portal/me"
        assert client.get("/portal/").status_code == 200

    def test_others_stay_logged_in(self, client, store, alice):
        bob, other = make_member(store, "bob", card_number="9900000001"), Client()
        enter(other, identifier=bob.email)
        enter(client)
        client.post("/portal/me/log-out-everywhere")
        assert other.get("/portal/").status_code == 200


def test_cookies_of_the_session_are_out_of_reach_of_scripts_and_other_sites(client, alice, settings):
    response = enter(client)
    cookie = response.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_forms_need_the_token_against_forgery(alice):
    client = Client(enforce_csrf_checks=True)
    for path in ("forgot-password", "reset-password/x", "me/password", "me/log-out-everywhere"):
        assert client.post(f"/portal/{path}", {"password": NEW}).status_code == 403
    assert Customer.objects.get().check_password(PASSWORD)
