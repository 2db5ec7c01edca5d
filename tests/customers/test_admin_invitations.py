"""Referred customers in the cockpit."""

from datetime import timedelta

import pytest
from django.urls import reverse

from customers import erasure, invitations
from customers.models import Invitation
from loyalty.actors import SYSTEM
from tests.cockpit import admin_browser, befriend, browser_of, reporter_browser, statements_of, text_of
from tests.factories import NOON, make_customer, make_staff, make_store

pytestmark = pytest.mark.django_db
LIST = "/cockpit/customers/invitation/"


def invite(referrer, email: str, at=NOON) -> Invitation:
    return invitations.invite(referrer, email=email, at=at, actor=SYSTEM)


@pytest.fixture
def alice(store):
    return make_customer(store)


class TestList:
    def test_it_shows_who_invited_whom_and_hides_strangers_addresses(self, store, alice):
        invite(alice, "secret.friend@example.org")
        bob = befriend(alice, "bob")
        response = admin_browser().get(LIST)
        shown = response.content.decode()
        assert "s…@example.org" in shown
        assert "secret.friend" not in shown
        for customer in (alice, bob):
            assert reverse("admin:customers_customer_change", args=[customer.pk]) in shown
        assert "All 2 Invited 1 Registered 1" in text_of(response)

    def test_the_number_of_statements_does_not_grow_with_the_rows(self, store, alice):
        invite(alice, "friend@example.org")
        browser = admin_browser()
        one = statements_of(browser, LIST)
        for number in range(15):
            invite(make_customer(store, f"bob{number}"), f"friend{number}@example.org")
        assert statements_of(browser, LIST) == one <= 8

    @pytest.mark.parametrize("typed", ["ali", "Doe", "friend@example.org", "FRIEND@example.org"])
    def test_it_is_searched_by_either_end(self, store, alice, typed):
        invite(alice, "friend@example.org")
        invite(make_customer(store, "carol", last_name="Stone"), "other@example.org")
        shown = text_of(admin_browser().get(LIST, {"q": typed}))
        assert "Alice Doe" in shown
        assert "Carol Stone" not in shown

    def test_it_is_narrowed_by_state_and_by_customer(self, store, alice):
        bob = make_customer(store, "bob")
        invite(alice, "one@example.org", at=NOON - timedelta(days=9))
        befriend(bob, "carol")
        browser = admin_browser()
        assert "Alice" not in text_of(browser.get(LIST, {"status__exact": "registered"}))
        assert "Alice" not in text_of(browser.get(LIST, {"referrer__id__exact": str(bob.pk)}))
        sent = {"created_at_to_0": "2026-03-10", "created_at_to_1": "00:00:00"}
        assert "Bob" not in text_of(browser.get(LIST, sent))

    def test_the_download_masks_addresses_too(self, alice):
        invite(alice, "secret.friend@example.org")
        response = admin_browser().get(f"{LIST}export/csv/")
        table = b"".join(response.streaming_content).decode()
        assert "Alice Doe,s…@example.org,invited" in table

    def test_a_deleted_friend_has_no_link(self, store, alice):
        bob = befriend(alice, "bob")
        erasure.delete(bob, at=NOON, actor=SYSTEM)
        shown = admin_browser().get(LIST).content.decode()
        assert "Deleted customer" in shown
        assert str(bob.pk) not in shown


class TestRights:
    def test_a_reporter_reads_and_the_sidebar_leads_there(self, alice):
        invite(alice, "friend@example.org")
        browser = reporter_browser()
        assert "Alice Doe" in text_of(browser.get(LIST))
        assert "Referred customers" in text_of(browser.get("/cockpit/"))
        assert "Referred customers" in text_of(browser.get("/cockpit/search/?s=referr"))

    def test_who_may_not_see_customers_sees_none_of_it(self, alice):
        browser = browser_of(make_staff(is_superuser=False))
        assert browser.get(LIST).status_code == 403
        assert "Referred customers" not in text_of(browser.get("/cockpit/"))

    def test_invitations_of_another_store_are_not_there(self, store):
        invite(make_customer(make_store("NORTH")), "friend@example.org")
        assert "f…@example.org" not in text_of(admin_browser().get(LIST))
