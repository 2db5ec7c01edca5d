"""The ledger's check in the cockpit."""

from decimal import Decimal

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from tests.cockpit import admin_browser, browser_of, reporter_browser, statements_of, text_of
from tests.factories import make_customer, make_staff, make_store
from tests.wallet.ledgers import add
from wallet import freezing
from wallet.models import Wallet

pytestmark = pytest.mark.django_db
PAGE = "admin:wallet_ledger_check"


def falsify(customer, available="99", **fields) -> None:
    Wallet.objects.filter(pk=customer.pk).update(available=Decimal(available), **fields)


def open_wallet(browser, customer):
    return browser.post(reverse("admin:wallet_thaw", args=[customer.pk]), follow=True)


def test_before_the_first_check_it_says_so(store):
    words = text_of(admin_browser().get(reverse(PAGE)))
    assert "Not checked yet." in words
    assert "None. A wallet that does not add up is frozen" in words


def test_the_last_check_is_told(store):
    add(make_customer(store), 10)
    freezing.check_everything(at=timezone.now())
    assert "Adds up 1 wallet checked just now" in text_of(admin_browser().get(reverse(PAGE)))


def test_frozen_wallets_are_listed_with_what_drifts(store):
    alice = make_customer(store)
    add(alice, 10)
    falsify(alice)
    freezing.check_everything(at=timezone.now())
    words = text_of(admin_browser().get(reverse(PAGE)))
    assert "1 did not add up" in words
    assert "Alice Doe Frozen Drift" in words
    assert "Available (entries) 99 10" in words
    assert "Open the wallet" not in words


def test_any_wallet_is_checked_on_demand(store):
    make_customer(store, email="alice@example.com")
    falsify(make_customer(store, "bob", email="bob@example.com"))
    browser = admin_browser()
    good = text_of(browser.get(reverse(PAGE), {"customer": "alice@example.com"}))
    bad = text_of(browser.get(reverse(PAGE), {"customer": "bob@example.com"}))
    assert "Alice Doe Adds up" in good
    assert "Bob Doe Drift" in bad
    assert not Wallet.objects.filter(is_frozen=True).exists(), "looking changes nothing"


@pytest.mark.parametrize("named", ["", "nobody@example.com", "\x00", "nora@example.com"])
def test_an_unknown_customer_is_said_at_the_field(store, named):
    make_customer(make_store("NORTH"), email="nora@example.com")
    response = admin_browser().get(reverse(PAGE), {"customer": named})
    assert response.status_code == 200
    assert "Adds up" not in text_of(response)


def test_a_wallet_that_adds_up_again_is_opened(store):
    alice = make_customer(store)
    add(alice, 10)
    falsify(alice, "10", is_frozen=True)
    browser = admin_browser()
    assert "Open the wallet" in text_of(browser.get(reverse(PAGE)))
    assert "The wallet of Alice Doe is open." in text_of(open_wallet(browser, alice))
    assert not Wallet.objects.get(pk=alice.pk).is_frozen


def test_one_that_still_drifts_stays_frozen_with_the_reason(store):
    alice = make_customer(store)
    falsify(alice, is_frozen=True)
    assert "does not add up yet" in text_of(open_wallet(admin_browser(), alice))
    assert Wallet.objects.get(pk=alice.pk).is_frozen


def test_a_reporter_sees_but_opens_nothing(store):
    alice = make_customer(store)
    Wallet.objects.filter(pk=alice.pk).update(is_frozen=True)
    browser = reporter_browser()
    assert "Alice Doe Frozen Adds up" in text_of(browser.get(reverse(PAGE)))
    assert "Open the wallet" not in text_of(browser.get(reverse(PAGE)))
    assert open_wallet(browser, alice).status_code == 403
    assert Wallet.objects.get(pk=alice.pk).is_frozen


def test_looking_at_the_address_opens_nothing(store):
    alice = make_customer(store)
    Wallet.objects.filter(pk=alice.pk).update(is_frozen=True)
    assert admin_browser().get(reverse("admin:wallet_thaw", args=[alice.pk])).status_code == 403
    assert Wallet.objects.get(pk=alice.pk).is_frozen


def test_another_stores_wallets_are_not_opened_here(store):
    nora = make_customer(make_store("NORTH"))
    Wallet.objects.filter(pk=nora.pk).update(is_frozen=True)
    browser = admin_browser()
    assert "Frozen Adds up" not in text_of(browser.get(reverse(PAGE)))
    open_wallet(browser, nora)
    assert Wallet.objects.get(pk=nora.pk).is_frozen


def test_it_takes_the_right_to_see_points(store):
    other = make_staff("other", is_superuser=False)
    other.user_permissions.add(Permission.objects.get(codename="view_customer"))
    assert browser_of(other).get(reverse(PAGE)).status_code == 403


def test_it_costs_the_same_for_one_and_for_thirty(store):
    browser = admin_browser()
    Wallet.objects.filter(pk=make_customer(store).pk).update(is_frozen=True)
    one = statements_of(browser, reverse(PAGE))
    for _ in range(30):
        make_customer(store)
    Wallet.objects.update(is_frozen=True)
    assert statements_of(browser, reverse(PAGE)) == one <= 14
