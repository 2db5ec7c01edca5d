"""Another e-mail address or phone number: at once, or once its owner has answered."""

import pytest
from django.test import Client

from customers.models import Customer
from loyalty.programme import CommunicationMethod
from tests.customers.portal.members import PASSWORD, enter, make_member, text_of
from tests.factories import make_store
from tests.post import code_in, deliver, mails_to, token_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def proving_store(db):
    """A store whose accounts are activated by e-mail, so that a new address has to be proven."""
    return make_store(account_activation_required=True)


@pytest.fixture
def alice(proving_store, client):
    alice = make_member(proving_store, phone="+48500100200")
    enter(client)
    return alice


def ask(client, field="email", value="new@example.com", password=PASSWORD):
    return client.post(f"/portal/me/{field}", {field: value, "password": password})


def link_sent_to(address):
    deliver()
    return token_in(mails_to(address)[-1].body)


def email():
    return Customer.objects.get(first_name="Alice").email


def test_a_new_address_counts_at_once_where_nobody_proves_theirs(client, store):
    make_member(store)
    enter(client)
    assert "We send a message" not in text_of(client.get("/portal/me/email"))
    assert ask(client).headers["Location"] == "/portal/me?done=contact"
    assert email() == "new@example.com"


def test_a_new_address_waits_for_the_link_that_is_sent_there(client, alice):
    assert "until then the old one stays" in text_of(client.get("/portal/me/email"))
    response = ask(client)
    assert response.headers["Location"] == "/portal/confirm-change?done=email"
    assert "A message is on its way to new@example.com." in text_of(client.get("/portal/confirm-change"))
    assert email() == "alice@example.com"
    token = link_sent_to("new@example.com")
    assert "One tap" in text_of(client.get(f"/portal/confirm-change/{token}"))
    assert email() == "alice@example.com", "looking at the link uses nothing up"
    response = client.post(f"/portal/confirm-change/{token}")
    assert response.headers["Location"] == "/portal/me?done=contact"
    assert email() == "new@example.com"
    assert client.get("/portal/confirm-change").headers["Location"] == "/portal/me", "nothing waits any more"


def test_a_new_number_waits_for_the_code_that_is_sent_there(client, capsys):
    store = make_store(
        account_activation_required=True, preferred_communication_method=CommunicationMethod.SMS
    )
    make_member(store, phone="+48500100200")
    enter(client)
    ask(client, "phone", "+48 500 100 201")
    assert "A code is on its way to +48500100201." in text_of(client.get("/portal/confirm-change"))
    deliver()
    code = code_in(capsys.readouterr().out)
    wrong = f"{(int(code) + 1) % 10**6:06}"
    assert client.post("/portal/confirm-change", {"code": wrong}).status_code == 400
    assert client.post("/portal/confirm-change", {"code": code}).status_code == 302
    assert Customer.objects.get().phone == "+48500100201"


def test_the_link_is_good_for_its_own_customer_only(client, alice):
    ask(client)
    token = link_sent_to("new@example.com")
    bob, other = make_member(alice.store, "bob", card_number="9900000001"), Client()
    enter(other, identifier=bob.email)
    response = other.post(f"/portal/confirm-change/{token}")
    assert response.status_code == 400
    assert "not valid any more" in text_of(response)
    assert email() == "alice@example.com"
    assert client.post(f"/portal/confirm-change/{token}").status_code == 302, "and stays good for them"


def test_who_opens_the_link_without_being_logged_in_comes_back_to_it(client, alice):
    ask(client)
    token = link_sent_to("new@example.com")
    response = Client().get(f"/portal/confirm-change/{token}")
    assert response.headers["Location"] == f"/portal/log-in?next=%2Fportal%2Fconfirm-change%2F{token}"


@pytest.mark.parametrize("token", ["wrong", "000000"])
def test_a_wrong_link_changes_nothing(client, alice, token):
    ask(client)
    assert client.post(f"/portal/confirm-change/{token}").status_code == 400
    assert email() == "alice@example.com"


def test_a_used_link_is_good_no_more(client, alice):
    ask(client)
    token = link_sent_to("new@example.com")
    client.post(f"/portal/confirm-change/{token}")
    assert client.post(f"/portal/confirm-change/{token}").status_code == 400


def test_another_message_makes_the_one_before_worthless(client, alice):
    ask(client)
    old = link_sent_to("new@example.com")
    response = client.post("/portal/confirm-change", {"again": "1"})
    assert response.headers["Location"] == "/portal/confirm-change?done=again"
    new = link_sent_to("new@example.com")
    assert client.post(f"/portal/confirm-change/{old}").status_code == 400
    assert client.post(f"/portal/confirm-change/{new}").status_code == 302


def test_messages_without_end_are_throttled(client, alice):
    ask(client)
    answers = [client.post("/portal/confirm-change", {"again": "1"}).status_code for _ in range(12)]
    assert answers[0] == 302
    assert answers[-1] == 429


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("email", "new@", "This is not an e-mail address."),
        ("email", "", "This field is required."),
        ("email", "BOB@example.com", "has an account already"),
        ("phone", "+440000000", "This is not a phone number."),
        ("phone", "+48 600 100 200", "belongs to another account"),
    ],
)
def test_a_wrong_value_is_said_at_its_field(client, alice, field, value, words):
    make_member(alice.store, "bob", card_number="9900000001", phone="+48600100200")
    response = ask(client, field, value)
    assert response.status_code == 400
    assert words in text_of(response)
    assert email() == "alice@example.com"


@pytest.mark.parametrize("field", ["email", "phone"])
def test_who_found_the_phone_unlocked_changes_no_contact(client, store, field):
    alice = make_member(store, phone="+48500100200")
    enter(client)
    value = {"email": "thief@example.com", "phone": "+48600100200"}[field]

    for password, words in (("", "This field is required."), ("guessed it", "not your password")):
        response = ask(client, field, value, password)
        assert (response.status_code, words in text_of(response)) == (400, True)
    alice.refresh_from_db()
    assert (alice.email, alice.phone) == ("alice@example.com", "+48500100200")


@pytest.mark.parametrize("page", ["me/email", "me/phone", "confirm-change"])
def test_a_page_costs_few_statements(client, alice, page, django_assert_max_num_queries):
    ask(client)
    with django_assert_max_num_queries(5):
        assert client.get(f"/portal/{page}").status_code == 200
