"""Taking one's data along, and leaving for good."""

import json
import re

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from customers.models import Customer
from loyalty.models import Event
from tests.customers.portal.members import PASSWORD, add, enter, make_member, text_of
from tests.factories import make_level, make_store
from wallet.models import Wallet

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(store, client):
    alice = make_member(store, level=make_level(store, "Silver"), phone="+48500100200")
    add(alice, "1240.50")
    enter(client)
    return alice


def body_of(response):
    return b"".join(response.streaming_content).decode()


class TestDownload:
    def test_the_password_gives_one_file_with_everything(self, client, alice):
        response = client.post("/portal/download-my-data", {"password": PASSWORD})
        assert response.status_code == 200
        assert response.headers["Content-Type"] == "application/json; charset=utf-8"
        assert response.headers["Content-Disposition"] == 'attachment; filename="my-data.json"'
        assert "no-store" in response.headers["Cache-Control"]
        everything = json.loads(body_of(response))
        assert everything["customer"]["email"] == "alice@example.com"
        assert "1240.5" in json.dumps(everything)

    def test_it_says_nothing_of_anybody_else(self, client, alice):
        make_member(alice.store, "bob", card_number="9900000001")
        response = client.post("/portal/download-my-data", {"password": PASSWORD})
        assert "bob" not in body_of(response).lower()

    @pytest.mark.parametrize("password", ["wrong", ""])
    def test_without_the_password_there_is_no_file(self, client, alice, password):
        response = client.post("/portal/download-my-data", {"password": password})
        assert response.status_code == 400
        assert "alice@example.com" not in response.content.decode()
        assert 'aria-invalid="true"' in response.content.decode()

    def test_only_asking_shows_the_form(self, client, alice):
        response = client.get("/portal/download-my-data")
        assert "You get one file with everything that is kept about you" in text_of(response)

    def test_guesses_are_throttled(self, client, alice):
        for _ in range(10):
            client.post("/portal/download-my-data", {"password": "wrong"})
        response = client.post("/portal/download-my-data", {"password": PASSWORD})
        assert response.status_code == 429
        assert "Too many attempts" in text_of(response)


class TestDelete:
    def test_it_says_in_figures_what_is_lost_and_what_stays(self, client, alice):
        words = text_of(client.get("/portal/delete-my-account"))
        for said in (
            "1,240.50 points that you could spend today",
            "your level: Silver",
            "your card 9912345678",
            "What stays, without your name",
            "Nobody can undo this, not even the staff.",
        ):
            assert said in words
        assert "on the way" not in words, "nothing is"

    def test_points_on_the_way_are_counted_apart(self, client):
        alice = make_member(make_store(all_time_not_locked=False, points_days_locked=3))
        add(alice, "45")
        enter(client)
        words = text_of(client.get("/portal/delete-my-account"))
        assert "0 points that you could spend today" in words
        assert "45 points that are on the way to you" in words

    def test_nothing_is_left_and_nobody_is_logged_in(self, client, alice):
        other = Client()
        enter(other)
        response = client.post("/portal/delete-my-account", {"password": PASSWORD})
        assert response.headers["Location"] == "/portal/goodbye"
        assert "Your account is deleted." in text_of(client.get("/portal/goodbye"))
        assert client.get("/portal/").status_code == 302
        assert other.get("/portal/").status_code == 302
        assert enter(Client()).status_code == 400
        left = Customer.objects.get()
        assert left.status == Customer.Status.DELETED
        assert (left.first_name, left.email, left.phone, left.card_number) == ("", "", None, None)
        assert Wallet.objects.get().available == 0
        for event in Event.objects.all():
            assert not re.search(r"alice|500100200|9912345678", str(event.payload))
        for session in Session.objects.all():
            assert "portal:" not in str(session.get_decoded())

    @pytest.mark.parametrize("password", ["wrong", ""])
    def test_without_the_password_nothing_happens(self, client, alice, password):
        response = client.post("/portal/delete-my-account", {"password": password})
        assert response.status_code == 400
        assert client.get("/portal/").status_code == 200
        assert Customer.objects.get().status == Customer.Status.ACTIVE

    def test_nobody_who_is_still_here_is_told_that_they_are_gone(self, client, alice):
        assert client.get("/portal/goodbye").headers["Location"] == "/portal/"

    def test_looking_deletes_nothing(self, client, alice):
        client.get("/portal/delete-my-account", {"password": PASSWORD})
        assert Customer.objects.get().status == Customer.Status.ACTIVE

    def test_the_form_sent_twice_ends_at_the_log_in(self, client, alice):
        client.post("/portal/delete-my-account", {"password": PASSWORD})
        again = client.post("/portal/delete-my-account", {"password": PASSWORD})
        assert again.status_code == 302
        assert again.headers["Location"].startswith("/portal/log-in")

    def test_the_address_is_free_for_a_new_account_at_zero(self, client, alice):
        client.post("/portal/delete-my-account", {"password": PASSWORD})
        form = {
            "first_name": "A",
            "last_name": "D",
            "email": "alice@example.com",
            "password": "Example321!@#",
        }
        assert client.post("/portal/register", {**form, "agreement1": "on"}).headers["Location"] == "/portal/"
        assert "0 points" in text_of(client.get("/portal/"))

    def test_the_form_needs_the_token_against_forgery(self, alice):
        client = Client(enforce_csrf_checks=True)
        for path in ("delete-my-account", "download-my-data"):
            assert client.post(f"/portal/{path}", {"password": PASSWORD}).status_code == 403
        assert Customer.objects.get().status == Customer.Status.ACTIVE


@pytest.mark.parametrize("page", ["download-my-data", "delete-my-account"])
def test_a_page_costs_few_statements(client, alice, page, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        assert client.get(f"/portal/{page}").status_code == 200
