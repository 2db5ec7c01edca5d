"""Failures are counted exactly, in Redis and in the database, and only failures."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test import RequestFactory
from django.utils import timezone

from loyalty import throttles
from loyalty.models import Throttle

MINUTE = timedelta(minutes=1)


@pytest.fixture(params=["table", "redis", "redis away"])
def counter(request, settings):
    """Run a test once with each place that may count."""
    if request.param == "table":
        settings.REDIS_URL = ""
    elif request.param == "redis away":
        settings.REDIS_URL = "redis://127.0.0.1:1/0"
    elif not settings.REDIS_URL:
        pytest.skip("REDIS_URL names no Redis")
    throttles._client.cache_clear()
    yield request.param
    throttles.forget("alice")
    throttles._client.cache_clear()


@pytest.mark.django_db
def test_the_limit_blocks_and_forgetting_opens(counter):
    within = [throttles.count_failure("alice", limit=3, window=MINUTE) for _ in range(4)]
    assert within == [True, True, True, False]
    assert throttles.is_blocked("alice", limit=3)
    assert not throttles.is_blocked("bob", limit=3)
    throttles.forget("alice")
    assert not throttles.is_blocked("alice", limit=3)


@pytest.mark.django_db
def test_what_turned_out_right_is_taken_back(counter):
    for _ in range(3):
        throttles.count_failure("alice", limit=3, window=MINUTE)
    throttles.take_back("alice")
    assert not throttles.is_blocked("alice", limit=3)
    assert throttles.count_failure("alice", limit=3, window=MINUTE)
    assert throttles.is_blocked("alice", limit=3)


@pytest.mark.django_db
def test_taking_back_what_nobody_counted_changes_nothing(counter):
    for _ in range(3):
        throttles.take_back("alice")
    within = [throttles.count_failure("alice", limit=2, window=MINUTE) for _ in range(3)]
    assert within == [True, True, False]


@pytest.mark.django_db(transaction=True)
def test_failures_at_once_are_all_counted(counter):
    def fail(number):
        try:
            return throttles.count_failure("alice", limit=10, window=MINUTE)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        within = list(pool.map(fail, range(40)))
    assert within.count(True) == 10


@pytest.mark.django_db
def test_a_window_ends(settings):
    settings.REDIS_URL = ""
    throttles.count_failure("alice", limit=1, window=MINUTE)
    assert throttles.is_blocked("alice", limit=1)
    Throttle.objects.update(window_ends_at=timezone.now())
    assert not throttles.is_blocked("alice", limit=1)
    assert throttles.count_failure("alice", limit=1, window=MINUTE)
    assert Throttle.objects.get().count == 1


@pytest.mark.django_db
def test_names_are_stored_as_digests(settings):
    settings.REDIS_URL = ""
    throttles.count_failure("alice@example.com" * 50, limit=1, window=MINUTE)
    assert "alice" not in Throttle.objects.get().key


@pytest.mark.parametrize(
    ("trusted", "forwarded", "address"),
    [
        (0, "1.1.1.1", "127.0.0.1"),
        (1, "1.1.1.1, 2.2.2.2", "2.2.2.2"),
        (2, "1.1.1.1, 2.2.2.2", "1.1.1.1"),
        (2, "2.2.2.2", "127.0.0.1"),
        (1, "", "127.0.0.1"),
    ],
)
def test_only_our_own_proxies_name_the_caller(settings, trusted, forwarded, address):
    settings.TRUSTED_PROXIES = trusted
    request = RequestFactory().get("/", headers={"X-Forwarded-For": forwarded})
    assert throttles.client_address(request) == address


@pytest.mark.parametrize(
    ("connection_from", "address"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("192.0.2.1", "192.0.2.1"),
        ("", ""),
        ("a socket", "a socket"),
    ],
)
def test_the_addresses_of_one_ipv6_network_count_as_one(connection_from, address):
    request = RequestFactory().get("/", REMOTE_ADDR=connection_from)
    assert throttles.client_address(request) == address


@pytest.mark.django_db
def test_a_guess_beyond_the_narrowest_limit_uses_up_nothing_that_others_share():
    limits = {"one guesser": 2, "everybody": 3}
    allowed = [throttles.count_guess(limits, window=MINUTE) for _ in range(9)]

    assert allowed == [True, True] + [False] * 7
    assert not throttles.is_blocked("everybody", limit=3)
    throttles.take_back_guess(["everybody"])
    assert throttles.is_blocked("everybody", limit=1)
