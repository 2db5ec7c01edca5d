"""Becoming a customer: register, prove the address, and no telling who has an account."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from customers import invitations
from customers.models import Customer, Invitation
from loyalty import codes
from loyalty.actors import SYSTEM
from loyalty.codes import Holder, Purpose
from loyalty.models import Event
from loyalty.programme import CommunicationMethod
from tests.customers.portal.members import lasting_headers, make_member, text_of, without_csrf
from tests.factories import make_customer, make_store
from tests.post import code_in, deliver, mails_to, token_in
from wallet.models import Wallet

pytestmark = pytest.mark.django_db
GOOD = "Example321!@#"
FORM = {
    "first_name": "Nina",
    "last_name": "Nowak",
    "email": "nina@example.com",
    "password": GOOD,
    "agreement1": "on",
}


@pytest.fixture
def waiting_store(db):
    """A store whose accounts wait for their activation."""
    return make_store(account_activation_required=True)


def register(client, base="/portal/", **changes):
    return client.post(f"{base}register", {**FORM, **changes})


def nina():
    return Customer.objects.get(email_key="nina@example.com")


def remove_everybody():
    Wallet.objects.all().delete()
    Customer.objects.all().delete()


def link_for(customer):
    holder = Holder.customer(customer.pk, customer.store_id)
    return codes.issue_link(Purpose.ACTIVATION, holder=holder, at=timezone.now())


class TestAtOnce:
    def test_who_registers_is_in_and_sees_the_card(self, client, store):
        response = register(client, phone="+48 500 100 200", birth_date="1990-05-17", agreement2="on")
        assert response.headers["Location"] == "/portal/"
        assert "Nina Nowak" in text_of(client.get("/portal/"))
        customer = nina()
        assert customer.status == Customer.Status.ACTIVE
        assert (customer.phone, str(customer.birth_date)) == ("+48500100200", "1990-05-17")
        assert (customer.agreement1, customer.agreement2, customer.agreement3) == (True, True, False)
        assert customer.check_password(GOOD)

    def test_the_session_key_changes(self, client, store):
        client.get("/portal/register")
        session = client.session
        session["planted"] = "x"
        session.save()
        before = session.session_key
        register(client)
        assert client.session.session_key != before

    def test_the_form_sent_twice_makes_one_customer_who_is_in_both_times(self, client, store):
        register(client)
        again = Client()
        assert register(again).headers["Location"] == "/portal/"
        assert "Nina Nowak" in text_of(again.get("/portal/"))
        assert Customer.objects.count() == 1

    def test_a_taken_address_with_another_password_is_refused_at_its_field(self, client, store):
        register(client)
        again = Client()
        response = register(again, password="Another321!@#", email="NINA@example.com")
        assert response.status_code == 400
        assert "has an account already" in text_of(response)
        assert '/portal/forgot-password"' in response.content.decode(), "and helps on"
        assert again.get("/portal/").status_code == 302
        assert Customer.objects.count() == 1

    def test_a_blocked_account_is_not_let_in_by_registering_again(self, client, store):
        register(client)
        Customer.objects.update(status=Customer.Status.BLOCKED)
        assert register(Client()).status_code == 400

    def test_a_taken_phone_is_refused_at_its_field(self, client, store):
        make_customer(store, phone="+48500100200")
        response = register(client, phone="+48 500-100-200")
        assert response.status_code == 400
        assert "This phone number belongs to another account." in text_of(response)

    def test_who_is_in_already_goes_home(self, client, store):
        register(client)
        assert client.get("/portal/register").headers["Location"] == "/portal/"


class TestWrongInput:
    @pytest.mark.parametrize(
        ("field", "value", "words"),
        [
            ("first_name", "", "This field is required."),
            ("last_name", "", "This field is required."),
            ("email", "", "This field is required."),
            ("email", "nina@", "This is not an e-mail address."),
            ("phone", "+440000000", "This is not a phone number."),
            ("birth_date", "1990-13-01", "Enter a valid date."),
            ("birth_date", "2999-01-01", "Nobody was born on this day."),
            ("birth_date", "1850-01-01", "Nobody was born on this day."),
            ("password", "short", "at least 8 characters"),
            ("password", "no-upper-1", "upper and lower case"),
            ("agreement1", "", "This field is required."),
            ("first_name", "x" * 300, "at most 255"),
            ("first_name", "a\x00b", "Null characters"),
        ],
    )
    def test_a_wrong_value_is_said_at_its_field_and_nothing_is_kept(self, client, store, field, value, words):
        response = register(client, **{field: value})
        assert response.status_code == 400
        page = response.content.decode()
        assert words in text_of(response)
        inputs = re.findall(r"<input[^>]*>", page)
        (at_fault,) = [each for each in inputs if 'aria-invalid="true"' in each]
        assert f'name="{field}"' in at_fault
        assert "autofocus" in at_fault
        assert f'id_{field}_error"' in at_fault, "the error describes the field"
        assert not Customer.objects.exists()

    def test_what_was_typed_stays_except_the_password(self, client, store):
        page = register(client, email="nina@").content.decode()
        assert 'value="Nina"' in page
        assert 'value="nina@"' in page
        assert GOOD not in page

    def test_fields_say_what_browsers_may_fill_in(self, client, store):
        page = client.get("/portal/register").content.decode()
        for word in ("given-name", "family-name", "email", "tel", "bday", "new-password"):
            assert f'autocomplete="{word}"' in page

    def test_the_rules_for_passwords_are_told_before(self, client, store):
        words = text_of(client.get("/portal/register"))
        assert "At least 8 characters, with upper and lower case letters, a number" in words

    def test_only_one_address_may_not_register_a_crowd(self, client, store):
        for number in range(100):
            register(Client(), email=f"n{number}@example.com")
        response = register(client)
        assert response.status_code == 429
        assert "Too many requests. Try again in 15 minutes." in text_of(response)
        assert Customer.objects.count() == 100

    def test_the_form_needs_the_token_against_forgery(self, store):
        client = Client(enforce_csrf_checks=True)
        assert register(client).status_code == 403
        assert not Customer.objects.exists()


class TestInvited:
    @pytest.fixture
    def invitation(self, store):
        alice = make_customer(store, "alice")
        return invitations.invite(alice, email="friend@example.com", at=timezone.now(), actor=SYSTEM)

    def test_the_link_is_carried_along(self, client, invitation):
        path = f"/portal/register?invitation={invitation.token}"
        page = client.get(path)
        assert "A friend has invited you." in text_of(page)
        assert (
            "action=" not in re.search(r'<form method="post"[^>]*data-sends-once', page.content.decode())[0]
        )
        client.post(path, FORM)
        invitation.refresh_from_db()
        assert invitation.status == Invitation.Status.REGISTERED
        assert invitation.recipient == nina()

    @pytest.mark.parametrize("token", ["wrong", "x" * 500, "a\x00b"])
    def test_a_token_that_names_nothing_is_no_obstacle(self, client, store, token):
        response = client.post("/portal/register", FORM, query_params={"invitation": token})
        assert response.status_code == 302
        assert not nina().came_by_invitation


class TestActivation:
    def test_the_page_says_where_the_message_went_and_the_link_activates(self, client, waiting_store):
        response = register(client)
        assert "We have sent a message to nina@example.com." in text_of(response)
        assert client.get("/portal/").status_code == 302, "nobody is in before the activation"
        deliver()
        (message,) = mails_to("nina@example.com")
        token = token_in(message.body)
        page = client.get(f"/portal/activate/{token}")
        assert "One tap, and your account is open." in text_of(page)
        assert nina().status == Customer.Status.NEW, "looking at the link uses nothing up"
        response = client.post(f"/portal/activate/{token}")
        assert response.headers["Location"] == "/portal/log-in?done=activated"
        assert "Your account is active. Log in." in text_of(client.get(response.headers["Location"]))
        assert nina().status == Customer.Status.ACTIVE

    def test_a_code_by_text_message_activates(self, client, capsys):
        make_store(account_activation_required=True, preferred_communication_method=CommunicationMethod.SMS)
        response = register(client, phone="+48500100200")
        assert "We have sent a code to +48500100200." in text_of(response)
        deliver()
        assert mail.outbox == []
        code = code_in(capsys.readouterr().out)
        assert client.post("/portal/activate", {"code": code}).status_code == 302
        assert nina().status == Customer.Status.ACTIVE

    @pytest.mark.parametrize("status", [Customer.Status.NEW, Customer.Status.ACTIVE, Customer.Status.BLOCKED])
    def test_a_taken_address_is_answered_exactly_as_a_free_one(self, client, waiting_store, status):
        free = register(client)
        remove_everybody()
        make_member(waiting_store, "nina", status=status, phone="+48500100200")
        taken = register(Client())
        assert taken.status_code == free.status_code
        assert lasting_headers(taken) == lasting_headers(free)
        assert without_csrf(taken) == without_csrf(free)
        assert Customer.objects.get().check_password("correct horse battery"), "nothing changed"

    def test_a_taken_phone_is_answered_exactly_as_a_free_one(self, client, waiting_store):
        free = register(client, phone="+48500100200")
        remove_everybody()
        make_member(waiting_store, "bob", phone="+48500100200")
        taken = register(Client(), phone="+48500100200")
        assert without_csrf(taken) == without_csrf(free)
        assert Customer.objects.count() == 1

    def test_wrong_input_is_refused_alike_for_free_and_taken_addresses(self, client, waiting_store):
        free = register(client, password="short")
        make_member(waiting_store, "nina")
        assert without_csrf(register(Client(), password="short")) == without_csrf(free)

    def test_the_form_sent_twice_says_the_same_twice(self, client, waiting_store):
        first, second = register(client), register(client)
        assert without_csrf(first) == without_csrf(second)
        assert Customer.objects.count() == 1
        deliver()
        assert len(mails_to("nina@example.com")) == 1

    def test_a_used_link_is_good_no_more(self, client, waiting_store):
        token = link_for(make_customer(waiting_store, status=Customer.Status.NEW))
        assert client.post(f"/portal/activate/{token}").status_code == 302
        again = client.post(f"/portal/activate/{token}")
        assert again.status_code == 400
        assert "This link or code is not valid any more." in text_of(again)
        assert "/portal/activate?ask=1" in again.content.decode()

    def test_wrong_old_and_foreign_links_are_refused_alike(self, client, waiting_store):
        there = make_store("OTHER", account_activation_required=True)
        foreign = make_customer(there, status=Customer.Status.NEW)
        late = make_customer(waiting_store, status=Customer.Status.NEW)
        holder = Holder.customer(late.pk, waiting_store.pk)
        long_ago = timezone.now() - timedelta(minutes=31)
        tokens = [
            "wrong",
            link_for(foreign),
            codes.issue_link(Purpose.ACTIVATION, holder=holder, at=long_ago),
        ]
        answers = [client.post(f"/portal/activate/{token}") for token in tokens]
        assert {answer.status_code for answer in answers} == {400}
        pages = {
            without_csrf(answer).replace(token.encode(), b"")
            for token, answer in zip(tokens, answers, strict=True)
        }
        assert len(pages) == 1
        assert not Customer.objects.filter(status=Customer.Status.ACTIVE).exists()

    def test_guesses_of_codes_are_throttled(self, client, waiting_store):
        for number in range(10):
            assert client.post("/portal/activate", {"code": f"{number:06}"}).status_code == 400
        response = client.post("/portal/activate", {"code": "000010"})
        assert response.status_code == 429
        assert "Too many attempts" in text_of(response)

    def test_another_message_is_sent_to_who_waits_and_the_answer_is_alike(self, client, waiting_store):
        make_customer(waiting_store, "nina", email="nina@example.com", status=Customer.Status.NEW)
        make_member(waiting_store, "alice")
        answers = [
            client.post("/portal/activate", {"identifier": identifier})
            for identifier in ("nina@example.com", "alice@example.com", "nobody@example.com")
        ]
        assert {answer.headers["Location"] for answer in answers} == {"/portal/activate?done=sent"}
        deliver()
        assert [message.to for message in mail.outbox] == [["nina@example.com"]]
        assert "a new message is on its way" in text_of(client.get("/portal/activate?done=sent"))

    def test_asking_without_an_address_names_the_field(self, client, waiting_store):
        response = client.post("/portal/activate", {"identifier": ""})
        assert response.status_code == 400
        assert "This field is required." in text_of(response)

    def test_the_log_in_of_a_new_account_leads_to_the_activation(self, client, waiting_store):
        register(client)
        response = client.post("/portal/log-in", {"identifier": "nina@example.com", "password": GOOD})
        assert response.status_code == 400
        assert "/portal/activate?ask=1" in response.content.decode()


def test_a_store_of_its_own_code_registers_under_its_own_address(client, store):
    there = make_store("OTHER")
    response = register(client, base="/portal/OTHER/")
    assert response.headers["Location"] == "/portal/OTHER/"
    assert nina().store == there


def test_a_page_with_a_token_hides_no_page_of_a_store(client, store):
    make_store("activate", program_name="Store of an odd code")
    assert "Store of an odd code" in text_of(client.get("/portal/activate/log-in"))
    assert "Activate your account" in text_of(client.get("/portal/activate/some-token"))


def test_no_event_of_a_registration_holds_a_personal_value(client, waiting_store):
    register(client, phone="+48500100200")
    told = {event.type: str(event.payload) for event in Event.objects.all()}
    assert "customer.registered" in told
    assert not re.search(r"nina|nowak|500100200", " ".join(told.values()), re.IGNORECASE)


@pytest.mark.parametrize(
    "path", ["register", "activate", "activate/x", "forgot-password", "reset-password/x"]
)
def test_no_cache_keeps_a_page_before_the_log_in(client, store, path):
    assert "no-store" in client.get(f"/portal/{path}").headers["Cache-Control"]


@pytest.mark.parametrize("path", ["register", "activate", "activate/x", "goodbye", "log-in"])
def test_a_page_before_the_log_in_costs_few_statements(client, store, path, django_assert_max_num_queries):
    with django_assert_max_num_queries(2):
        assert client.get(f"/portal/{path}").status_code == 200
