"""Invitations over the Open Loyalty routes, with the list of the document's example."""

import pytest

from customers import invitations
from customers.models import Customer, Invitation
from loyalty.actors import SYSTEM
from tests.callers import as_person
from tests.customers.api.answers import BASE, JOHN
from tests.factories import NOON, make_customer, make_store

pytestmark = pytest.mark.django_db
KEYS = {
    "referrerId", "recipientId", "invitationId", "referrerEmail", "referrerName", "recipientEmail", "status",
    "token",
}  # fmt: skip


@pytest.fixture
def john(store):
    return make_customer(store, first_name="John", last_name="Doe", email="user@example.com")


def invite(referrer, **address):
    return invitations.invite(referrer, at=NOON, actor=SYSTEM, **address)


def listed(answer):
    assert answer.status_code == 200
    return [each["recipientEmail"] for each in answer.json()["invitations"]]


def test_the_list_is_as_documented(admin, store, john):
    invitation = invite(john, email="test2@example.com")

    answer = admin("GET", f"{BASE}/invitations")

    assert answer.json() == {
        "invitations": [
            {
                "referrerId": str(john.pk),
                "recipientId": "",
                "invitationId": str(invitation.pk),
                "referrerEmail": "user@example.com",
                "referrerName": "John Doe",
                "recipientEmail": "test2@example.com",
                "status": "invited",
                "token": invitation.token,
            }
        ],
        "total": 1,
    }
    assert answer.json()["invitations"][0].keys() == KEYS


@pytest.mark.parametrize("text", ["+48 500 600 700", "0048500600700", "500600", "500-600-700"])
def test_an_invitation_by_phone_is_found_by_any_part_and_spelling_of_the_number(admin, john, text):
    invite(john, phone="+48500600700")
    invite(john, phone="+48500600800")
    found = admin("GET", f"{BASE}/invitations", recipientPhone=text).json()["invitations"]
    numbers = {each["recipientPhone"] for each in found}
    assert numbers == ({"+48500600700", "+48500600800"} if text == "500600" else {"+48500600700"})


@pytest.mark.parametrize(
    "wanted",
    [
        {"referrerEmail": "USER@example"},
        {"referrerName": "john d"},
        {"recipientEmail": "Test2@"},
        {"recipientName": "lady mini"},
        {"status": "Registered"},
        {"status": "registered", "referrerName": "doe"},
    ],
)
def test_every_filter_narrows_the_list(admin, store, john, wanted):
    other = make_customer(store, "carol", first_name="Carol", last_name="King", email="carol@example.org")
    invite(other, email="test3@example.com")
    invitation = invite(john, email="test2@example.com")
    lady = make_customer(store, first_name="Lady", last_name="Mini")
    invitation.recipient, invitation.status = lady, "registered"
    invitation.save()

    assert listed(admin("GET", f"{BASE}/invitations", **wanted)) == ["test2@example.com"]
    record = admin("GET", f"{BASE}/invitations", recipientId=str(lady.pk)).json()["invitations"][0]
    assert (record["recipientId"], record["recipientName"]) == (str(lady.pk), "Lady Mini")


def test_a_status_of_no_invitation_is_refused(admin, store):
    assert admin("GET", f"{BASE}/invitations", status="rich").status_code == 400
    assert admin("GET", f"{BASE}/invitations", status="All").status_code == 200


def test_invitations_of_another_store_are_not_listed(admin, store):
    other = make_store("OTHER")
    invite(make_customer(other), email="bob@example.com")
    assert admin("GET", f"{BASE}/invitations").json() == {"invitations": [], "total": 0}


def test_the_list_costs_the_same_for_one_row_and_for_thirty(
    admin, store, john, django_assert_max_num_queries
):
    for number in range(20):
        invite(john, email=f"friend{number}@example.com")
    with django_assert_max_num_queries(8) as with_many:
        admin("GET", f"{BASE}/invitations", perPage=30)
    Invitation.objects.exclude(recipient_email="friend0@example.com").delete()
    with django_assert_max_num_queries(8) as with_one:
        admin("GET", f"{BASE}/invitations", perPage=30)
    assert len(with_one) == len(with_many)


def test_a_customer_invites_and_the_friend_registers_by_it(store, john, encoding):
    caller = as_person(john, "customer", encoding=encoding)

    answer = caller(
        "POST", f"{BASE}/invitations/invite", {"invitation": {"recipientEmail": "bob@example.com"}}
    )

    assert answer.status_code == 200
    invitation = Invitation.objects.get()
    assert answer.json() == {"invitationId": str(invitation.pk)}
    body = {**JOHN, "plainPassword": "correct horse battery", "invitationToken": invitation.token}
    assert caller("POST", f"{BASE}/customer/self_register", {"customer": body}).status_code == 200
    invitation.refresh_from_db()
    assert invitation.status == "registered"
    assert invitation.recipient == Customer.objects.get(email=JOHN["email"])


def test_staff_register_by_an_invitation_too(admin, store, john):
    invitation = invite(john, email="bob@example.com")
    body = {"customer": {**JOHN, "invitationToken": invitation.token}}
    assert admin("POST", f"{BASE}/customer/register", body).status_code == 200
    invitation.refresh_from_db()
    assert invitation.status == "registered"


def test_an_address_that_is_none_is_refused_at_its_field(store, john):
    caller = as_person(john, "customer")
    answer = caller("POST", f"{BASE}/invitations/invite", {"invitation": {"recipientEmail": "bob"}})
    assert answer.status_code == 400
    assert "errors" in answer.json()["form"]["children"]["recipientEmail"]
    assert caller("POST", f"{BASE}/invitations/invite", {"invitation": {}}).status_code == 400
    assert not Invitation.objects.exists()
