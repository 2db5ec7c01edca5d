"""Invitations: one friend by one referrer, an event at every step, no obstacle and no oracle."""

from datetime import timedelta

import pytest

from customers import invitations, registration
from customers.invitations import NotActive, OwnAddress, RecipientMissing, TooManyInvitations
from customers.models import Customer, Invitation
from customers.refusals import EmailInvalid, PhoneInvalid
from customers.registration import Door
from loyalty.actors import SYSTEM
from loyalty.models import Event
from tests.factories import NOON, make_customer, make_level, make_store

pytestmark = pytest.mark.django_db


@pytest.fixture
def store():
    store = make_store()
    make_level(store)
    return store


@pytest.fixture
def alice(store):
    return make_customer(store, phone="+48234234000")


def invite(referrer, **address):
    return invitations.invite(referrer, at=address.pop("at", NOON), actor=SYSTEM, **address)


def register(store, token, email="bob@example.com"):
    details = {"first_name": "Bob", "email": email, "agreement1": True}
    return registration.register_customer(
        store, door=Door.SELF, details=details, at=NOON, actor=SYSTEM, invitation_token=token
    )


def happened(event_type):
    return [row.payload for row in Event.objects.filter(type=event_type)]


def test_an_invitation_keeps_the_address_out_of_its_event(store, alice):
    invitation = invite(alice, email=" Bob@Example.com ")

    assert (invitation.recipient_email, invitation.recipient_email_key) == (
        "Bob@Example.com",
        "bob@example.com",
    )
    assert (invitation.status, len(invitation.token)) == ("invited", 40)
    assert happened("invitation.sent") == [{"invitation_id": str(invitation.pk), "channel": "email"}]


def test_a_friend_without_e_mail_is_invited_by_phone(store, alice):
    invitation = invite(alice, phone="+48 456 456 000")

    assert invitation.recipient_phone == "+48456456000"
    assert happened("invitation.sent")[0]["channel"] == "sms"


def test_the_same_friend_is_asked_once_by_the_same_referrer(store, alice):
    first = invite(alice, email="bob@example.com")
    again = invite(alice, email="BOB@example.com")

    assert again == first
    assert len(happened("invitation.sent")) == 1
    assert invite(make_customer(store, "carol"), email="bob@example.com") != first


@pytest.mark.parametrize(
    ("address", "refusal"),
    [
        ({}, RecipientMissing),
        ({"email": "  "}, RecipientMissing),
        ({"email": "bob"}, EmailInvalid),
        ({"phone": "12"}, PhoneInvalid),
        ({"phone": "+48 234 234 000"}, OwnAddress),
    ],
)
def test_what_is_no_friends_address_is_refused(store, alice, address, refusal):
    with pytest.raises(refusal):
        invite(alice, **address)
    assert not Invitation.objects.exists()
    assert not Event.objects.exists()


def test_nobody_invites_themselves(store, alice):
    with pytest.raises(OwnAddress):
        invite(alice, email=alice.email.upper())


def test_a_blocked_customer_invites_nobody(store):
    blocked = make_customer(store, status=Customer.Status.BLOCKED)
    with pytest.raises(NotActive):
        invite(blocked, email="bob@example.com")


def test_a_referrer_has_so_many_invitations_a_day(store, alice):
    for number in range(invitations.PER_DAY):
        invite(alice, email=f"friend{number}@example.com")
    with pytest.raises(TooManyInvitations):
        invite(alice, email="one-more@example.com")
    assert invite(alice, email="one-more@example.com", at=NOON + timedelta(days=1))


def test_who_registers_with_the_token_is_the_invited_friend(store, alice):
    invitation = invite(alice, email="bob@example.com")

    bob = register(store, invitation.token, email="robert@example.com")

    invitation.refresh_from_db()
    assert (invitation.status, invitation.recipient, invitation.registered_at) == ("registered", bob, NOON)
    assert Customer.objects.get(pk=bob.pk).came_by_invitation
    assert happened("invitation.registered") == [
        {"invitation_id": str(invitation.pk), "recipient_id": str(bob.pk)}
    ]


def test_a_token_serves_one_friend(store, alice):
    invitation = invite(alice, email="bob@example.com")
    register(store, invitation.token)

    second = register(store, invitation.token, email="eve@example.com")

    assert not second.came_by_invitation
    assert len(happened("invitation.registered")) == 1


def test_an_unknown_or_foreign_token_is_no_obstacle(store):
    other = make_store("OTHER")
    foreign = invite(make_customer(other), email="bob@example.com")

    bob = register(store, foreign.token)
    carol = register(store, "x" * 500, email="carol@example.com")
    dave = register(store, "\x00", email="dave@example.com")

    assert [each.came_by_invitation for each in (bob, carol, dave)] == [False] * 3
    foreign.refresh_from_db()
    assert foreign.status == "invited"


def test_a_refused_registration_leaves_the_invitation_open(store, alice):
    invitation = invite(alice, email="bob@example.com")
    make_customer(store, email="bob@example.com")

    with pytest.raises(Exception, match="e-mail"):
        register(store, invitation.token)

    invitation.refresh_from_db()
    assert (invitation.status, invitation.recipient) == ("invited", None)
