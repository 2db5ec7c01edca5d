"""Points transfers in the cockpit."""

import html
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from customers import erasure
from loyalty.actors import SYSTEM
from tests.cockpit import admin_browser, is_done, press, reporter_browser, statements_of, text_of
from tests.factories import make_customer, make_store
from wallet import ledger
from wallet.ledger import Origin
from wallet.models import PointsTransfer, Wallet

pytestmark = pytest.mark.django_db
LIST = "admin:wallet_pointstransfer_changelist"
NAME = "wallet_pointstransfer"


def give(customer, points="100"):
    return ledger.add(
        customer, Decimal(points), at=timezone.now(), actor=SYSTEM, origin=Origin(source="test")
    )


def available(customer) -> Decimal:
    return Wallet.objects.get(pk=customer.pk).available


class TestList:
    def test_the_number_of_statements_does_not_grow_with_the_rows(self, store):
        give(make_customer(store))
        browser = admin_browser()
        one = statements_of(browser, reverse(LIST))
        for number in range(30):
            give(make_customer(store, f"bob{number}"))
        assert statements_of(browser, reverse(LIST)) == one <= 10

    def test_the_chips_tell_how_many_there_are_in_each_state(self, store):
        alice = make_customer(store)
        for _ in range(3):
            give(alice)
        ledger.cancel(give(alice), at=timezone.now(), actor=SYSTEM)
        give(make_customer(make_store("OTHER"), "foreign"))
        browser = admin_browser()
        assert "All 4 Active 3 Cancelled 1" in text_of(browser.get(reverse(LIST)))
        chosen = browser.get(reverse(LIST), {"state__exact": "canceled", "kind__exact": "adding"})
        assert "All 4 Active 3 Cancelled 1" in text_of(chosen)

    def test_without_a_store_there_is_nothing_to_tell(self):
        assert admin_browser().get(reverse(LIST)).status_code == 200

    def test_it_leads_with_the_person(self, store):
        give(make_customer(store, email="alice@example.com"))
        shown = admin_browser().get(reverse(LIST)).content.decode()
        assert "Alice Doe" in shown
        assert "alice@example.com" in shown
        assert "+100" in shown


class TestNewMovements:
    def test_points_are_added_to_whom_the_form_names(self, store):
        alice = make_customer(store, email="alice@example.com")
        fields = {"customer": "alice@example.com", "points": "12.50", "once": "a", "comment": "Sorry"}
        response = press(admin_browser(), f"{NAME}_add_points", **fields)
        assert is_done(response)
        transfer = PointsTransfer.objects.get()
        assert (transfer.wallet_id, transfer.value, transfer.comment) == (alice.pk, Decimal("12.50"), "Sorry")
        assert transfer.issuer == "admin"

    def test_a_second_click_has_no_second_effect(self, store):
        alice = make_customer(store)
        browser = admin_browser()
        for _ in range(2):
            press(browser, f"{NAME}_add_points", about=alice, points="10", once="same")
        assert available(alice) == Decimal("10.00")

    def test_spending_more_than_there_is_stays_in_the_dialog(self, store):
        alice = make_customer(store)
        give(alice, "5")
        response = press(admin_browser(), f"{NAME}_spend_points", about=alice, points="6", once="a")
        assert not is_done(response)
        assert "Not enough points." in response.content.decode()
        assert available(alice) == Decimal("5.00")
        assert PointsTransfer.objects.count() == 1

    @pytest.mark.parametrize("points", ["0", "-1", "1.005", "NaN", "", "99999999999999"])
    def test_nonsense_is_refused(self, store, points):
        alice = make_customer(store)
        assert not is_done(press(admin_browser(), f"{NAME}_add_points", about=alice, points=points, once="a"))
        assert not PointsTransfer.objects.exists()

    def test_nobody_is_found_in_another_store(self, store):
        make_customer(make_store("NORTH"), email="alice@example.com")
        response = press(
            admin_browser(), f"{NAME}_add_points", customer="alice@example.com", points="1", once="a"
        )
        assert "No customer of this store" in response.content.decode()
        assert not PointsTransfer.objects.exists()

    def test_a_reporter_moves_nothing(self, store):
        alice = make_customer(store)
        response = press(reporter_browser(), f"{NAME}_add_points", about=alice, points="1", once="a")
        assert response.status_code == 403
        assert not PointsTransfer.objects.exists()

    def test_who_was_deleted_meanwhile_gets_none(self, store):
        alice = make_customer(store)
        erasure.delete(alice, at=timezone.now(), actor=SYSTEM)
        response = press(admin_browser(), f"{NAME}_add_points", about=alice, points="6", once="a")
        assert not is_done(response)
        assert "This customer was deleted meanwhile. Nothing was moved." in text_of(response)


class TestMovingBetweenCustomers:
    def press_it(self, alice, browser=None, **fields):
        given = {"receiver": "bob@example.com", "points": "30", "once": "a", "comment": "", **fields}
        return press(browser or admin_browser(), f"{NAME}_move_points", about=alice, **given)

    def test_points_go_from_one_to_the_other_once(self, store):
        alice, bob = make_customer(store), make_customer(store, "bob", email="bob@example.com")
        give(alice)
        browser = admin_browser()
        for _ in range(2):
            assert is_done(self.press_it(alice, browser))
        assert (available(alice), available(bob)) == (Decimal("70.00"), Decimal("30.00"))
        assert "Moved 30 points of Alice Doe to Bob Doe." in text_of(browser.get(reverse(LIST)))

    def test_a_name_with_braces_is_only_a_name(self, store):
        alice = make_customer(store)
        make_customer(store, "bob", email="bob@example.com", last_name="{points.__class__}")
        give(alice)
        browser = admin_browser()
        assert is_done(self.press_it(alice, browser))
        assert "to Bob {points.__class__}." in text_of(browser.get(reverse(LIST)))

    @pytest.mark.parametrize(
        ("fields", "said"),
        [
            ({"receiver": "nobody@example.com"}, "No customer of this store"),
            ({"receiver": "alice@example.com"}, "Points can only be given to somebody else."),
            ({"points": "100.01"}, "Not enough points."),
        ],
    )
    def test_what_cannot_be_moved_stays_in_the_dialog(self, store, fields, said):
        alice = make_customer(store, email="alice@example.com")
        bob = make_customer(store, "bob", email="bob@example.com")
        give(alice)
        assert said in html.unescape(self.press_it(alice, **fields).content.decode())
        assert (available(alice), available(bob)) == (Decimal("100.00"), Decimal("0.00"))

    def test_a_reporter_moves_nothing(self, store):
        alice = make_customer(store)
        assert self.press_it(alice, reporter_browser()).status_code == 403


class TestOneMovement:
    def test_a_block_is_made_and_released(self, store):
        alice = make_customer(store)
        give(alice)
        browser = admin_browser()
        press(browser, f"{NAME}_block_points", about=alice, points="40", once="a")
        assert available(alice) == Decimal("60.00")
        block = PointsTransfer.objects.get(kind="blocked")
        assert is_done(press(browser, f"{NAME}_cancel_transfer", block))
        assert available(alice) == Decimal("100.00")

    def test_expiring_takes_what_is_left(self, store):
        alice = make_customer(store)
        batch = give(alice)
        assert is_done(press(admin_browser(), f"{NAME}_expire_transfer", batch))
        assert available(alice) == Decimal("0.00")

    def test_what_another_tab_did_already_is_said_in_a_sentence(self, store):
        transfer = give(make_customer(store))
        browser = admin_browser()
        assert is_done(press(browser, f"{NAME}_expire_transfer", transfer))
        again = press(browser, f"{NAME}_expire_transfer", transfer)
        assert "This transfer cannot be expired." in text_of(again)

    def test_only_possible_acts_are_offered(self, store):
        alice = make_customer(store)
        give(alice)
        spent = ledger.spend(
            alice, Decimal(10), at=timezone.now(), actor=SYSTEM, origin=Origin(source="test")
        )
        shown = admin_browser().get(reverse(f"admin:{NAME}_change", args=[spent.pk])).content.decode()
        assert "cancel-transfer" not in shown
        assert "expire-transfer" not in shown

    def test_a_movement_cannot_be_edited_or_deleted(self, store):
        batch = give(make_customer(store))
        browser = admin_browser()
        assert (
            browser.post(reverse(f"admin:{NAME}_change", args=[batch.pk]), {"value": "1"}).status_code == 403
        )
        assert (
            browser.post(reverse(f"admin:{NAME}_delete", args=[batch.pk]), {"post": "yes"}).status_code == 403
        )
        assert PointsTransfer.objects.get().value == Decimal("100.00")
