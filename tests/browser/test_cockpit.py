"""The cockpit in a real browser: nothing asked elsewhere, nothing refused by the policy, everything by keyboard."""

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from campaigns.models import EarningRule
from loyalty.cockpit.navigation import NAVIGATION
from tests.factories import make_customer, make_level, make_pos, make_staff, make_store
from tests.orders.factories import line, point_per_unit, register
from wallet.models import Wallet

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def programme():
    store = make_store()
    level = make_level(store, "Bronze")
    make_level(store, "Gold", 1000, "0.05")
    make_pos(store)
    point_per_unit(level, name="General spending")
    alice = make_customer(store, level=level, card_number="2000000000017")
    register(store, line(gross="12.40"), of="2000000000017", number="8231", at=timezone.now())
    make_staff("ada", "open-sesame", first_name="Ada", last_name="Admin")
    return alice


@pytest.fixture
def cockpit(programme, enter_cockpit):
    return enter_cockpit


def addresses(alice) -> list[str]:
    pages = [str(item["link"]) for group in NAVIGATION for item in group["items"]]
    forms = ["customers_customer", "orders_purchase", "campaigns_earningrule", "loyalty_permanenttoken"]
    customer = reverse("admin:customers_customer_change", args=[alice.pk])
    return [
        *pages,
        *(reverse(f"admin:{form}_add") for form in forms),
        reverse("admin:orders_purchase_try"),
        *(f"{customer}?tab={tab}" for tab in ("timeline", "purchases", "points", "profile")),
        reverse("admin:orders_purchase_upload"),
    ]


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_every_page_is_quiet_and_fits(programme, cockpit, width, scheme):
    page = cockpit(width=width, height=844, scheme=scheme)
    for address in addresses(programme):
        assert page.goto(address).status == 200
        page.wait_for_load_state("networkidle")
        too_wide = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert too_wide <= 0, address


def test_the_palette_opens_by_keyboard_and_finds_a_customer(programme, cockpit):
    page = cockpit()
    page.wait_for_load_state("networkidle")
    page.keyboard.press("Control+k")
    expect(page.locator("#search-input-command")).to_be_focused()
    page.keyboard.type("ali", delay=30)
    expect(page.locator("#command-results-list")).to_contain_text("Alice Doe")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/cockpit/customers/customer/{programme.pk}/change/")
    expect(page.get_by_role("heading", name="Alice Doe").last).to_be_visible()


def test_points_are_given_from_the_customers_page(programme, cockpit):
    page = cockpit()
    page.goto(reverse("admin:customers_customer_change", args=[programme.pk]))
    page.get_by_role("button", name="Give points").click()
    dialog = page.locator("#dialog")
    dialog.get_by_label("Points").fill("120")
    dialog.get_by_label("Comment").fill("A birthday")
    dialog.get_by_role("button", name="Add the points").click()
    expect(page.get_by_text("Added 120 points to Alice Doe.")).to_be_visible()
    assert Wallet.objects.get(pk=programme.pk).available == Decimal("132.40")
    expect(page.get_by_text("Earned 120 points: A birthday")).to_be_visible()


def test_a_refusal_stays_in_the_dialog(programme, cockpit):
    page = cockpit()
    page.goto(reverse("admin:customers_customer_change", args=[programme.pk]))
    page.get_by_role("button", name="Spend points").click()
    dialog = page.locator("#dialog")
    dialog.get_by_label("Points").fill("500")
    dialog.get_by_role("button", name="Spend the points").click()
    expect(dialog.get_by_text("Not enough points.")).to_be_visible()
    assert Wallet.objects.get(pk=programme.pk).available == Decimal("12.40")


def test_the_rule_form_follows_the_kind(programme, cockpit):
    page = cockpit()
    page.goto(reverse("admin:campaigns_earningrule_add"))
    expect(page.get_by_label("Points per unit of currency")).to_be_visible()
    expect(page.get_by_label("Multiply by", exact=True)).to_be_hidden()
    page.get_by_label("Kind").select_option("multiply_for_product")
    expect(page.get_by_label("Points per unit of currency")).to_be_hidden()
    page.get_by_label("Name").fill("Bread counts twice")
    page.get_by_label("Multiply by", exact=True).fill("2")
    page.get_by_label("Products", exact=True).fill("bread")
    page.get_by_label("Bronze").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name="Bread counts twice").first).to_be_visible()
    rule = EarningRule.objects.get(name="Bread counts twice")
    assert (rule.kind, rule.multiplier, rule.skus) == ("multiply_for_product", Decimal("2.00"), ["bread"])


def test_filters_open_and_narrow_the_list(programme, cockpit):
    page = cockpit()
    page.goto(reverse("admin:customers_customer_changelist"))
    page.get_by_role("button", name="Filters").click()
    page.locator("#changelist-filter").get_by_label("Bronze").check()
    page.locator("#changelist-filter").get_by_role("button", name="Apply").click()
    page.wait_for_load_state("networkidle")
    expect(page.locator("#result_list")).to_contain_text("Alice Doe")


def test_a_bar_of_the_dashboard_leads_to_its_rows(programme, cockpit):
    page = cockpit()
    page.get_by_role("link", name="Purchases 1").click()
    page.wait_for_url("**/cockpit/orders/purchase/?purchased_at_from_0=*")
    expect(page.locator("#result_list")).to_contain_text("8231")


def find_in_palette(page, text):
    """Open the palette of a page that has come to rest, and type once it listens."""
    page.wait_for_load_state("networkidle")
    page.get_by_role("button", name="Go to or find").click()
    expect(page.locator("#search-input-command")).to_be_focused()
    page.locator("#search-input-command").press_sequentially(text, delay=60)


def test_a_hostile_name_stays_text(programme, cockpit):
    programme.first_name, programme.last_name = (
        '<b x-data x-init="window.pwned=1">Eve',
        "'\"><img src=x onerror=pwned=1>",
    )
    programme.save()
    page = cockpit()
    row = reverse("admin:customers_customer_change", args=[programme.pk])
    for address in ("/cockpit/", reverse("admin:customers_customer_changelist"), row, f"{row}?tab=profile"):
        page.goto(address)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("window.pwned") is None, address
    page.goto(row)
    page.get_by_role("button", name="Give points").click()
    page.locator("#dialog").get_by_label("Points").fill("1")
    page.locator("#dialog").get_by_role("button", name="Add the points").click()
    expect(page.get_by_text("Added 1 point to <b x-data")).to_be_visible()
    find_in_palette(page, "<b")
    expect(page.locator("#command-results-list")).to_contain_text("<b x-data")
    assert page.evaluate("window.pwned") is None


def test_the_bar_of_an_import_follows_it(programme, cockpit, tmp_path):
    rows = "".join(
        f"<transaction><documentNumber>x{number}</documentNumber><purchasePlace>Main Street</purchasePlace>"
        "<purchaseDate>2026-03-01T12:00:00+00:00</purchaseDate><documentType>sell</documentType>"
        "<customer><name>Alice</name><loyaltyCardNumber>2000000000017</loyaltyCardNumber></customer>"
        "<items><item><sku><code>bread</code></sku><name>Bread</name><quantity>1</quantity>"
        "<grossValue>5</grossValue><category>Food</category><maker>Mill</maker></item></items></transaction>"
        for number in range(20)
    )
    file = tmp_path / "march.xml"
    file.write_text(f"<transactions>{rows}</transactions>")
    page = cockpit()
    page.goto(reverse("admin:orders_purchase_upload"))
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Import the file").click()
    expect(page.get_by_text("Done", exact=True)).to_be_visible(timeout=30_000)
    expect(page.get_by_text("20 of 20")).to_be_visible()
