"""Inviting friends, and seeing how far each invitation came."""

import html
import re

import pytest
from django.test import Client
from django.utils import timezone

from customers import invitations
from customers.models import Customer, Invitation
from loyalty.actors import SYSTEM
from tests.customers.portal.members import enter, make_member, text_of
from tests.factories import make_customer, make_store
from tests.post import deliver, mails_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(store, client):
    alice = make_member(store, phone="+48500100200")
    enter(client)
    return alice


def invite(client, friend="friend@example.com"):
    return client.post("/portal/invite", {"friend": friend})


def test_nobody_invited_yet_says_what_it_is_for(client, alice):
    words = text_of(client.get("/portal/invite"))
    assert "No invitations yet" in words
    assert "reward" not in words.lower(), "nothing is promised"


def test_an_invitation_goes_out_and_its_link_registers_the_friend(client, alice):
    response = invite(client)
    assert response.headers["Location"] == "/portal/invite?done=invited"
    page = client.get("/portal/invite?done=invited")
    assert "friend@example.com today" in text_of(page)
    assert "not registered yet" in text_of(page)
    (link,) = set(re.findall(r'data-copies="([^"]+)"', page.content.decode()))
    link = html.unescape(link)
    assert link == f"http://testserver/portal/register?invitation={Invitation.objects.get().token}"
    deliver()
    assert Invitation.objects.get().token in mails_to("friend@example.com")[0].body
    form = {"first_name": "F", "last_name": "R", "email": "f@example.com", "password": "Example321!@#"}
    Client().post(link, {**form, "agreement1": "on"})
    words = text_of(client.get("/portal/invite"))
    assert "has registered" in words
    assert "Copy link" not in words, "an invitation that was taken invites nobody else"


def test_a_phone_number_is_invited_by_text_message(client, alice, capsys):
    assert invite(client, "+48 600 100 200").status_code == 302
    deliver()
    assert Invitation.objects.get().token in capsys.readouterr().out
    assert "+48600100200" in text_of(client.get("/portal/invite"))


@pytest.mark.parametrize(
    ("friend", "words"),
    [
        ("", "This field is required."),
        ("friend@", "This is not an e-mail address."),
        ("12", "This is not a phone number."),
        ("ALICE@example.com", "This is your own address."),
        ("+48500100200", "This is your own address."),
        ("a\x00@b.cd", "Null characters"),
    ],
)
def test_a_wrong_address_is_said_at_the_field_and_nothing_is_sent(client, alice, friend, words):
    response = invite(client, friend)
    assert response.status_code == 400
    assert words in text_of(response)
    assert 'aria-invalid="true"' in response.content.decode()
    assert not Invitation.objects.exists()


def test_inviting_tells_nobody_who_is_a_customer(client, alice):
    make_member(alice.store, "bob", card_number="9900000001")
    known, unknown = invite(client, "bob@example.com"), invite(client, "nobody@example.com")
    assert (known.status_code, known.headers["Location"]) == (
        unknown.status_code,
        unknown.headers["Location"],
    )
    deliver()
    assert mails_to("bob@example.com") == []


def test_the_same_friend_is_asked_once(client, alice):
    invite(client)
    assert invite(client, "FRIEND@example.com").status_code == 302
    assert Invitation.objects.count() == 1


def test_invitations_without_end_are_throttled(client, alice):
    for number in range(invitations.PER_DAY):
        assert invite(client, f"friend{number}@example.com").status_code == 302
    response = invite(client, "one-more@example.com")
    assert response.status_code == 429
    assert "You have sent 20 invitations today." in text_of(response)


def test_how_far_each_came_is_said_in_words(client, alice):
    for status in Invitation.Status:
        Invitation.objects.create(
            store=alice.store,
            referrer=alice,
            recipient_email=f"{status}@example.com",
            token=status,
            status=status,
            created_at=timezone.now(),
        )
    words = text_of(client.get("/portal/invite"))
    for said in ("not registered yet", "has registered", "has registered and bought something"):
        assert said in words
    assert words.count("has registered") == 2
    polish = text_of(client.get("/portal/invite", headers={"Accept-Language": "pl"}))
    for said in ("jeszcze bez rejestracji", "już w programie", "w programie, już po pierwszych zakupach"):
        assert said in polish


def test_a_friend_who_was_erased_has_no_address_and_no_link(client, alice):
    invite(client)
    Invitation.objects.update(recipient_email="", recipient_email_key="")
    page = client.get("/portal/invite")
    assert "A friend" in text_of(page)
    assert "data-copies" not in page.content.decode()


def test_nobody_sees_another_customers_invitations(client, alice):
    bob = make_customer(alice.store, "bob")
    invitations.invite(bob, email="secret@example.com", at=timezone.now(), actor=SYSTEM)
    assert "secret@example.com" not in text_of(client.get("/portal/invite"))


def test_the_link_leads_to_the_referrers_own_store(client, store):
    alice = make_member(make_store("OTHER"))
    enter(client, base="/portal/OTHER/")
    client.post("/portal/OTHER/invite", {"friend": "friend@example.com"})
    assert (
        "http://testserver/portal/OTHER/register?invitation="
        in client.get("/portal/OTHER/invite").content.decode()
    )
    assert Invitation.objects.get().store == alice.store
    assert Customer.objects.count() == 1


def test_the_page_costs_the_same_for_one_and_for_thirty(client, alice, django_assert_max_num_queries):
    counts = []
    for number in range(30):
        if number in (1, 29):
            with django_assert_max_num_queries(4) as context:
                client.get("/portal/invite")
            counts.append(len(context))
        Invitation.objects.create(
            store=alice.store,
            referrer=alice,
            recipient_email=f"f{number}@example.com",
            token=str(number),
            created_at=timezone.now(),
        )
    assert counts[0] == counts[1]
