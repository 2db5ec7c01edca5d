"""The cockpit's dialogs in a real browser: clicked twice, by keyboard alone, and after the log-in has ended."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.factories import make_customer, make_staff, make_store
from tests.orders.factories import line, register
from wallet.models import PointsTransfer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def alice():
    alice = make_customer(make_store(), card_number="64", email="alice@example.com")
    for number in range(30):
        register(alice.store, line(gross="12.40"), of="64", number=str(number))
    make_staff("ada", "open-sesame")
    return alice


@pytest.fixture
def page(alice, enter_cockpit):
    page = enter_cockpit(height=600)
    page.goto(reverse("admin:customers_customer_change", args=[alice.pk]))
    return page


def open_dialog(page):
    page.get_by_role("button", name="Give points").click()
    expect(page.locator("[name=points]")).to_be_focused()


def focused(page) -> str:
    return page.evaluate(
        "document.activeElement.name || document.activeElement.ariaLabel || document.activeElement.innerText"
    )


def test_a_double_click_moves_points_once_and_says_so_once_where_it_is_seen(page):
    open_dialog(page)
    page.locator("[name=points]").fill("5")
    page.get_by_role("button", name="Add the points").dblclick()
    said = page.get_by_role("status")
    expect(said).to_have_text("Added 5 points to Alice Doe.")
    expect(said).to_be_in_viewport()
    assert PointsTransfer.objects.count() == 1


def test_the_keyboard_stays_in_the_dialog_and_comes_back_to_its_button(page):
    open_dialog(page)
    seen = []
    for _ in range(6):
        page.keyboard.press("Tab")
        seen.append(focused(page))
    assert seen == ["comment", "Back", "Add the points", "Close", "points", "comment"]
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Give points")).to_be_focused()
    open_dialog(page)


def test_who_is_logged_out_meanwhile_is_told_and_comes_back(page):
    open_dialog(page)
    page.locator("[name=points]").fill("5")
    page.context.clear_cookies(name="session")
    page.get_by_role("button", name="Add the points").click()
    expect(page.get_by_text("You are logged out. Nothing was done.")).to_be_visible()
    expect(page.locator("[name=points]")).to_have_value("5")
    page.get_by_role("link", name="Log in again").click()
    page.get_by_label("Username").fill("ada")
    page.get_by_label("Password").fill("open-sesame")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("button", name="Give points")).to_be_visible()
    assert not PointsTransfer.objects.exists()


def test_enter_in_the_palette_opens_the_first_that_is_found(page, alice):
    page.goto("/cockpit/")
    page.keyboard.press("Control+k")
    page.locator("#search-input-command").press_sequentially("alice")
    expect(page.locator("#command-results-list")).to_contain_text("Alice Doe")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{reverse('admin:customers_customer_change', args=[alice.pk])}")
