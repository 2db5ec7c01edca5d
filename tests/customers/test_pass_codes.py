"""The code on a pass: the card number, or the id; and the till that reads it."""

from uuid import UUID

import pytest

from customers import identification, pass_codes
from customers.models import Customer
from tests.factories import make_customer, make_store

ID = UUID("0f5dd4b8-9c7e-4c55-8a35-3f3f6a1c2b10")


def test_a_card_goes_before_the_id():
    assert pass_codes.pass_code("47834433524", ID) == "47834433524"
    assert pass_codes.pass_code(None, ID) == pass_codes.pass_code("", ID) == str(ID)


def test_an_id_is_read_back_in_any_letter_case():
    assert pass_codes.id_in(str(ID)) == pass_codes.id_in(str(ID).upper()) == ID


@pytest.mark.parametrize(
    "code", ["", "47834433524", ID.hex, f"{{{ID}}}", f"{ID} ", "x" * 36, f"urn:uuid:{ID}"]
)
def test_what_is_no_id_is_a_card_number(code):
    assert pass_codes.id_in(code) is None


@pytest.mark.django_db
def test_a_till_finds_the_customer_by_either_code(store):
    alice, bob = make_customer(store, "alice"), make_customer(store, "bob", card_number="47834433524")
    for customer in (alice, bob):
        code = pass_codes.pass_code(customer.card_number, customer.pk)
        assert identification.find_customer(store, card_number=code) == customer


@pytest.mark.django_db
def test_a_card_that_reads_like_somebodys_id_does_not_take_their_place(store):
    alice = make_customer(store, "alice")
    make_customer(store, "mallory", card_number=str(alice.pk))
    assert identification.find_customer(store, card_number=str(alice.pk)) == alice


@pytest.mark.django_db
def test_the_first_code_keeps_working_when_a_card_follows(store):
    alice = make_customer(store, "alice", card_number="47834433524")
    assert identification.find_customer(store, card_number=str(alice.pk)) == alice


@pytest.mark.django_db
def test_a_code_finds_nobody_of_another_store_and_nobody_who_is_gone(store):
    stranger = make_customer(make_store("OTHER"), "stranger")
    gone = make_customer(store, "gone", status=Customer.Status.DELETED)
    for nobody in (stranger, gone):
        assert identification.find_customer(store, card_number=str(nobody.pk)) is None
