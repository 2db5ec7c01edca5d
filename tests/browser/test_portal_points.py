"""Points in a customer's hands, in a browser on a phone: a voucher used, points given, the statement kept."""

import json
from decimal import Decimal

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from loyalty.actors import SYSTEM
from tests.browser.test_portal import faint_texts
from tests.customers.portal.members import CARD, PASSWORD, make_member
from tests.factories import make_customer, make_store
from tests.wallet.ledgers import sums
from wallet import vouchers
from wallet.models import PointsTransfer

pytestmark = pytest.mark.django_db(transaction=True)
EN = {
    "identifier": "E-mail, phone or card number",
    "password": "Password",
    "log_in": "Log in",
    "voucher": "Use a voucher",
    "code": "Code of the voucher",
    "use": "Use the voucher",
    "yours": "100 points are yours.",
    "give": "Give points",
    "friend": "Your friend's e-mail, phone or card number",
    "points": "How many points",
    "your_password": "Your password",
    "send": "Give the points",
    "given": "Your friend has 12.50 points more now.",
    "left": "Today you can give 37.50 points.",
    "unknown": "No member is known by this e-mail, phone or card number.",
    "statement": "Statement",
    "file": "For programs (JSON)",
}
PL = {
    "identifier": "E-mail, telefon lub numer karty",
    "password": "Hasło",
    "log_in": "Zaloguj się",
    "voucher": "Użyj vouchera",
    "code": "Kod vouchera",
    "use": "Wykorzystaj voucher",
    "yours": "Dodano: 100 punktów.",
    "give": "Przekaż punkty",
    "friend": "E-mail, telefon lub numer karty znajomej osoby",
    "points": "Ile punktów",
    "your_password": "Twoje hasło",
    "send": "Przekaż te punkty",
    "given": "Konto znajomej osoby jest większe o 12,50 punktu.",
    "left": "Na dziś zostało do przekazania: 37,50 punktu.",
    "unknown": "Nikogo nie znamy pod tym adresem e-mail, telefonem lub numerem karty.",
    "statement": "Wyciąg",
    "file": "Dla programów (JSON)",
}


def enter(page: Page, words) -> None:
    page.goto("/portal/log-in")
    page.get_by_label(words["identifier"]).fill(CARD)
    page.get_by_role("textbox", name=words["password"]).fill(PASSWORD)
    page.get_by_role("button", name=words["log_in"], exact=True).click()
    expect(page.locator("[data-balance]")).to_be_visible()


def fill_gift(page: Page, words, friend: str) -> None:
    page.get_by_label(words["friend"]).fill(friend)
    page.get_by_label(words["points"]).fill("12,5")
    page.get_by_role("textbox", name=words["your_password"]).fill(PASSWORD)


@pytest.mark.parametrize(
    ("locale", "words", "scheme", "javascript"),
    [("en-GB", EN, "light", True), ("pl-PL", PL, "dark", True), ("en-GB", EN, "light", False)],
)
def test_a_voucher_becomes_points_and_some_go_to_a_friend(open_page, locale, words, scheme, javascript):
    store = make_store(points_gift_daily_limit=Decimal(50), points_days_active_count=5)
    alice, bob = make_member(store), make_customer(store, "bob", email="bob@example.com")
    voucher = vouchers.create(store, vouchers.Terms(Decimal(100)), at=timezone.now(), actor=SYSTEM)
    page = open_page(locale=locale, scheme=scheme, javascript=javascript)
    enter(page, words)

    page.get_by_role("link", name=words["voucher"]).click()
    page.get_by_label(words["code"]).fill(vouchers.spell_code(voucher.code).lower())
    page.get_by_role("button", name=words["use"]).click()
    expect(page.get_by_role("status")).to_have_text(words["yours"].replace(" punktów", "\xa0punktów"))
    assert sums(alice)["available"] == "100.00"

    page.goto("/portal/")
    page.get_by_role("link", name=words["give"]).click()
    fill_gift(page, words, "nobody@example.com")
    page.get_by_role("button", name=words["send"]).click()
    expect(page.get_by_text(words["unknown"])).to_be_visible()
    expect(page.get_by_label(words["friend"])).to_be_focused()
    fill_gift(page, words, "bob@example.com")
    page.get_by_role("button", name=words["send"]).dblclick()
    expect(page.get_by_text(words["given"])).to_be_visible()
    expect(page.get_by_text(words["left"])).to_be_visible()
    assert PointsTransfer.objects.filter(kind="p2p_spending").count() == 1
    assert sums(bob)["available"] == "12.50"

    page.goto("/portal/history")
    page.get_by_role("link", name=words["statement"]).click()
    with page.expect_download() as download:
        page.get_by_role("link", name=words["file"]).click()
    told = json.loads(download.value.path().read_text(encoding="utf-8"))
    assert [line["change"] for line in told["movements"]] == [100, -12.5]
    assert told["closing"] == 87.5


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (390, "dark"), (1440, "light")])
def test_the_pages_fit_and_can_be_read(open_page, width, scheme):
    store = make_store(points_gift_daily_limit=Decimal(50))
    make_member(store)
    page = open_page(width=width, scheme=scheme)
    enter(page, EN)
    for path in ("/portal/", "/portal/give-points", "/portal/voucher", "/portal/statement", "/portal/me"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert faint_texts(page) == [], path
        low = page.evaluate(
            """[...document.querySelectorAll("main a, main button, main input:not([type=hidden])")]
            .filter((each) => each.offsetParent && each.getBoundingClientRect().height < 44)
            .map((each) => each.outerHTML.slice(0, 80))"""
        )
        assert low == [], path
