"""Customers in the cockpit: the list, the page about one, what staff do to them."""

import io
import re
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from PIL import Image

from customers import erasure, invitations
from customers.models import Customer, CustomerLabel, PushToken, Segment, SegmentMember
from loyalty.actors import SYSTEM
from loyalty.calendar import start_of_day
from loyalty.models import Event
from tests.cockpit import admin_browser, befriend, is_done, press, reporter_browser, statements_of, text_of
from tests.factories import NOON, make_customer, make_level, make_store
from tests.orders.factories import line, register
from tests.wallet.ledgers import add, spend
from wallet.models import Wallet

pytestmark = pytest.mark.django_db
LIST = "admin:customers_customer_changelist"


def page_of(customer: Customer, tab: str = "") -> str:
    return reverse("admin:customers_customer_change", args=[customer.pk]) + (f"?tab={tab}" if tab else "")


def chips_of(response) -> dict[str, int]:
    """Give the chips over a list with their counts."""
    found = re.findall(
        r'class="ck-chip[^>]*>(?:\s*<span class="ck-dot[^>]*></span>)?\s*([^<]+?)\s*<span class="ck-count">([0-9,]+)',
        response.content.decode(),
    )
    return {label: int(count.replace(",", "")) for label, count in found}


class TestList:
    def test_the_number_of_statements_does_not_grow_with_the_rows(self, store):
        level = make_level(store)
        make_customer(store, level=level)
        browser = admin_browser()
        one = statements_of(browser, reverse(LIST))
        for number in range(30):
            make_customer(store, f"bob{number}", level=level)
        assert statements_of(browser, reverse(LIST)) == one <= 12

    def test_it_is_searched_by_name_and_card(self, store):
        make_customer(store, "alice", card_number="777")
        make_customer(store, "bob")
        browser = admin_browser()
        for words in ("ali", "777"):
            shown = browser.get(reverse(LIST), {"q": words}).content.decode()
            assert "Alice Doe" in shown
            assert "Bob Doe" not in shown

    def test_chips_count_every_state(self, store):
        make_customer(store, "alice")
        make_customer(store, "bob", status=Customer.Status.BLOCKED)
        shown = admin_browser().get(reverse(LIST), {"status__exact": "blocked"}).content.decode()
        assert "Bob Doe" in shown
        assert "Alice Doe" not in shown
        assert 'All <span class="ck-count">2</span>' in " ".join(shown.split())

    def test_the_counts_of_levels_are_those_within_the_chosen_state(self, store):
        bronze, gold = make_level(store, "Bronze"), make_level(store, "Gold", 1000)
        make_customer(store, "alice", level=bronze)
        make_customer(store, "bob", level=gold)
        make_customer(store, "carol", level=gold, status=Customer.Status.BLOCKED)
        browser = admin_browser()
        assert chips_of(browser.get(reverse(LIST))) == {
            "All": 3, "Active": 2, "Blocked": 1, "Bronze": 1, "Gold": 2,
        }  # fmt: skip
        shown = browser.get(reverse(LIST), {"status__exact": "active"})
        assert chips_of(shown) == {"All": 3, "Active": 2, "Blocked": 1, "Bronze": 1, "Gold": 1}
        shown = browser.get(reverse(LIST), {"level__id__exact": str(gold.pk)})
        assert chips_of(shown) == {
            "All": 2,
            "Active": 1,
            "Blocked": 1,
            "Any level": 3,
            "Bronze": 1,
            "Gold": 2,
        }

    def test_it_shows_points_and_labels(self, store):
        alice = make_customer(store)
        for key in ("one", "two", "three"):
            CustomerLabel.objects.create(customer=alice, key=key, value="yes")
        Wallet.objects.filter(pk=alice.pk).update(available=Decimal("1234.50"))
        shown = text_of(admin_browser().get(reverse(LIST)))
        assert "1,234.50" in shown
        assert "one:yes two:yes +1" in shown

    @pytest.mark.parametrize(
        ("query", "applied"),
        [
            ({"label": "newsletter:yes"}, "Label: newsletter:yes"),
            ({"label": "newsletter"}, "Label: newsletter"),
            ({"news": "no"}, "News: Unsubscribed"),
            ({"created_at_from_0": "2026-03-01", "created_at_from_1": "00:00"}, "Joined: from 1 Mar 2026"),
            (
                {"last_purchase_at_from_0": "2026-03-01", "last_purchase_at_from_1": "00:00",
                 "last_purchase_at_to_0": "2026-03-31", "last_purchase_at_to_1": "23:59:59"},
                "Last purchase: 1 Mar 2026 – 31 Mar 2026",
            ),
        ],
        ids=lambda value: value if isinstance(value, str) else "-".join(value.values()),
    )  # fmt: skip
    def test_each_filter_narrows_it_and_shows_as_a_chip(self, store, query, applied):
        alice = make_customer(store, is_unsubscribed=True, last_purchase_at=NOON)
        CustomerLabel.objects.create(customer=alice, key="newsletter", value="yes")
        bob = make_customer(store, "bob", created_at=NOON - timedelta(days=90))
        CustomerLabel.objects.create(customer=bob, key="newsletters", value="no")
        shown = text_of(admin_browser().get(reverse(LIST), query))
        assert "Alice Doe" in shown
        assert "Bob Doe" not in shown
        assert applied in shown

    def test_customers_of_a_segment(self, store):
        alice = make_customer(store)
        make_customer(store, "bob")
        segment = Segment.objects.create(store=store, name="Bakers", customers_count=1)
        SegmentMember.objects.create(segment=segment, customer=alice)
        shown = text_of(admin_browser().get(reverse(LIST), {"segment": str(segment.pk)}))
        assert "Alice Doe" in shown
        assert "Bob Doe" not in shown
        assert "Segment: Bakers (1)" in shown

    def test_levels_and_segments_of_another_store_are_not_offered(self, store):
        make_level(store, "Bronze")
        north = make_store("NORTH")
        make_level(north, "Iron")
        Segment.objects.create(store=north, name="Northerners")
        shown = text_of(admin_browser().get(reverse(LIST)))
        assert "Bronze" in shown
        assert "Iron" not in shown
        assert "Northerners" not in shown

    @pytest.mark.parametrize("typed", ["+48 600 100 200", "600 100 200", "+48600100200", "+4860010", "9001"])
    def test_numbers_are_found_however_they_are_written(self, typed):
        store = make_store(locale="pl")
        make_customer(store, "alice", phone="+48600100200", card_number="9001-2")
        make_customer(store, "bob", phone="+48700100200", card_number="8001")
        shown = text_of(admin_browser().get(reverse(LIST), {"q": typed}))
        assert "Alice Doe" in shown
        assert "Bob Doe" not in shown

    def test_who_was_deleted_is_not_listed_and_who_is_anonymous_says_so(self, store):
        erasure.delete(make_customer(store, "alice"), at=NOON, actor=SYSTEM)
        erasure.anonymize(make_customer(store, "bob"), at=NOON, actor=SYSTEM)
        shown = text_of(admin_browser().get(reverse(LIST)))
        assert "Anonymous customer" in shown
        assert "1 customer" in shown
        assert "Deleted" not in shown

    def test_the_download_holds_what_the_filters_left(self, store):
        alice = make_customer(store)
        CustomerLabel.objects.create(customer=alice, key="vip", value="yes")
        make_customer(store, "bob")
        address = reverse("admin:customers_customer_export", args=["csv"])
        table = b"".join(admin_browser().get(address, {"label": "vip"}).streaming_content).decode()
        assert "Alice" in table
        assert "vip:yes" in table
        assert "Bob" not in table

    def test_the_palette_finds_customers_of_this_store_alone(self, store):
        make_customer(store, "alice")
        make_customer(make_store("NORTH"), "alicia")
        shown = admin_browser().get("/cockpit/search/?s=ali").content.decode()
        assert "Alice Doe" in shown
        assert "Alicia Doe" not in shown


class TestPage:
    @pytest.mark.parametrize(
        "tab", ["", "timeline", "purchases", "points", "segments", "invitations", "profile", "nonsense"]
    )
    def test_every_tab_opens(self, store, tab):
        alice = make_customer(store, level=make_level(store), card_number="12345")
        response = admin_browser().get(page_of(alice, tab))
        assert response.status_code == 200
        assert "Alice Doe" in response.content.decode()

    def test_the_points_tab_calls_movements_as_the_list_does_and_says_what_comes_up(self, store):
        alice = make_customer(store)
        # Midnight of the store after its last day, which is what the customer is told.
        midnight = start_of_day(timezone.localdate() + timedelta(days=10), store.programme.zone)
        add(alice, 10, at=timezone.now(), expires_at=midnight)
        used_up = add(alice, 5, at=timezone.now(), expires_at=midnight - timedelta(days=5))
        spend(alice, 5, at=timezone.now())
        browser = admin_browser()
        shown = text_of(browser.get(page_of(alice, "points")))
        last = date_format(midnight - timedelta(days=1), "j M Y")
        assert f"Last day {last} 10" in shown
        assert "Added Used up" in shown
        assert "Spent" in shown
        listed = text_of(browser.get(reverse("admin:wallet_pointstransfer_change", args=[used_up.pk])))
        assert "Used up" in listed
        assert "The programme" in listed
        few = statements_of(browser, page_of(alice, "points"))
        for _ in range(5):
            add(alice, 1, at=timezone.now())
        assert statements_of(browser, page_of(alice, "points")) == few

    def test_a_customer_of_another_store_is_not_there(self, store):
        stranger = make_customer(make_store("NORTH"))
        assert admin_browser().get(page_of(stranger)).status_code == 302

    @pytest.mark.parametrize("tab", ["timeline", "segments", "invitations"])
    def test_it_costs_as_many_statements_for_a_full_life_as_for_a_short_one(self, store, tab):
        alice = make_customer(store, level=make_level(store), card_number="12345")
        browser = admin_browser()
        short = statements_of(browser, page_of(alice, tab))
        for number in range(10):
            segment = Segment.objects.create(store=store, name=f"segment{number}")
            SegmentMember.objects.create(segment=segment, customer=alice)
            CustomerLabel.objects.create(customer=alice, key=f"key{number}")
            befriend(alice, f"friend{number}")
        assert statements_of(browser, page_of(alice, tab)) <= short <= 20

    def test_it_says_who_the_person_is(self, store):
        alice = make_customer(
            store, street="Orchard Street", address1="3", postal="80-100", city="Gdynia", country="PL",
            company_name="Doe Ltd", company_tax_id="123", agreement1=True, agreement2=True, is_unsubscribed=True,
        )  # fmt: skip
        PushToken.objects.create(customer=alice, token="x")
        shown = text_of(admin_browser().get(page_of(alice)))
        for said in (
            "Orchard Street 3",
            "80-100 Gdynia",
            "Doe Ltd",
            "terms, marketing",
            "Unsubscribed",
            "Devices 1",
        ):
            assert said in shown

    def test_segments_and_invitations_lead_to_their_rows(self, store):
        alice = make_customer(store)
        segment = Segment.objects.create(store=store, name="Bakers", customers_count=1)
        SegmentMember.objects.create(segment=segment, customer=alice)
        invitations.invite(alice, email="secret.friend@example.org", at=NOON, actor=SYSTEM)
        bob = befriend(alice, "bob")
        browser = admin_browser()
        assert f"?segment={segment.pk}" in browser.get(page_of(alice, "segments")).content.decode()
        shown = browser.get(page_of(alice, "invitations")).content.decode()
        assert page_of(bob) in shown
        assert "s…@example.org" in shown
        assert "secret.friend" not in shown
        assert page_of(alice) in browser.get(page_of(bob, "invitations")).content.decode()

    def test_the_card_opens_for_scanner_and_paper(self, store):
        alice, bob = make_customer(store, card_number="12345"), make_customer(store, "bob")
        browser = admin_browser()
        shown = browser.get(reverse("admin:customers_customer_card", args=[alice.pk])).content.decode()
        assert shown.count("crispEdges") == 2
        assert "12345" in shown
        assert browser.get(reverse("admin:customers_customer_card", args=[bob.pk])).status_code == 404

    def test_a_purchase_without_points_reads_as_a_sentence(self, store):
        alice = make_customer(store, level=make_level(store), card_number="111")
        register(store, line(gross="7.40"), of="111", number="8231", at=NOON)
        assert "Bought for 7.40 EUR" in text_of(admin_browser().get(page_of(alice)))

    def test_a_reporter_is_offered_no_act(self, store):
        alice = make_customer(store)
        browser = reporter_browser()
        shown = browser.get(page_of(alice)).content.decode()
        for act in (
            "Give points",
            "Deactivate",
            "Anonymise",
            "Delete",
            "Download everything",
            "Add a picture",
        ):
            assert act not in shown
        assert press(browser, "customers_customer_deactivate_customer", alice).status_code == 403
        alice.refresh_from_db()
        assert alice.is_active


class TestForm:
    values = {
        "first_name": "Bob", "last_name": "Stone", "email": "bob@example.com", "phone": "", "card_number": "9001",
        "city": "Gdynia", "labels": "newsletter:yes\nvip:", "agreement1": "on",
    }  # fmt: skip

    def test_a_customer_is_registered_with_a_wallet(self, store):
        make_level(store)
        admin_browser().post(reverse("admin:customers_customer_add"), self.values)
        bob = Customer.objects.get()
        assert (bob.store, bob.full_name, bob.city, bob.status) == (store, "Bob Stone", "Gdynia", "active")
        assert sorted(str(label) for label in bob.labels.all()) == ["newsletter:yes", "vip:"]
        assert Wallet.objects.filter(pk=bob.pk).exists()
        assert Event.objects.filter(type="customer.registered", actor_kind="admin").exists()

    def test_a_taken_e_mail_is_the_forms_error_and_nothing_is_written(self, store):
        make_customer(store, email="bob@example.com")
        response = admin_browser().post(reverse("admin:customers_customer_add"), self.values)
        assert "Another customer has this e-mail address." in response.content.decode()
        assert Customer.objects.count() == 1
        assert not Event.objects.exists()

    def test_a_change_names_the_fields_it_touched(self, store):
        alice = make_customer(store, email="alice@example.com")
        values = {**self.values, "first_name": "Alicia", "email": "alice@example.com"}
        admin_browser().post(page_of(alice), values)
        alice.refresh_from_db()
        assert alice.first_name == "Alicia"
        assert "first_name" in Event.objects.get(type="customer.updated").payload["fields"]

    @pytest.mark.parametrize(
        ("fields", "said"),
        [
            ({"email": ""}, "Give an e-mail address, a phone or a card number to find the customer by."),
            ({"birth_date": "2999-01-01"}, "This day is still to come."),
        ],
    )
    def test_what_would_be_nobody_is_refused_at_its_field(self, store, fields, said):
        make_level(store)
        form = {
            "first_name": "Alice",
            "email": "alice@example.com",
            "agreement1": "on",
            "labels": "",
            **fields,
        }
        response = admin_browser().post(reverse("admin:customers_customer_add"), form)
        assert response.status_code == 200
        assert said in text_of(response)
        assert 'value="Alice"' in response.content.decode()
        assert not Customer.objects.exists()

    def test_saving_leads_to_the_customer(self, store):
        make_level(store)
        form = {"first_name": "Alice", "email": "alice@example.com", "agreement1": "on", "labels": ""}
        browser = admin_browser()
        response = browser.post(reverse("admin:customers_customer_add"), form)
        alice = Customer.objects.get()
        assert response.url == page_of(alice)
        response = browser.post(page_of(alice, "profile"), {**form, "city": "Paris"})
        assert response.url == page_of(alice)

    def test_who_is_not_there_leads_to_those_who_are(self, store):
        response = admin_browser().get(
            reverse("admin:customers_customer_change", args=[uuid4()]), follow=True
        )
        assert response.redirect_chain[-1][0] == reverse(LIST)
        assert "There is no such customer. It may have been deleted." in text_of(response)


class TestActs:
    def test_deactivating_and_activating(self, store):
        alice = make_customer(store)
        browser = admin_browser()
        assert is_done(press(browser, "customers_customer_deactivate_customer", alice))
        alice.refresh_from_db()
        assert alice.status == Customer.Status.BLOCKED
        assert is_done(press(browser, "customers_customer_activate_customer", alice))
        alice.refresh_from_db()
        assert alice.is_active

    def test_a_dialog_asks_before_it_acts(self, store):
        alice = make_customer(store)
        address = reverse("admin:customers_customer_deactivate_customer", args=[alice.pk])
        shown = admin_browser().get(address).content.decode()
        assert "Deactivate the customer" in shown
        alice.refresh_from_db()
        assert alice.is_active

    def test_the_activation_is_sent_again_to_who_is_new_alone(self, store):
        alice, bob = make_customer(store, status=Customer.Status.NEW), make_customer(store, "bob")
        browser = admin_browser()
        assert "Send the activation again" in browser.get(page_of(alice)).content.decode()
        assert "Send the activation again" not in browser.get(page_of(bob)).content.decode()
        assert is_done(press(browser, "customers_customer_send_activation", alice))
        assert Event.objects.get(type="customer.activation_requested").subject_id == str(alice.pk)

    def test_acts_on_a_customer_of_another_store_find_nobody(self, store):
        stranger = make_customer(make_store("NORTH"), card_number="1")
        browser = admin_browser()
        for act in ("deactivate_customer", "release_level", "send_activation"):
            assert press(browser, f"customers_customer_{act}", stranger).status_code == 404
        for page in ("card", "avatar", "takeout"):
            assert (
                browser.get(reverse(f"admin:customers_customer_{page}", args=[stranger.pk])).status_code
                == 404
            )
        stranger.refresh_from_db()
        assert stranger.is_active

    def test_a_level_is_given_by_hand_and_released(self, store):
        bronze, gold = make_level(store), make_level(store, "Gold", 1000, "0.05")
        alice = make_customer(store, level=bronze)
        browser = admin_browser()
        assert is_done(press(browser, "customers_customer_assign_level", alice, level=str(gold.pk)))
        alice.refresh_from_db()
        assert (alice.level, alice.level_is_manual) == (gold, True)
        assert is_done(press(browser, "customers_customer_release_level", alice))
        alice.refresh_from_db()
        assert (alice.level, alice.level_is_manual) == (bronze, False)

    def test_a_level_of_another_store_cannot_be_chosen(self, store):
        foreign = make_level(make_store("NORTH"))
        alice = make_customer(store)
        assert not is_done(
            press(admin_browser(), "customers_customer_assign_level", alice, level=str(foreign.pk))
        )
        alice.refresh_from_db()
        assert alice.level is None


class TestPicture:
    def picture(self) -> SimpleUploadedFile:
        file = io.BytesIO()
        Image.new("RGB", (20, 10), (200, 30, 30)).save(file, "PNG")
        return SimpleUploadedFile("me.png", file.getvalue(), content_type="image/png")

    def change(self, browser, customer, **fields):
        address = reverse("admin:customers_customer_change_avatar", args=[customer.pk])
        return browser.post(address, fields, follow=True)

    def test_it_is_put_up_shown_and_taken_away(self, store):
        alice = make_customer(store)
        browser = admin_browser()
        self.change(browser, alice, file=self.picture())
        shown = browser.get(reverse("admin:customers_customer_avatar", args=[alice.pk]))
        assert (shown.status_code, shown["Content-Type"]) == (200, "image/png")
        self.change(browser, alice, remove="1")
        assert browser.get(reverse("admin:customers_customer_avatar", args=[alice.pk])).status_code == 404
        assert [event.type for event in Event.objects.order_by("id")] == [
            "customer.avatar_changed",
            "customer.avatar_removed",
        ]

    def test_what_is_no_picture_is_refused_with_its_reason(self, store):
        alice = make_customer(store)
        response = self.change(admin_browser(), alice, file=SimpleUploadedFile("me.png", b"<svg/>"))
        assert "This file is not a valid image." in response.content.decode()
        alice.refresh_from_db()
        assert not alice.avatar

    def test_a_reporter_changes_none(self, store):
        alice = make_customer(store)
        assert self.change(reporter_browser(), alice, file=self.picture()).status_code == 403
        alice.refresh_from_db()
        assert not alice.avatar
