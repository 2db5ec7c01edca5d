"""Requests of people who prove nothing: how many are heard, and that strangers and members are counted alike."""

import pytest
from django.utils import timezone

from loyalty import knocks
from loyalty.models import Throttle

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _count_in_the_table(settings):
    settings.REDIS_URL = ""


def admit(account="alice", address="192.0.2.1"):
    return knocks.admit("reset", account=account, address=address)


def pass_a_minute():
    """End the windows that are about one message; the longer ones have larger counts."""
    now = timezone.now()
    soon = Throttle.objects.order_by("window_ends_at").first()
    Throttle.objects.filter(pk=soon.pk).update(window_ends_at=now)


def test_an_account_gets_one_message_a_minute():
    assert [admit(), admit(), admit("bob")] == [True, False, True]
    pass_a_minute()
    assert [admit(), admit()] == [True, False]


def test_an_account_gets_ten_messages_an_hour():
    heard = 0
    for number in range(12):
        heard += admit(address=f"10.0.0.{number}")
        pass_a_minute()
    assert heard == 10


def test_an_address_is_heard_a_hundred_times():
    for number in range(100):
        assert admit(f"member {number}")
    with pytest.raises(knocks.TooManyRequests):
        admit("nobody")
    assert admit("nobody", address="198.51.100.7")


def test_purposes_do_not_count_for_each_other():
    assert admit()
    assert knocks.admit("activation", account="alice", address="192.0.2.1")
