"""Customers' log-in: who gets in, who is refused how, and how often one may try."""

from datetime import timedelta

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher

from customers import authentication
from customers.models import Customer
from loyalty import log_ins
from loyalty.models import AuditEntry, Event
from tests.factories import NOON, make_customer, make_store
from tests.statements import noting_statements

PASSWORD = "correct horse battery"


def log_in(store, identifier, password=PASSWORD, address="192.0.2.1", at=NOON):
    return authentication.log_in(store, identifier=identifier, password=password, address=address, at=at)


@pytest.fixture
def alice(store):
    alice = make_customer(
        store, "alice", email="Alice@example.com", phone="+48500100200", card_number="9912345678"
    )
    alice.set_password(PASSWORD)
    alice.save()
    return alice


@pytest.mark.parametrize("identifier", ["alice@EXAMPLE.com", "+48 500 100 200", "9912345678", " 9912345678 "])
def test_email_phone_and_card_number_all_let_a_customer_in(store, alice, identifier):
    assert log_in(store, identifier) == alice
    alice.refresh_from_db()
    assert alice.last_login_at == NOON


@pytest.mark.parametrize("identifier", ["alice@example.com", "nobody@example.com", "000", "x"])
def test_wrong_password_and_unknown_account_are_refused_in_the_same_words(store, alice, identifier):
    with pytest.raises(authentication.WrongCredentials) as refused:
        log_in(store, identifier, password="wrong")
    assert str(refused.value) == "We do not know this combination. Check both fields."
    alice.refresh_from_db()
    assert alice.last_login_at is None


def test_an_account_without_password_is_refused(store, alice):
    Customer.objects.update(password="")
    for password in ("", PASSWORD):
        with pytest.raises(authentication.WrongCredentials):
            log_in(store, "9912345678", password=password)


def test_another_store_does_not_know_the_customer(alice):
    with pytest.raises(authentication.WrongCredentials):
        log_in(make_store("OTHER"), "alice@example.com")


@pytest.mark.parametrize("status", [Customer.Status.NEW, Customer.Status.BLOCKED])
def test_only_who_knows_the_password_learns_that_an_account_is_not_active(store, alice, status):
    Customer.objects.update(status=status)
    with pytest.raises(authentication.NotActive):
        log_in(store, "9912345678")
    with pytest.raises(authentication.WrongCredentials):
        log_in(store, "9912345678", password="wrong")
    alice.refresh_from_db()
    assert alice.last_login_at is None


def test_a_deleted_customer_is_unknown(store, alice):
    Customer.objects.update(status=Customer.Status.DELETED)
    with pytest.raises(authentication.WrongCredentials):
        log_in(store, "9912345678")


@pytest.mark.parametrize("identifier", ["alice@example.com", "nobody@example.com"])
def test_the_eleventh_failure_is_refused_even_with_the_right_password(store, alice, identifier):
    for _ in range(10):
        with pytest.raises(authentication.WrongCredentials):
            log_in(store, identifier, password="wrong")
    with pytest.raises(log_ins.TooManyAttempts):
        log_in(store, identifier)


def test_other_spellings_of_one_account_are_counted_together(store, alice):
    Customer.objects.update(phone="+48500100200")
    for number in range(10):
        spelling = "+48 500 100 200".replace(" ", " " * number) + " " * number
        with pytest.raises(authentication.WrongCredentials):
            log_in(store, spelling, password="wrong")
    with pytest.raises(log_ins.TooManyAttempts):
        log_in(store, "0048 500-100-200")


def test_somebody_elses_failures_do_not_lock_the_customer_out(store, alice):
    for _ in range(10):
        with pytest.raises(authentication.WrongCredentials):
            log_in(store, "9912345678", password="wrong", address="198.51.100.7")
    assert log_in(store, "9912345678", address="192.0.2.1") == alice


def test_success_forgets_earlier_slips(store, alice):
    for _ in range(3):
        for _ in range(9):
            with pytest.raises(authentication.WrongCredentials):
                log_in(store, "9912345678", password="wrong")
        assert log_in(store, "9912345678") == alice


def test_success_is_never_counted(store, alice):
    for minute in range(30):
        assert log_in(store, "9912345678", at=NOON + timedelta(minutes=minute)) == alice


def test_an_unknown_account_costs_as_much_hashing_as_a_known_one(store, alice, monkeypatch):
    hashed: list[str] = []
    encode = MD5PasswordHasher.encode

    def encode_and_note(self, password, salt):
        hashed.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", encode_and_note)
    for identifier in ("9912345678", "nobody@example.com"):
        hashed.clear()
        with pytest.raises(authentication.WrongCredentials):
            log_in(store, identifier, password="wrong")
        assert hashed == ["wrong"]


def test_a_log_in_is_on_the_customers_timeline_with_its_face(store, alice):
    log_in(store, "9912345678")
    with pytest.raises(authentication.WrongCredentials):
        log_in(store, "9912345678", password="wrong")
    event = Event.objects.get()
    assert (event.type, event.subject_id, event.payload) == (
        "customer.logged_in",
        str(alice.pk),
        {"through": "portal"},
    )
    assert (event.actor_kind, event.actor_id) == ("customer", str(alice.pk))
    assert not AuditEntry.objects.exists()


def test_noting_a_log_in_costs_one_insert_more_than_remembering_it(alice):
    with noting_statements() as statements:
        authentication.note_log_in(alice, through="api", at=NOON)
    written = [each for each in statements if each.split()[0] in {"INSERT", "UPDATE", "SELECT"}]
    assert written == ['UPDATE "customers_customer"', 'INSERT "loyalty_event"']


def test_known_and_unknown_accounts_cost_the_same_statements(store, alice, settings):
    settings.REDIS_URL = ""
    costs = []
    for identifier in ("9912345678", "alice@example.com", "nobody@example.com", "nobody"):
        with noting_statements() as statements, pytest.raises(authentication.WrongCredentials):
            log_in(store, identifier, password="wrong")
        costs.append(statements)
    assert costs[0] == costs[1] == costs[2] == costs[3]
