"""The portal in a browser: log in on a phone, show the card to a scanner, read the history, print, in any theme."""

import shutil
import subprocess
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from loyalty.actors import SYSTEM
from loyalty.colours import AA, Colour, contrast
from tests.factories import make_customer, make_level, make_store
from wallet import ledger
from wallet.ledger import Origin

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "correct horse battery"
CARD = "9912345678"
needs_scanner = pytest.mark.skipif(shutil.which("zbarimg") is None, reason="zbarimg is not installed")

# Every visible text with its colour and the first ground under it that is not clear, as a reader sees them.
SEEN = """() => {
  const paint = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgb = (colour, under) => {
    paint.fillStyle = under; paint.fillRect(0, 0, 1, 1);
    paint.fillStyle = colour; paint.fillRect(0, 0, 1, 1);
    return [...paint.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const ground = (element) => {
    const under = element.parentElement ? ground(element.parentElement) : "rgb(255, 255, 255)";
    return `rgb(${rgb(getComputedStyle(element).backgroundColor, under).join()})`;
  };
  return [...document.body.querySelectorAll("*")]
    .filter((each) => [...each.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
    .filter((each) => each.checkVisibility() && each.getBoundingClientRect().width > 1)
    .map((each) => {
      const under = ground(each);
      const svg = each.namespaceURI.endsWith("svg");
      const style = getComputedStyle(each);
      return [each.textContent.trim(), rgb(svg ? style.fill : style.color, under), rgb(under, under)];
    });
}"""


@pytest.fixture
def alice(transactional_db):
    store = make_store(program_name="Green Basket", points_days_active_count=5)
    bronze, _silver = make_level(store, "Bronze"), make_level(store, "Silver", 1000)
    return make_member(store, level=bronze, purchases_amount=Decimal(620))


def make_member(store, **fields):
    alice = make_customer(store, "alice", email="alice@example.com", card_number=CARD, **fields)
    alice.set_password(PASSWORD)
    alice.save()
    for days, points in ((2, "120"), (1, "1040.50")):
        at = timezone.now() - timedelta(days=days)
        ledger.add(
            alice, Decimal(points), at=at, actor=SYSTEM, origin=Origin(source="test", comment="Welcome")
        )
    return alice


def enter(page, base="/portal/"):
    page.goto(base)
    page.get_by_label("E-mail, phone or card number").fill("alice@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(f"**{base}")


def scan(picture: bytes, path) -> set[str]:
    path.write_bytes(picture)
    read = subprocess.run(
        ["zbarimg", "--raw", "--quiet", str(path)], capture_output=True, text=True, check=False
    )
    return set(read.stdout.split())


def kinds(picture_path) -> set[str]:
    read = subprocess.run(
        ["zbarimg", "--quiet", str(picture_path)], capture_output=True, text=True, check=False
    )
    return {line.partition(":")[0] for line in read.stdout.split()}


@needs_scanner
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_tap_on_the_card_shows_codes_that_a_scanner_reads(alice, open_page, tmp_path, scheme):
    page = open_page(scheme=scheme)
    enter(page)
    assert page.locator("[data-balance]").inner_text() == "1,160.50"
    page.locator(".loyalty-card").tap()
    sheet = page.get_by_role("dialog", name="My card")
    sheet.wait_for()
    box = sheet.bounding_box()
    assert box["width"] == 360, "the whole width of the phone"
    picture = tmp_path / "phone.png"
    assert scan(page.screenshot(), picture) == {CARD}
    assert kinds(picture) == {"QR-Code", "CODE-128"}
    ground = sheet.evaluate("element => getComputedStyle(element).backgroundColor")
    assert ground == "rgb(255, 255, 255)", "bright in every theme"


def test_the_code_closes_by_escape_and_focus_returns_to_the_card(alice, open_page):
    page = open_page(width=1280, height=800)
    enter(page)
    page.locator(".loyalty-card").focus()
    page.keyboard.press("Enter")
    page.get_by_role("dialog").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="hidden")
    assert page.evaluate("document.activeElement.className").startswith("loyalty-card")


def test_the_ring_shows_the_way_to_the_next_level(alice, open_page):
    page = open_page()
    enter(page)
    card = page.locator(".loyalty-card")
    assert "62%" in card.text_content()
    assert "380.00\xa0EUR to Silver" in card.inner_text()
    assert card.locator("svg circle").nth(1).get_attribute("stroke-dasharray") == "62 100"


def test_everything_works_without_scripts(alice, open_page):
    page = open_page(javascript=False)
    enter(page)
    page.locator(".loyalty-card").click()
    page.wait_for_url("**/portal/card")
    assert page.get_by_role("img", name=f"Bar code of card {CARD}").is_visible()
    assert page.get_by_role("button", name="Print").is_hidden()
    page.get_by_role("link", name="History").last.click()
    assert page.get_by_text("Welcome").first.is_visible()


def test_older_movements_are_added_in_place(alice, open_page):
    for _ in range(30):
        ledger.spend(alice, Decimal(1), at=timezone.now(), actor=SYSTEM, origin=Origin(source="test"))
    page = open_page()
    enter(page)
    page.get_by_role("navigation").get_by_role("link", name="History").click()
    assert page.locator("#movements > li:not(#older)").count() == 25
    page.get_by_role("link", name="Show older").click()
    page.get_by_text("+1,040.50").wait_for()
    assert page.locator("#movements > li").count() == 32
    assert page.url.endswith("/portal/history")


def test_logging_out_ends_at_the_log_in(alice, open_page):
    page = open_page()
    enter(page)
    page.get_by_role("navigation").get_by_role("link", name="Me", exact=True).click()
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url("**/portal/log-in")
    page.goto("/portal/")
    page.wait_for_url("**/portal/log-in?next=*")


def test_the_language_changes_with_one_tap(alice, open_page):
    page = open_page()
    page.goto("/portal/")
    page.get_by_role("button", name="Polski").click()
    page.get_by_role("button", name="Zaloguj się").wait_for()
    assert page.locator("html").get_attribute("lang") == "pl"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("accent", ["#0d9488", "#ffd400", "#1e3a8a", "#808080"])
def test_every_text_passes_aa_on_every_accent_in_both_themes(open_page, transactional_db, accent, scheme):
    store = make_store(accent_color=accent, help_email_address="help@example.com")
    make_member(store, level=make_level(store))
    page = open_page(scheme=scheme)
    page.goto("/portal/log-in")
    assert faint_texts(page) == []
    enter(page)
    for path in ("/portal/", "/portal/history", "/portal/me", "/portal/card"):
        page.goto(path)
        assert faint_texts(page) == [], path


def faint_texts(page) -> list[str]:
    """List the visible texts whose contrast with their ground is below AA."""
    seen = [(words, Colour(*text), Colour(*ground)) for words, text, ground in page.evaluate(SEEN)]
    assert seen, "a page says something"
    return [
        f"{words} {text.hex} on {ground.hex}" for words, text, ground in seen if contrast(text, ground) < AA
    ]


def test_a_faint_text_would_be_noticed(alice, open_page):
    page = open_page()
    page.goto("/portal/log-in")
    page.evaluate("document.querySelector('h1').style.color = '#94a3b8'")
    assert len(faint_texts(page)) == 1


@pytest.mark.parametrize("width", [320, 360, 768, 1280])
def test_no_page_scrolls_sideways(alice, open_page, width):
    page = open_page(width=width)
    enter(page)
    for path in ("", "history", "me", "card"):
        page.goto(f"/portal/{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_targets_are_large_enough_for_a_thumb(alice, open_page):
    page = open_page()
    enter(page)
    heights = [link.bounding_box()["height"] for link in page.locator("nav.dock a, .loyalty-card").all()]
    assert len(heights) > 1
    assert min(heights) >= 44


def test_focus_is_visible_on_everything_the_keyboard_reaches(alice, open_page):
    page = open_page(width=1280, height=800)
    enter(page)
    for _ in range(8):
        page.keyboard.press("Tab")
        assert page.evaluate("parseFloat(getComputedStyle(document.activeElement).outlineWidth)") >= 2


@needs_scanner
def test_print_shows_the_code_alone_in_black_on_white(alice, open_page, tmp_path):
    page = open_page(width=1280, height=1000, scheme="dark")
    enter(page)
    page.goto("/portal/card")
    page.emulate_media(media="print")
    assert page.get_by_role("link", name="Green Basket").is_hidden()
    assert page.get_by_role("link", name="Back").is_hidden()
    assert scan(page.screenshot(), tmp_path / "paper.png") == {CARD}
