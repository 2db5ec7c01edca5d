"""Points sent from one customer to another, within what the programme lets customers give."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from customers.identification import UnknownCustomer
from customers.models import Customer
from loyalty import throttles
from loyalty.actors import Actor, ActorKind
from loyalty.refusals import Refusal
from tests.factories import NOON, make_customer, make_store
from tests.wallet.ledgers import add, sums
from wallet import gifts, ledger
from wallet.ledger.refusals import ExternalIdTaken, InvalidPoints, NotEnoughPoints, SameWallet, WalletFrozen
from wallet.models import PointsTransfer, Wallet

pytestmark = pytest.mark.django_db


def send(sender: Customer, recipient: Any, points: str = "3", *, at=NOON, once: str | None = None):
    return gifts.send(
        sender,
        str(recipient),
        Decimal(points),
        at=at,
        actor=Actor(kind=ActorKind.CUSTOMER, id=str(sender.pk)),
        origin=ledger.Origin(source="test gifts", external_id=once),
    )


def make_pair(store) -> tuple[Customer, Customer]:
    alice = make_customer(store, "alice")
    bob = make_customer(store, "bob", email="bob@example.com", phone="+48500100200", card_number="9900000001")
    add(alice, 100, at=NOON)
    return alice, bob


def nothing_moved(alice: Customer, bob: Customer) -> bool:
    return sums(alice)["available"] == "100.00" and sums(bob) == {}


@pytest.mark.parametrize("named", ["bob@example.com", "BOB@example.com", "+48 500 100 200", "9900000001"])
def test_a_recipient_is_named_by_email_phone_or_card(store, named):
    alice, bob = make_pair(store)
    assert send(alice, named).kind == PointsTransfer.Kind.P2P_SPENDING
    assert (sums(alice)["available"], sums(bob)["available"]) == ("97.00", "3.00")


def test_a_card_that_reads_like_an_id_gets_nothing_that_is_meant_for_its_owner(store):
    alice, bob = make_pair(store)
    mallory = make_customer(store, "mallory", card_number=str(bob.pk))
    send(alice, bob.pk)
    assert (sums(bob)["available"], sums(mallory)) == ("3.00", {})


def test_a_recipient_is_named_by_id(store):
    alice, bob = make_pair(store)
    send(alice, bob.pk)
    assert sums(bob)["available"] == "3.00"


class TestWhoIsNotFound:
    @pytest.mark.parametrize("named", ["nobody@example.com", "", "+48", "\x00", "9" * 300])
    def test_nobody_is_refused_at_the_receiver(self, store, named):
        alice, bob = make_pair(store)
        with pytest.raises(UnknownCustomer) as refused:
            send(alice, named)
        assert refused.value.at_field == "receiver"
        assert nothing_moved(alice, bob)

    @pytest.mark.parametrize(
        "status", [Customer.Status.NEW, Customer.Status.BLOCKED, Customer.Status.DELETED]
    )
    def test_one_who_is_not_active_is_answered_like_nobody(self, store, status):
        alice, bob = make_pair(store)
        Customer.objects.filter(pk=bob.pk).update(status=status)
        with pytest.raises(UnknownCustomer):
            send(alice, "bob@example.com")
        assert nothing_moved(alice, bob)

    def test_one_of_another_store_is_nobody(self, store):
        alice, bob = make_pair(store)
        make_customer(make_store("NORTH"), email="north@example.com")
        with pytest.raises(UnknownCustomer):
            send(alice, "north@example.com")
        assert nothing_moved(alice, bob)

    def test_what_the_sender_lacks_is_said_before_anybody_is_looked_up(self, store):
        """Or else a sender without points could list the customers for nothing."""
        alice, bob = make_pair(store)
        answers = set()
        for named in ("bob@example.com", "nobody@example.com"):
            with pytest.raises(Refusal) as refused:
                send(alice, named, "100.01")
            answers.add(refused.value.code)
        assert answers == {NotEnoughPoints.code}
        assert nothing_moved(alice, bob)

    def test_only_so_many_recipients_can_be_tried_in_a_day(self, store):
        alice, bob = make_pair(store)
        for number in range(gifts.RECIPIENTS_PER_DAY):
            with pytest.raises(UnknownCustomer):
                send(alice, f"nobody{number}@example.com")
        for named in ("bob@example.com", "another@example.com"):
            with pytest.raises(gifts.TooManyRecipients):
                send(alice, named)
        assert nothing_moved(alice, bob)
        with pytest.raises(UnknownCustomer):
            send(alice, "NOBODY1@example.com ")

    def test_a_friend_to_whom_two_gifts_go_at_once_is_one_recipient(self, store, monkeypatch):
        alice, _bob = make_pair(store)
        look = throttles.is_blocked

        def look_and_lose_the_race(key, *, limit):
            found = look(key, limit=limit)
            monkeypatch.setattr(throttles, "is_blocked", look)
            send(alice, "bob@example.com", "1")
            return found

        monkeypatch.setattr(throttles, "is_blocked", look_and_lose_the_race)
        send(alice, "bob@example.com", "1")
        for number in range(gifts.RECIPIENTS_PER_DAY - 1):
            with pytest.raises(UnknownCustomer):
                send(alice, f"nobody{number}@example.com")
        with pytest.raises(gifts.TooManyRecipients):
            send(alice, "another@example.com")

    def test_the_same_friend_again_and_again_is_one_recipient(self, store):
        alice, bob = make_pair(store)
        for _ in range(gifts.RECIPIENTS_PER_DAY + 2):
            send(alice, "bob@example.com", "1")
        assert sums(bob)["available"] == "12.00"


class TestTheDay:
    def test_more_than_the_programme_lets_be_given_is_refused_with_what_is_left(self):
        alice, bob = make_pair(make_store(points_gift_daily_limit=Decimal(50), timezone="Europe/Warsaw"))
        send(alice, bob.pk, "30")
        with pytest.raises(gifts.DailyLimitReached) as refused:
            send(alice, bob.pk, "20.01")
        assert refused.value.facts == {"limit": Decimal("50.00"), "left": Decimal("20.00")}
        assert sums(alice)["available"] == "70.00"
        send(alice, bob.pk, "20")
        assert gifts.left_today(alice, at=NOON) == Decimal("0.00")

    def test_the_next_day_of_the_store_begins_again(self):
        alice, bob = make_pair(make_store(points_gift_daily_limit=Decimal(50), timezone="Europe/Warsaw"))
        send(alice, bob.pk, "50")
        with pytest.raises(gifts.DailyLimitReached):
            send(alice, bob.pk, "1", at=NOON + timedelta(hours=10, minutes=59))
        send(alice, bob.pk, "1", at=NOON + timedelta(hours=11))
        assert sums(bob)["available"] == "51.00"

    def test_without_a_limit_everything_can_be_given(self, store):
        alice, bob = make_pair(store)
        assert gifts.left_today(alice, at=NOON) is None
        send(alice, bob.pk, "100")
        assert sums(bob)["available"] == "100.00"


class TestNewAccounts:
    def test_a_new_account_gives_nothing_until_its_day(self):
        alice, bob = make_pair(make_store(points_gift_min_account_days=3, timezone="Europe/Warsaw"))
        with pytest.raises(gifts.AccountTooYoung) as refused:
            send(alice, bob.pk, at=NOON + timedelta(days=2, hours=10, minutes=59))
        assert str(refused.value.facts["day"]) == "2026-03-17"
        assert nothing_moved(alice, bob)
        send(alice, bob.pk, at=NOON + timedelta(days=2, hours=11))
        assert sums(bob)["available"] == "3.00"


class TestOnce:
    def test_the_same_gift_sent_twice_moves_once(self):
        alice, bob = make_pair(make_store(points_gift_daily_limit=Decimal(100)))
        first = send(alice, "bob@example.com", "100", once="a")
        assert send(alice, "bob@example.com", "100", once="a") == first
        assert sums(bob)["available"] == "100.00"

    def test_the_same_name_for_another_gift_is_refused(self, store):
        alice, bob = make_pair(store)
        carol = make_customer(store, "carol")
        send(alice, bob.pk, "1", once="a")
        for recipient, points in ((carol.pk, "1"), (bob.pk, "2")):
            with pytest.raises(ExternalIdTaken):
                send(alice, recipient, points, once="a")
        with pytest.raises(ExternalIdTaken):
            send(bob, carol.pk, "1", once="a")
        assert (sums(alice)["available"], sums(bob)["available"], sums(carol)) == ("99.00", "1.00", {})


@pytest.mark.parametrize("points", ["0", "-1", "1.005", "NaN", "Infinity", "1e30"])
def test_nonsense_is_refused(store, points):
    alice, bob = make_pair(store)
    with pytest.raises(InvalidPoints):
        send(alice, bob.pk, points)
    assert nothing_moved(alice, bob)


def test_nobody_gives_to_themselves(store):
    alice, bob = make_pair(store)
    with pytest.raises(SameWallet):
        send(alice, alice.pk)
    assert nothing_moved(alice, bob)


def test_nothing_leaves_a_frozen_wallet(store):
    alice, bob = make_pair(store)
    Wallet.objects.filter(pk=alice.pk).update(is_frozen=True)
    with pytest.raises(WalletFrozen):
        send(alice, bob.pk)
    assert nothing_moved(alice, bob)
