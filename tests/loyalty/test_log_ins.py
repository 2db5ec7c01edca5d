"""Guesses at passwords, whoever's: how many, and whom they stop."""

import pytest

from loyalty import log_ins, throttles

pytestmark = pytest.mark.django_db


def attempt(holder=None, *, account="key:alice", address="192.0.2.1"):
    return log_ins.attempt(lambda: holder, account=account, address=address)


def test_who_knows_the_password_is_never_counted():
    assert [attempt("alice") for _ in range(20)] == ["alice"] * 20


def test_ten_failures_end_in_a_refusal_even_of_the_right_password():
    assert [attempt() for _ in range(10)] == [None] * 10
    with pytest.raises(log_ins.TooManyAttempts):
        attempt("alice")


def test_a_refused_attempt_is_not_looked_at():
    for _ in range(10):
        attempt()
    with pytest.raises(log_ins.TooManyAttempts):
        log_ins.attempt(lambda: pytest.fail("looked"), account="key:alice", address="192.0.2.1")


def test_elsewhere_and_for_others_nothing_is_closed():
    for _ in range(10):
        attempt()
    assert attempt("alice", address="192.0.2.2") == "alice"
    assert attempt("bob", account="key:bob") == "bob"


def test_the_right_password_forgets_the_slips_of_its_account_and_address():
    for _ in range(3):
        assert [attempt() for _ in range(9)] == [None] * 9
        assert attempt("alice") == "alice"


def test_an_address_that_tries_many_accounts_is_stopped():
    for number in range(100):
        assert attempt(account=f"key:{number}") is None
    with pytest.raises(log_ins.TooManyAttempts):
        attempt("alice")


def test_an_account_that_is_guessed_from_everywhere_is_closed():
    for number in range(100):
        assert attempt(address=f"192.0.2.{number}") is None
    with pytest.raises(log_ins.TooManyAttempts):
        attempt("alice", address="198.51.100.1")


def test_guesses_at_the_same_time_close_the_way_for_a_right_one():
    def verify():
        for _ in range(10):
            throttles.count_failure("log-in:key:alice:192.0.2.1", limit=10, window=log_ins.WINDOW)
        return "alice"

    with pytest.raises(log_ins.TooManyAttempts):
        log_ins.attempt(verify, account="key:alice", address="192.0.2.1")
