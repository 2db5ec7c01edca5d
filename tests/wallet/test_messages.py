"""Messages about points: in the programme's words and language, to whoever can still use them."""

from datetime import UTC, datetime

import pytest
from django.core import mail

from customers.models import Customer
from tests.factories import NOON, make_customer, make_store
from tests.post import deliver, mails_to
from tests.wallet.ledgers import add
from wallet import notices

pytestmark = pytest.mark.django_db
AFTER_A_WEEK = datetime(2026, 3, 22, tzinfo=UTC)


def tell(customer, points="1234.50"):
    add(customer, points, expires_at=AFTER_A_WEEK)
    notices.tell_of_expiring_points(customer.store, at=NOON)


def test_a_customer_reads_how_many_points_expire_and_when():
    store = make_store(expire_points_notification_days=7, program_points_plural="stars")
    alice = make_customer(store, email="alice@example.com")

    tell(alice)
    deliver()

    (message,) = mails_to("alice@example.com")
    assert message.subject == "1,234.50 stars expire on March 21, 2026: Loyalty programme"
    assert "/portal/DEFAULT/" in message.body


def test_the_message_speaks_the_programmes_language():
    store = make_store(expire_points_notification_days=7, locale="pl", program_points_plural="punktów")
    alice = make_customer(store, email="alice@example.com")

    tell(alice, "20")
    deliver()

    (message,) = mails_to("alice@example.com")
    assert message.subject.startswith("20 punktów wygasa 21 marca 2026")


def test_who_was_blocked_meanwhile_is_not_written_to():
    store = make_store(expire_points_notification_days=7)
    tell(make_customer(store))
    Customer.objects.update(status=Customer.Status.BLOCKED)

    assert deliver() == 1
    assert not mail.outbox
