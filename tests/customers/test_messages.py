"""Messages to customers and their friends: who gets one, where, and who does not any more."""

import pytest
from django.core import mail

from customers import erasure, invitations, messages
from customers.events import ActivationRequested, EmailChanged, PasswordResetRequested
from customers.models import Customer, Invitation
from loyalty import events, outbox
from loyalty.actors import SYSTEM, Actor, ActorKind
from loyalty.events import Subject
from loyalty.messages.sending import Channel
from loyalty.models import OneTimeCode, OutboxMessage
from tests.factories import NOON, make_customer, make_store
from tests.post import deliver, mails_to

pytestmark = pytest.mark.django_db


def owe(customer, event):
    with events.atomic():
        events.record(
            event, store_id=customer.store_id, actor=SYSTEM, subject=Subject.customer(customer.pk), at=NOON
        )


@pytest.mark.parametrize(
    ("method", "email", "phone", "way"),
    [
        ("email", "a@example.com", "+48500100200", Channel.EMAIL),
        ("email", "", "+48500100200", Channel.SMS),
        ("sms", "a@example.com", "+48500100200", Channel.SMS),
        ("sms", "a@example.com", None, Channel.EMAIL),
        ("sms", "", None, None),
    ],
)
def test_customers_are_written_to_the_programmes_way_or_the_other(method, email, phone, way):
    store = make_store(preferred_communication_method=method)
    assert messages.channel_of(make_customer(store, email=email, phone=phone)) == way


@pytest.mark.parametrize(
    ("event", "served"),
    [
        (ActivationRequested(channel="email"), {"new"}),
        (PasswordResetRequested(), {"new", "active"}),
        (EmailChanged(), {"active"}),
    ],
)
@pytest.mark.parametrize("status", Customer.Status.values)
def test_who_was_closed_or_served_meanwhile_gets_nothing(store, event, served, status):
    alice = make_customer(store, email="alice@example.com")
    owe(alice, event)
    Customer.objects.update(status=status)
    assert deliver() == 1
    assert len(mail.outbox) == (status in served)
    assert OneTimeCode.objects.count() == (status in served and not isinstance(event, EmailChanged))


def test_who_lost_the_contact_meanwhile_gets_nothing(store):
    alice = make_customer(store, status="new")
    for event in (ActivationRequested(channel="sms"), ActivationRequested(channel="email")):
        owe(alice, event)
    Customer.objects.update(email="", email_key=None)
    assert deliver() == 2
    assert not mail.outbox
    assert not OneTimeCode.objects.exists()


def test_who_was_erased_meanwhile_gets_nothing(store):
    alice = make_customer(store)
    owe(alice, PasswordResetRequested())
    erasure.delete(alice, at=NOON, actor=SYSTEM)
    assert deliver() == 1
    assert not mail.outbox


def test_a_message_that_failed_is_sent_later_with_a_new_link(store, monkeypatch):
    def refuse(*args, **kwargs):
        raise ConnectionRefusedError

    alice = make_customer(store, email="alice@example.com")
    owe(alice, PasswordResetRequested())
    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.EmailMessage.send", refuse)
        assert deliver() == 0
    first = OneTimeCode.objects.get().digest
    row = OutboxMessage.objects.get()
    assert (row.done_at, row.last_error) == (None, "MailFailed")
    assert outbox.deliver_due(at=row.due_at) == 1
    assert OneTimeCode.objects.get().digest != first
    assert len(mails_to("alice@example.com")) == 1


@pytest.mark.parametrize("name", ["Alice", "Zoë-Marie", "J.R.", "St. John", "O'Neil", "Józef Jan", ""])
def test_people_are_called_by_their_first_name(store, name):
    assert messages.called(make_customer(store, first_name=name)) == name


@pytest.mark.parametrize(
    "name",
    ["Win! http://evil.example/x", "evil.example", "go to WWW.evil", "a@evil.example", "evil/x", "x" * 65],
)
def test_a_name_that_leads_somewhere_is_left_out(store, name):
    alice = make_customer(store, "alice", email="alice@example.com", first_name=name, status="new")
    owe(alice, ActivationRequested(channel="email"))
    deliver()
    (message,) = mails_to("alice@example.com")
    assert name not in message.subject + message.body
    assert "Hello,\n" in message.body


class TestInvitations:
    @pytest.fixture
    def alice(self, store):
        return make_customer(store, "alice", email="alice@example.com")

    def invite(self, alice, **address):
        actor = Actor(kind=ActorKind.CUSTOMER, id=str(alice.pk))
        return invitations.invite(alice, at=NOON, actor=actor, **address)

    def test_a_friend_is_written_an_e_mail_in_the_referrers_name(self, alice):
        invitation = self.invite(alice, email="friend@example.com")
        deliver()
        (message,) = mails_to("friend@example.com")
        assert message.subject == "Alice invites you to Loyalty programme"
        assert f"/portal/DEFAULT/register?invitation={invitation.token}\n" in message.body

    def test_a_friend_without_e_mail_gets_a_text_message(self, alice, capsys):
        invitation = self.invite(alice, phone="+48500100299")
        deliver()
        printed = capsys.readouterr().out
        assert "Message to +48500100299" in printed
        assert invitation.token in printed

    @pytest.mark.parametrize("contact", [{"email": "friend@example.com"}, {"phone": "+48500100299"}])
    def test_who_is_a_customer_already_is_left_in_peace(self, alice, contact, capsys):
        make_customer(alice.store, email="friend@example.com", phone="+48500100299")
        self.invite(alice, **contact)
        assert deliver() == 1
        assert not mail.outbox
        assert capsys.readouterr().out == ""

    @pytest.mark.parametrize("change", ["accepted", "blocked", "blanked", "deleted"])
    def test_an_invitation_that_is_void_meanwhile_is_not_sent(self, alice, change):
        invitation = self.invite(alice, email="friend@example.com")
        match change:
            case "accepted":
                Invitation.objects.update(status="registered")
            case "blocked":
                Customer.objects.update(status="blocked")
            case "blanked":
                Invitation.objects.update(recipient_email="", recipient_email_key="")
            case "deleted":
                invitation.delete()
        assert deliver() == 1
        assert not mail.outbox
