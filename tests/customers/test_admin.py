"""Customers and levels in the cockpit."""

import pytest
from django.urls import reverse

from customers import levels
from customers.models import Customer, Level
from loyalty.actors import SYSTEM
from loyalty.models import Event
from tests.cockpit import admin_browser, is_done, press, reporter_browser, statements_of
from tests.factories import NOON, make_customer, make_level, make_store
from wallet.models import Wallet

pytestmark = pytest.mark.django_db
LIST = "admin:customers_customer_changelist"


def page_of(customer: Customer, tab: str = "") -> str:
    return reverse("admin:customers_customer_change", args=[customer.pk]) + (f"?tab={tab}" if tab else "")


class TestList:
    def test_the_number_of_statements_does_not_grow_with_the_rows(self, store):
        level = make_level(store)
        make_customer(store, level=level)
        browser = admin_browser()
        one = statements_of(browser, reverse(LIST))
        for number in range(30):
            make_customer(store, f"bob{number}", level=level)
        assert statements_of(browser, reverse(LIST)) == one <= 10

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

    def test_the_palette_finds_customers_of_this_store_alone(self, store):
        make_customer(store, "alice")
        make_customer(make_store("NORTH"), "alicia")
        shown = admin_browser().get("/cockpit/search/?s=ali").content.decode()
        assert "Alice Doe" in shown
        assert "Alicia Doe" not in shown


class TestPage:
    @pytest.mark.parametrize("tab", ["", "timeline", "purchases", "points", "profile", "nonsense"])
    def test_every_tab_opens(self, store, tab):
        alice = make_customer(store, level=make_level(store), card_number="12345")
        response = admin_browser().get(page_of(alice, tab))
        assert response.status_code == 200
        assert "Alice Doe" in response.content.decode()

    def test_a_customer_of_another_store_is_not_there(self, store):
        stranger = make_customer(make_store("NORTH"))
        assert admin_browser().get(page_of(stranger)).status_code == 302

    def test_a_reporter_is_offered_no_act(self, store):
        alice = make_customer(store)
        browser = reporter_browser()
        shown = browser.get(page_of(alice)).content.decode()
        assert "Give points" not in shown
        assert "Deactivate" not in shown
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


class TestLevels:
    def test_the_reward_is_typed_in_percent(self, store):
        values = {"name": "Gold", "condition_value": "1000", "is_active": "on", "reward_percent": "5"}
        admin_browser().post(reverse("admin:customers_level_add"), values)
        gold = Level.objects.get()
        assert (gold.store, str(gold.reward_value)) == (store, "0.0500")

    def test_one_with_customers_is_not_deleted(self, store):
        level = make_level(store)
        alice = make_customer(store)
        levels.assign_manually(alice, level.pk, at=NOON, actor=SYSTEM)
        address = reverse("admin:customers_level_delete", args=[level.pk])
        response = admin_browser().post(address, {"post": "yes"}, follow=True)
        assert "Customers stand on this level." in response.content.decode()
        assert Level.objects.filter(pk=level.pk).exists()

    def test_the_list_counts_customers_in_a_constant_number_of_statements(self, store):
        make_level(store)
        browser = admin_browser()
        one = statements_of(browser, reverse("admin:customers_level_changelist"))
        for number in range(1, 30):
            make_level(store, f"level{number}", number)
        assert statements_of(browser, reverse("admin:customers_level_changelist")) == one <= 8
