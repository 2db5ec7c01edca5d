"""Who a document, a log-in or a text means."""

import uuid

import pytest

from customers import identification
from customers.identification import UnknownCustomer
from customers.models import Customer
from loyalty.programme import IdentificationField
from loyalty.refusals import NotFound
from tests.factories import make_customer, make_store

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(store):
    return make_customer(store, "alice", email="Alice@Example.com", phone="+48234234000", card_number="4711")


@pytest.fixture
def bob(store):
    return make_customer(store, "bob", email="bob@example.com", phone="+48234234001", card_number="4712")


def test_each_field_alone_finds_the_customer_however_it_is_written(store, alice):
    assert identification.find_customer(store, email=" ALICE@example.com ") == alice
    assert identification.find_customer(store, phone="+48 234 234 000") == alice
    assert identification.find_customer(store, card_number=" 4711 ") == alice


def test_nothing_given_or_nobody_meant_finds_nobody(store, alice):
    assert identification.find_customer(store) is None
    assert identification.find_customer(store, email="bob@example.com", phone="not a phone") is None


@pytest.mark.parametrize(
    ("priority", "found"),
    [
        (("phone", "loyaltyCardNumber", "email"), "alice"),
        (("email", "phone", "loyaltyCardNumber"), "bob"),
        (("loyaltyCardNumber",), "bob"),
    ],
)
def test_the_stores_first_field_that_hits_wins(db, priority, found):
    store = make_store(
        customers_identification_priority=tuple(IdentificationField(field) for field in priority)
    )
    alice = make_customer(store, "alice", email="alice@example.com", phone="+48234234000")
    bob = make_customer(store, "bob", email="bob@example.com", card_number="4712")
    meant = identification.find_customer(
        store, email="bob@example.com", phone="+48234234000", card_number="4712"
    )
    assert meant == {"alice": alice, "bob": bob}[found]


def test_a_field_outside_the_priority_identifies_nobody(db):
    store = make_store(customers_identification_priority=(IdentificationField.PHONE,))
    make_customer(store, "alice", email="alice@example.com")
    assert identification.find_customer(store, email="alice@example.com") is None


@pytest.mark.parametrize("status", ["new", "blocked", "deleted"])
def test_only_active_customers_are_identified_so_the_next_field_decides(store, alice, bob, status):
    Customer.objects.filter(pk=alice.pk).update(status=status)
    assert identification.find_customer(store, phone="+48234234000") is None
    assert identification.find_customer(store, phone="+48234234000", email="bob@example.com") == bob


def test_identifying_costs_one_query_and_brings_the_store(store, alice, bob, django_assert_num_queries):
    with django_assert_num_queries(1):
        found = identification.find_customer(
            store, email="bob@example.com", phone="+48234234000", card_number="4712"
        )
        assert found is not None
        assert found.store == store


def test_customers_of_another_store_are_nobody(store, alice):
    other = make_store("OTHER")
    assert identification.find_customer(other, email="alice@example.com") is None
    assert identification.find_by_identifier(other, "4711") is None
    with pytest.raises(NotFound):
        identification.customer_of(other, alice.pk)
    with pytest.raises(NotFound):
        identification.find_by_any(other, str(alice.pk))


def test_any_of_id_email_and_phone_names_a_customer(store, alice):
    for text in (str(alice.pk), str(alice.pk).upper(), "alice@example.com", "+48234234000"):
        assert identification.find_by_any(store, text) == alice


@pytest.mark.parametrize(
    "text", ["4711", "nobody@example.com", "", "   ", "0f5dd4b8-9c7e-4c55-8a35-3f3f6a1c2b10", "x" * 5000, "@"]
)
def test_other_texts_name_nobody(store, alice, text):
    with pytest.raises(NotFound):
        identification.find_by_any(store, text)


def test_an_unknown_customer_in_a_field_is_refused_at_that_field(store):
    with pytest.raises(UnknownCustomer) as refused:
        identification.customer_of(store, uuid.uuid4(), field="customer")
    assert refused.value.at_field == "customer"


def test_a_deleted_customer_is_nobody(store, alice):
    Customer.objects.filter(pk=alice.pk).update(status="deleted")
    with pytest.raises(NotFound):
        identification.customer_of(store, alice.pk)
    assert identification.find_by_identifier(store, "alice@example.com") is None
    assert identification.count_by_email_or_phone(store, "alice@example.com") == 0


def test_a_log_in_takes_email_phone_and_card_and_prefers_the_phone(store, alice):
    charlie = make_customer(store, "charlie", card_number="+48234234000")
    for text in ("alice@example.com", "+48 234 234 000", "4711"):
        assert identification.find_by_identifier(store, text) == alice
    alice.phone = None
    alice.save()
    assert identification.find_by_identifier(store, "+48234234000") == charlie


def test_counting_tells_whether_an_email_or_a_phone_is_taken(store, alice):
    counts = [
        identification.count_by_email_or_phone(store, text)
        for text in ("ALICE@example.com", "+48234234000", "4711", "nobody@example.com", "?")
    ]
    assert counts == [1, 1, 0, 0, 0]


def test_a_national_number_is_read_where_the_programme_speaks_the_language(db):
    store = make_store(locale="pl")
    alice = make_customer(store, "alice", phone="+48234234000")
    assert identification.find_customer(store, phone="234 234 000") == alice
