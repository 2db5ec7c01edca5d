"""Customers change their e-mail address and phone: at once, or once the new one has answered."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from customers import contact_changes, pending_contacts, profile
from customers.models import Customer
from customers.refusals import (
    EmailInvalid,
    EmailTaken,
    InvalidProfileField,
    PhoneInvalid,
    PhoneTaken,
    ProfileEditsClosed,
)
from loyalty import codes, knocks
from loyalty.actors import SYSTEM, Actor, ActorKind
from loyalty.models import Event, OneTimeCode
from tests.factories import NOON, make_customer, make_store
from tests.post import code_in, deliver, mails_to, token_in

pytestmark = pytest.mark.django_db
NEW_EMAIL, NEW_PHONE = "new@example.com", "+48500100299"


@pytest.fixture(autouse=True)
def _count_in_the_table(settings):
    settings.REDIS_URL = ""


def themselves(customer):
    return Actor(kind=ActorKind.CUSTOMER, id=str(customer.pk))


def make_alice(store):
    return make_customer(store, "alice", email="alice@example.com", phone="+48500100200")


@pytest.fixture
def alice():
    """A customer of a programme that wants accounts activated, by e-mail."""
    return make_alice(make_store("MAIL", account_activation_required=True))


@pytest.fixture
def bob():
    """A customer of a programme that wants accounts activated, by text message."""
    store = make_store("TEXT", account_activation_required=True, preferred_communication_method="sms")
    return make_customer(store, "bob", email="bob@example.com", phone="+48500100201")


def ask(customer, field="email", value=NEW_EMAIL):
    return contact_changes.request_change(
        customer, field=field, value=value, at=NOON, actor=themselves(customer)
    )


def confirm(customer, raw):
    return contact_changes.confirm_change(customer, raw, at=timezone.now(), address="192.0.2.1")


def stored(customer):
    return Customer.objects.get(pk=customer.pk)


def happened():
    return list(Event.objects.order_by("id").values_list("type", flat=True))


@pytest.mark.parametrize("activation", [False, True])
def test_who_names_addresses_of_others_all_the_time_learns_no_more(activation):
    store = make_store("MANY", account_activation_required=activation)
    alice = make_alice(store)
    for number in range(12):
        make_customer(store, email=f"bob{number}@example.com", phone=f"+485001003{number:02}")
    for number in range(5):
        with pytest.raises(EmailTaken):
            ask(alice, value=f"BOB{number}@example.com")
        with pytest.raises(PhoneTaken):
            ask(alice, "phone", f"+485001003{number:02}")
    for value in ("bob11@example.com", "free@example.com"):
        with pytest.raises(knocks.TooManyRequests):
            ask(alice, value=value)
    assert stored(alice).email == "alice@example.com"
    contact_changes.request_change(alice, field="email", value="free@example.com", at=NOON, actor=SYSTEM)
    assert stored(alice).email == "free@example.com"


def test_what_is_free_or_no_address_at_all_is_not_counted(alice):
    for number in range(12):
        with pytest.raises(EmailInvalid):
            ask(alice, value=f"nonsense{number}")
    assert ask(alice)


class TestByEmail:
    def test_the_old_address_counts_until_the_new_one_has_answered(self, alice):
        assert ask(alice)
        assert stored(alice).email == "alice@example.com"
        assert happened() == ["customer.contact_change_requested"]
        deliver()
        (message,) = mails_to(NEW_EMAIL)
        assert f"/portal/MAIL/confirm-change/{token_in(message.body)}" in message.body
        changed = confirm(alice, token_in(message.body))
        assert (changed.email, changed.email_key) == (NEW_EMAIL, NEW_EMAIL)
        assert stored(alice).email == NEW_EMAIL
        assert happened()[1:] == ["customer.updated", "customer.email_changed"]
        assert Event.objects.get(type="customer.updated").payload == {"fields": ["email"]}

    def test_the_new_address_is_told_when_it_counts(self, alice):
        ask(alice)
        deliver()
        confirm(alice, token_in(mail.outbox[0].body))
        mail.outbox.clear()
        deliver()
        (message,) = mails_to(NEW_EMAIL)
        assert message.subject.startswith("Your e-mail address has changed")

    def test_a_phone_number_changes_at_once(self, alice):
        assert not ask(alice, "phone", "+48 500 100 299")
        assert stored(alice).phone == NEW_PHONE
        assert happened() == ["customer.updated", "customer.phone_changed"]

    def test_the_rest_of_a_profile_changes_at_once(self, alice):
        changes = {"email": NEW_EMAIL, "first_name": "Alicia"}
        profile.update_profile(alice, profile=changes, at=NOON, actor=themselves(alice))
        assert (stored(alice).email, stored(alice).first_name) == ("alice@example.com", "Alicia")
        assert Event.objects.get(type="customer.updated").payload == {"fields": ["first_name"]}
        assert changes["email"] == NEW_EMAIL

    @pytest.mark.parametrize("same", ["alice@example.com", " alice@example.com "])
    def test_the_address_as_it_is_waits_for_nothing(self, alice, same):
        assert not ask(alice, value=same)
        assert happened() == []
        assert not OneTimeCode.objects.exists()

    def test_an_emptied_address_is_gone_at_once(self, alice):
        assert not ask(alice, value="")
        assert stored(alice).email_key is None


class TestBySms:
    def test_a_code_goes_to_the_new_number(self, bob, capsys):
        assert ask(bob, "phone", "+48 500 100 299")
        assert stored(bob).phone == "+48500100201"
        deliver()
        printed = capsys.readouterr().out
        assert f"Message to {NEW_PHONE}" in printed
        assert confirm(bob, code_in(printed.partition("\n")[2])).phone == NEW_PHONE
        assert happened()[1:] == ["customer.updated", "customer.phone_changed"]

    def test_an_e_mail_address_changes_at_once_and_is_told(self, bob):
        assert not ask(bob)
        deliver()
        assert stored(bob).email == NEW_EMAIL
        assert len(mails_to(NEW_EMAIL)) == 1


class TestWithoutConfirmation:
    def test_where_accounts_need_no_activation_everything_changes_at_once(self, store):
        carol = make_alice(store)
        assert not ask(carol)
        assert not ask(carol, "phone", NEW_PHONE)
        assert (stored(carol).email, stored(carol).phone) == (NEW_EMAIL, NEW_PHONE)
        deliver()
        assert [message.to for message in mail.outbox] == [[NEW_EMAIL]]

    @pytest.mark.parametrize("kind", [ActorKind.ADMIN, ActorKind.SELLER, ActorKind.TOKEN])
    def test_what_others_write_down_counts_at_once(self, alice, kind):
        actor = Actor(kind=kind, id="1")
        profile.update_profile(alice, profile={"email": NEW_EMAIL}, at=NOON, actor=actor)
        assert stored(alice).email == NEW_EMAIL

    def test_a_programme_that_keeps_profiles_to_staff_lets_no_contact_wait(self):
        store = make_store("SHUT", account_activation_required=True, allow_customers_profile_edits=False)
        alice = make_alice(store)
        with pytest.raises(ProfileEditsClosed):
            ask(alice)
        assert not OneTimeCode.objects.exists()


class TestRefused:
    @pytest.mark.parametrize(
        ("value", "refusal"),
        [
            ("nonsense", EmailInvalid),
            (f"{'x' * 250}@example.com", InvalidProfileField),
            ("TAKEN@example.com", EmailTaken),
        ],
    )
    def test_an_address_that_cannot_be_theirs_never_waits(self, alice, value, refusal):
        make_customer(alice.store, email="taken@example.com")
        with pytest.raises(refusal):
            ask(alice, value=value)
        assert happened() == []
        assert not OneTimeCode.objects.exists()

    @pytest.mark.parametrize(
        ("value", "refusal"), [("nonsense", PhoneInvalid), ("+48 500-100-299", PhoneTaken)]
    )
    def test_nor_does_such_a_number(self, bob, value, refusal):
        make_customer(bob.store, phone=NEW_PHONE)
        with pytest.raises(refusal):
            ask(bob, "phone", value)
        assert not OneTimeCode.objects.exists()

    def test_somebody_who_took_the_address_meanwhile_keeps_it(self, alice):
        ask(alice)
        deliver()
        make_customer(alice.store, email=NEW_EMAIL)
        with pytest.raises(EmailTaken):
            confirm(alice, token_in(mail.outbox[0].body))
        assert stored(alice).email == "alice@example.com"
        assert "customer.email_changed" not in happened()

    def test_another_customer_cannot_confirm_and_does_not_use_the_code_up(self, alice):
        mallory = make_customer(alice.store, "mallory")
        ask(alice)
        deliver()
        raw = token_in(mail.outbox[0].body)
        with pytest.raises(codes.UnknownCode):
            confirm(mallory, raw)
        assert confirm(alice, raw).email == NEW_EMAIL
        with pytest.raises(codes.UnknownCode):
            confirm(alice, raw)

    def test_an_old_code_and_one_that_was_never_sent_confirm_nothing(self, alice):
        ask(alice)
        with pytest.raises(codes.UnknownCode):
            confirm(alice, "x" * 43)
        deliver()
        OneTimeCode.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        with pytest.raises(codes.UnknownCode):
            confirm(alice, token_in(mail.outbox[0].body))
        assert stored(alice).email == "alice@example.com"

    def test_who_was_blocked_meanwhile_confirms_nothing(self, alice):
        ask(alice)
        deliver()
        Customer.objects.update(status="blocked")
        with pytest.raises(codes.UnknownCode):
            confirm(alice, token_in(mail.outbox[0].body))

    def test_messages_to_strangers_are_few(self, alice):
        for number in range(10):
            ask(alice, value=f"stranger{number}@example.com")
        with pytest.raises(knocks.TooManyRequests):
            ask(alice, value="stranger10@example.com")
        assert pending_contacts.waiting(alice) == "stranger9@example.com"


class TestAgain:
    def test_another_message_ends_the_code_before(self, alice):
        ask(alice)
        deliver()
        contact_changes.send_again(alice, at=NOON, actor=themselves(alice))
        deliver()
        first, second = (token_in(message.body) for message in mails_to(NEW_EMAIL))
        with pytest.raises(codes.UnknownCode):
            confirm(alice, first)
        assert confirm(alice, second).email == NEW_EMAIL

    def test_where_nothing_waits_nothing_is_sent(self, alice):
        contact_changes.send_again(alice, at=NOON, actor=themselves(alice))
        assert happened() == []

    def test_the_same_profile_sent_again_sends_no_second_message(self, alice):
        assert ask(alice)
        assert ask(alice)
        assert happened() == ["customer.contact_change_requested"]

    def test_the_last_wish_counts(self, alice):
        ask(alice, value="first@example.com")
        ask(alice, value="second@example.com")
        deliver()
        assert not mails_to("first@example.com")
        raw = token_in(mails_to("second@example.com")[-1].body)
        assert confirm(alice, raw).email == "second@example.com"

    def test_what_waits_can_be_asked_for(self, alice):
        assert pending_contacts.waiting(alice) is None
        ask(alice)
        assert pending_contacts.waiting(alice) == NEW_EMAIL


def test_an_import_or_the_system_never_waits(alice):
    profile.update_profile(alice, profile={"email": NEW_EMAIL}, at=NOON, actor=SYSTEM)
    assert stored(alice).email == NEW_EMAIL
