"""Giving points to a friend, in the portal."""

import re
import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from django.utils.formats import date_format

from customers.portal import session
from tests.customers.portal.members import PASSWORD, add, enter, make_member, text_of
from tests.factories import make_customer, make_store
from tests.wallet.ledgers import sums
from wallet import gifts
from wallet.ledger import Origin
from wallet.models import PointsTransfer

pytestmark = pytest.mark.django_db
PAGE = "/portal/give-points"


def make_alice(store):
    alice = make_member(store)
    add(alice, "100")
    return alice


@pytest.fixture
def alice(store, client):
    alice = make_alice(store)
    enter(client)
    return alice


@pytest.fixture
def bob(store):
    return make_customer(
        store, "bob", email="bob@example.com", phone="+48500100200", card_number="9900000001"
    )


def give(client, friend="bob@example.com", points="3", *, password=PASSWORD, once=None, page=PAGE):
    return client.post(
        page,
        {"friend": friend, "points": points, "password": password, "once": once or str(uuid.uuid4())},
    )


@pytest.mark.parametrize("friend", ["bob@example.com", "+48 500 100 200", "9900000001"])
def test_the_friend_has_the_points_at_once_and_the_page_says_so(client, alice, bob, friend):
    response = give(client, friend, "12,50")
    sent = PointsTransfer.objects.get(kind="p2p_spending")
    assert response.headers["Location"] == f"{PAGE}?done={sent.pk}"
    assert (sums(alice)["available"], sums(bob)["available"]) == ("87.50", "12.50")
    words = text_of(client.get(response.headers["Location"]))
    assert "Your friend has 12.50 points more now." in words
    assert "You have 87.50 points" in words
    assert sent.issuer == "internal"


def test_the_form_sent_twice_moves_once(client, alice, bob):
    page = client.get(PAGE).content.decode()
    (once,) = re.findall(r'name="once" value="([^"]+)"', page)
    first, second = (give(client, points="100", once=once) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert sums(bob)["available"] == "100.00"


def test_every_opening_of_the_form_is_another_gift(client, alice):
    ones = {re.findall(r'name="once" value="([^"]+)"', client.get(PAGE).content.decode())[0] for _ in "ab"}
    assert len(ones) == 2


def test_a_form_changed_after_it_was_sent_is_refused(client, alice, bob):
    once = str(uuid.uuid4())
    give(client, once=once)
    response = give(client, points="4", once=once)
    assert response.status_code == 400
    assert "This form was sent before." in text_of(response)
    assert sums(bob)["available"] == "3.00"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"password": "wrong"}, "This is not your password."),
        ({"friend": "nobody@example.com"}, "No member is known by this"),
        ({"friend": "alice@example.com"}, "This is you."),
        ({"friend": "a\x00b"}, "Null characters"),
        ({"friend": ""}, "This field is required."),
        ({"points": "100.01"}, "You do not have that many points."),
        ({"points": "0"}, "Write more than zero"),
        ({"points": "-3"}, "Write more than zero"),
        ({"points": "1.005"}, "Write a number of points"),
        ({"points": "1e3"}, "Write a number of points"),
        ({"points": "NaN"}, "Write a number of points"),
        ({"points": "many"}, "Write a number of points"),
        ({"once": "x"}, "Open the page again."),
    ],
)
def test_a_mistake_is_said_and_nothing_moves(client, alice, bob, fields, words):
    response = give(client, **fields)
    assert response.status_code == 400
    assert words in text_of(response)
    assert PASSWORD not in response.content.decode()
    assert (sums(alice)["available"], sums(bob)) == ("100.00", {})


def test_without_the_password_nobody_learns_who_is_a_member(client, alice, bob):
    known = text_of(give(client, password="wrong"))
    unknown = text_of(give(client, "nobody@example.com", password="wrong"))
    assert known.replace("bob", "") == unknown.replace("nobody", "")


def test_trying_many_addresses_ends_for_the_day(client, alice, bob):
    for number in range(gifts.RECIPIENTS_PER_DAY):
        assert give(client, f"nobody{number}@example.com").status_code == 400
    response = give(client)
    assert response.status_code == 429
    assert "You have tried many addresses today." in text_of(response)
    assert sums(bob) == {}


def test_what_is_left_of_the_day_is_said_before_and_after(client):
    store = make_store(points_gift_daily_limit=Decimal(50))
    make_alice(store)
    make_customer(store, "bob", email="bob@example.com")
    enter(client)
    assert "Today you can give 50 points." in text_of(client.get(PAGE))
    give(client, points="49.50")
    response = give(client, points="1")
    assert "In a day you can give 50 points. Today there are 0.50 left." in text_of(response)
    assert response.status_code == 400


def test_a_new_account_is_told_from_when_on(client):
    store = make_store(points_gift_min_account_days=3)
    make_member(store, created_at=timezone.now())
    enter(client)
    day = timezone.localdate() + timedelta(days=3)
    page = client.get(PAGE)
    assert f"You can give points from {date_format(day)}." in text_of(page)
    assert 'name="friend"' not in page.content.decode()
    assert give(client).status_code == 400


def test_nobody_sees_the_gift_of_another(client, store, alice, bob):
    add(bob, "5")
    theirs = gifts.send(
        bob,
        str(alice.pk),
        Decimal(5),
        at=timezone.now(),
        actor=session.actor_of(bob),
        origin=Origin(source="test"),
    )
    for named in (theirs.pk, "x", uuid.uuid4()):
        assert "more now" not in text_of(client.get(f"{PAGE}?done={named}"))


def test_it_speaks_polish(client, alice, bob):
    headers = {"Accept-Language": "pl"}
    words = text_of(client.get(PAGE, headers=headers))
    assert "Przekaż punkty" in words
    assert "Give" not in words
    response = client.post(PAGE, {"friend": "bob@example.com"}, headers=headers)
    assert "To pole jest wymagane." in text_of(response)


def test_who_is_not_logged_in_goes_to_the_log_in(client, store):
    assert client.get(PAGE).headers["Location"] == "/portal/log-in?next=%2Fportal%2Fgive-points"


def test_another_store_has_its_own_page(client):
    store = make_store("NORTH")
    make_alice(store)
    bob = make_customer(store, "bob", email="bob@example.com")
    enter(client, base="/portal/NORTH/")
    assert give(client, page="/portal/NORTH/give-points").headers["Location"].startswith("/portal/NORTH/")
    assert sums(bob)["available"] == "3.00"
