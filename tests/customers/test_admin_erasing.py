"""The end of a customer in the cockpit: the question, the act, where it leads; and what is known handed out."""

import json

import pytest
from django.urls import reverse
from django.utils import timezone

from customers import erasure
from customers.models import Customer, CustomerLabel, PushToken
from loyalty.actors import SYSTEM
from loyalty.models import Event
from tests.cockpit import admin_browser, browser_of, reporter_browser, text_of
from tests.factories import NOON, make_customer, make_level, make_staff, make_store
from tests.orders.factories import line, register
from tests.wallet.ledgers import add, block

pytestmark = pytest.mark.django_db
ENDINGS = ["anonymize", "delete"]


def end_of(customer: Customer, word: str) -> str:
    return reverse("admin:customers_customer_end", args=[customer.pk, word])


@pytest.fixture
def alice(store):
    alice = make_customer(store, level=make_level(store), card_number="111", email="alice@example.com")
    CustomerLabel.objects.create(customer=alice, key="vip")
    PushToken.objects.create(customer=alice, token="phone")
    register(store, line(gross="30"), of="111", number="8231", at=NOON)
    register(store, line(gross="10"), of="111", number="8232", at=NOON)
    add(alice, 120, at=timezone.now())
    block(alice, 20, at=timezone.now())
    return alice


class TestQuestion:
    def test_it_says_in_numbers_what_goes_and_what_stays(self, alice):
        shown = text_of(admin_browser().get(end_of(alice, "delete")))
        for said in (
            "Card 111", "1 label", "1 device", "100 points expire", "20 points that are blocked expire",
            "2 purchases of 40.00 EUR, without a name", "This cannot be undone",
        ):  # fmt: skip
            assert said in shown
        assert "Date of birth" not in shown

    def test_anonymising_keeps_the_points(self, alice):
        shown = text_of(admin_browser().get(end_of(alice, "anonymize")))
        assert "100 points that nobody can spend" in shown
        assert "expire" not in shown

    def test_the_page_of_the_customer_leads_to_both(self, alice):
        shown = (
            admin_browser().get(reverse("admin:customers_customer_change", args=[alice.pk])).content.decode()
        )
        assert end_of(alice, "anonymize") in shown
        assert end_of(alice, "delete") in shown

    @pytest.mark.parametrize("word", ENDINGS)
    @pytest.mark.parametrize("typed", ["", "Alice", "alice", "on"])
    def test_a_wrong_name_ends_nobody(self, alice, word, typed):
        response = admin_browser().post(end_of(alice, word), {"name": typed, "is_sure": "on"})
        assert response.status_code == 200
        alice.refresh_from_db()
        assert (alice.first_name, alice.anonymized_at) == ("Alice", None)

    @pytest.mark.parametrize("word", ["erase", "activate"])
    def test_no_other_word_ends_anybody(self, alice, word):
        assert admin_browser().post(end_of(alice, word), {"name": "Alice Doe"}).status_code == 404


class TestActs:
    def test_anonymising_leads_to_the_blank_customer(self, alice):
        response = admin_browser().post(end_of(alice, "anonymize"), {"name": " alice  DOE "}, follow=True)
        shown = text_of(response)
        assert "The customer is anonymous now." in shown
        assert "Anonymous customer" in shown
        alice.refresh_from_db()
        assert (alice.first_name, alice.status) == ("", Customer.Status.BLOCKED)
        assert "Anonymise…" not in shown
        assert "Give points" not in shown
        assert "Activate" not in shown

    def test_nobody_is_asked_twice_about_an_anonymous_customer(self, alice):
        browser = admin_browser()
        browser.post(end_of(alice, "anonymize"), {"name": "Alice Doe"})
        shown = browser.get(end_of(alice, "anonymize"), follow=True)
        assert shown.redirect_chain == [(reverse("admin:customers_customer_change", args=[alice.pk]), 302)]
        assert "The customer is anonymous already." in text_of(shown)
        assert "?tab=profile" not in shown.content.decode()

    def test_deleting_leads_to_the_list_which_does_not_show_them(self, alice):
        response = admin_browser().post(end_of(alice, "delete"), {"name": "alice@example.com"}, follow=True)
        assert response.redirect_chain == [(reverse("admin:customers_customer_changelist"), 302)]
        shown = text_of(response)
        assert "The customer is deleted." in shown
        assert "Alice" not in shown
        alice.refresh_from_db()
        assert alice.status == Customer.Status.DELETED

    @pytest.mark.parametrize(
        ("word", "event"), [("anonymize", "customer.anonymized"), ("delete", "customer.deleted")]
    )
    def test_a_second_click_acts_no_second_time(self, alice, word, event):
        browser = admin_browser()
        for _ in range(2):
            assert browser.post(end_of(alice, word), {"name": "Alice Doe"}).status_code in (200, 302)
        assert Event.objects.filter(type=event).count() == 1

    def test_somebody_without_a_name_is_ended_with_a_tick(self, alice):
        erasure.anonymize(alice, at=NOON, actor=SYSTEM)
        browser = admin_browser()
        assert browser.post(end_of(alice, "delete"), {"name": "x"}).status_code == 200
        assert browser.post(end_of(alice, "delete"), {"is_sure": "on"}).status_code == 302
        alice.refresh_from_db()
        assert alice.status == Customer.Status.DELETED


class TestTakeout:
    def test_it_is_a_file_with_what_is_known(self, alice):
        response = admin_browser().get(reverse("admin:customers_customer_takeout", args=[alice.pk]))
        assert response["Content-Disposition"].endswith('.json"')
        assert "alice" not in response["Content-Disposition"].lower()
        known = json.loads(b"".join(response.streaming_content))
        assert known["customer"]["email"] == "alice@example.com"
        assert known["labels"] == [{"key": "vip", "value": ""}]


class TestRights:
    @pytest.mark.parametrize("word", ENDINGS)
    def test_a_reporter_is_refused(self, alice, word):
        browser = reporter_browser()
        assert browser.get(end_of(alice, word)).status_code == 403
        assert browser.post(end_of(alice, word), {"name": "Alice Doe"}).status_code == 403
        assert browser.get(reverse("admin:customers_customer_takeout", args=[alice.pk])).status_code == 403
        alice.refresh_from_db()
        assert alice.first_name == "Alice"

    @pytest.mark.parametrize("word", ENDINGS)
    def test_somebody_of_another_store_finds_nobody(self, alice, word):
        staff = make_staff()
        staff.stores.add(make_store("NORTH"))
        browser = browser_of(staff)
        assert browser.get(end_of(alice, word)).status_code == 404
        assert browser.post(end_of(alice, word), {"name": "Alice Doe"}).status_code == 404
        alice.refresh_from_db()
        assert alice.first_name == "Alice"
