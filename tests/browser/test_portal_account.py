"""A life as a customer, in a browser on a phone: from the registration to the erasure."""

import io
import json
import re

import pytest
from PIL import Image

from customers.models import Customer
from loyalty.colours import AA
from loyalty.models import Event
from tests.browser.test_portal import faint_texts
from tests.customers.portal.members import PASSWORD, make_member
from tests.factories import make_level, make_store
from tests.post import deliver, mails_to

pytestmark = pytest.mark.django_db(transaction=True)
SECRET = "Example321!@#"
EN = {
    "register": "Become a member",
    "first": "First name",
    "last": "Last name",
    "mail": "E-mail",
    "password": "Password",
    "terms": "I agree to the terms of the programme",
    "send": "Register",
    "sent": "We have sent a message to nina@example.com.",
    "activate": "Activate my account",
    "active": "Your account is active. Log in.",
    "identifier": "E-mail, phone or card number",
    "log_in": "Log in",
    "me": "Me",
    "profile": "Name and address",
    "city": "City",
    "save": "Save",
    "saved": "Your details are saved.",
    "picture": "Picture",
    "save_picture": "Save picture",
    "picture_saved": "Your picture is saved.",
    "invite": "Invite a friend",
    "friend": "Your friend's e-mail or phone",
    "send_invitation": "Send the invitation",
    "invited": "not registered yet",
    "download": "Download my data",
    "your_password": "Your password",
    "get": "Download",
    "delete": "Delete my account",
    "lose": "What you lose",
    "for_good": "Delete for good",
    "gone": "Your account is deleted.",
    "unknown": "We do not know this combination. Check both fields.",
}
PL = {
    "register": "Dołącz do programu",
    "first": "Imię",
    "last": "Nazwisko",
    "mail": "E-mail",
    "password": "Hasło",
    "terms": "Akceptuję regulamin programu",
    "send": "Zarejestruj się",
    "sent": "Wysłaliśmy wiadomość na adres nina@example.com.",
    "activate": "Aktywuj moje konto",
    "active": "Konto jest aktywne. Zaloguj się.",
    "identifier": "E-mail, telefon lub numer karty",
    "log_in": "Zaloguj się",
    "me": "Ja",
    "profile": "Imię, nazwisko i adres",
    "city": "Miejscowość",
    "save": "Zapisz",
    "saved": "Dane zapisane.",
    "picture": "Zdjęcie",
    "save_picture": "Zapisz zdjęcie",
    "picture_saved": "Zdjęcie zapisane.",
    "invite": "Zaproś znajomych",
    "friend": "E-mail lub telefon zapraszanej osoby",
    "send_invitation": "Wyślij zaproszenie",
    "invited": "jeszcze bez rejestracji",
    "download": "Pobierz moje dane",
    "your_password": "Twoje hasło",
    "get": "Pobierz",
    "delete": "Usuń moje konto",
    "lose": "Co tracisz",
    "for_good": "Usuń na zawsze",
    "gone": "Twoje konto zostało usunięte.",
    "unknown": "Nie znamy takiego połączenia. Sprawdź oba pola.",
}
PAGES = [
    "me",
    "me/profile",
    "me/email",
    "me/phone",
    "me/agreements",
    "me/picture",
    "me/password",
    "invite",
    "download-my-data",
    "delete-my-account",
]
OUTSIDE = ["log-in", "register", "activate", "activate/x", "forgot-password", "reset-password/x", "goodbye"]


@pytest.fixture
def store(transactional_db, live_server, settings):
    settings.SITE_URL = live_server.url
    store = make_store(account_activation_required=True, program_name="Green Basket")
    make_level(store, "Bronze")
    return store


def enter(page, identifier, password):
    page.goto("/portal/log-in")
    page.locator("[name=identifier]").fill(identifier)
    page.locator("[name=password]").fill(password)
    page.locator("main form .btn-primary").click()


def go_to(page, words, name):
    page.get_by_role("navigation").get_by_role("link", name=words["me"], exact=True).tap()
    page.get_by_role("main").get_by_role("link", name=words[name]).tap()


@pytest.mark.parametrize(("words", "locale"), [(EN, "en-GB"), (PL, "pl-PL")], ids=["en", "pl"])
def test_a_life_as_a_customer(store, open_page, tmp_path, words, locale):
    page = open_page(locale=locale)
    register(page, words)
    activate(page, words)
    enter(page, "nina@example.com", SECRET)
    page.wait_for_url("**/portal/")
    page.get_by_role("heading", level=1).wait_for(state="attached")
    change_profile(page, words)
    choose_picture(page, words, tmp_path)
    invite(page, words)
    take_along(page, words)
    leave(page, words)
    enter(page, "nina@example.com", SECRET)
    page.get_by_text(words["unknown"]).wait_for()
    page.goto("/portal/me")
    page.wait_for_url("**/portal/log-in?next=*")


def register(page, words):
    page.goto("/portal/")
    page.get_by_role("link", name=words["register"]).tap()
    page.get_by_label(words["first"], exact=True).fill("Nina")
    page.get_by_label(words["last"], exact=True).fill("Nowak")
    page.get_by_label(words["mail"], exact=True).fill("nina@example.com")
    page.get_by_label(words["password"], exact=True).fill("weak")
    page.get_by_label(words["terms"]).check()
    page.get_by_role("button", name=words["send"]).tap()
    at_fault = page.get_by_label(words["password"], exact=True)
    page.locator("#id_password_error").wait_for()
    assert at_fault.evaluate("each => each === document.activeElement"), "the cursor is at the mistake"
    assert page.get_by_label(words["mail"], exact=True).input_value() == "nina@example.com", "input is kept"
    at_fault.fill(SECRET)
    page.get_by_role("button", name=words["send"]).tap()
    page.get_by_text(words["sent"]).wait_for()


def activate(page, words):
    deliver()
    (message,) = mails_to("nina@example.com")
    (link,) = re.findall(r"https?://\S+", message.body)
    page.goto(link)
    page.get_by_role("button", name=words["activate"]).tap()
    page.get_by_text(words["active"]).wait_for()


def change_profile(page, words):
    go_to(page, words, "profile")
    page.get_by_label(words["city"]).fill("Łódź")
    page.get_by_role("button", name=words["save"]).tap()
    page.get_by_text(words["saved"]).wait_for()
    assert "Łódź" in page.get_by_role("main").inner_text()


def choose_picture(page, words, tmp_path):
    """What a phone's camera makes is far over the server's limit: the page makes it small before it is sent."""
    file = tmp_path / "camera.jpg"
    Image.effect_noise((3000, 2400), 90).convert("RGB").save(file, "JPEG", quality=95)
    assert file.stat().st_size > 3 * 1024 * 1024
    go_to(page, words, "picture")
    page.locator("[type=file]").set_input_files(file)
    page.locator("canvas").wait_for()
    page.get_by_role("button", name=words["save_picture"]).tap()
    page.get_by_text(words["picture_saved"]).wait_for()
    picture = page.locator("main img").first
    assert picture.evaluate("each => each.complete && each.naturalWidth") == 512
    with Customer.objects.get(email="nina@example.com").avatar.open() as kept:
        assert Image.open(io.BytesIO(kept.read())).size == (512, 512)


def invite(page, words):
    go_to(page, words, "invite")
    page.get_by_label(words["friend"]).fill("friend@example.com")
    page.get_by_role("button", name=words["send_invitation"]).tap()
    page.get_by_text(words["invited"]).wait_for()
    link = page.locator("[data-link]").input_value()
    deliver()
    assert link.rpartition("=")[2] in mails_to("friend@example.com")[0].body


def take_along(page, words):
    go_to(page, words, "download")
    page.get_by_label(words["your_password"]).fill(SECRET)
    with page.expect_download() as caught:
        page.get_by_role("button", name=words["get"]).tap()
    everything = json.loads(caught.value.path().read_text(encoding="utf-8"))
    assert caught.value.suggested_filename == "my-data.json"
    assert everything["customer"]["email"] == "nina@example.com"
    assert everything["address"]["city"] == "Łódź"
    assert everything["invitations"][0]["recipient"] == "friend@example.com"


def leave(page, words):
    go_to(page, words, "delete")
    page.get_by_role("heading", name=words["lose"]).wait_for()
    page.get_by_label(words["your_password"]).fill(SECRET)
    page.get_by_role("button", name=words["for_good"]).tap()
    page.get_by_text(words["gone"]).wait_for()
    assert Customer.objects.get().status == Customer.Status.DELETED
    assert not any("Nina" in str(event.payload) for event in Event.objects.all())


def test_the_password_can_be_looked_at(store, open_page):
    page = open_page()
    page.goto("/portal/register")
    field = page.get_by_label("Password", exact=True)
    field.fill("What I typed")
    assert field.get_attribute("type") == "password"
    page.get_by_role("button", name="Show").tap()
    assert field.get_attribute("type") == "text"
    page.get_by_role("button", name="Hide").tap()
    assert field.get_attribute("type") == "password"
    assert field.input_value() == "What I typed"


def test_the_account_is_made_and_ended_without_scripts(store, open_page):
    page = open_page(javascript=False)
    page.goto("/portal/register")
    assert page.get_by_text("Show", exact=True).is_hidden(), "no button that does nothing"
    for name, value in (("first_name", "Nina"), ("last_name", "Nowak"), ("email", "nina@example.com")):
        page.locator(f"[name={name}]").fill(value)
    page.locator("[name=password]").fill(SECRET)
    page.locator("[name=agreement1]").check()
    page.get_by_role("button", name="Register").click()
    activate_without_touch(page)
    enter(page, "nina@example.com", SECRET)
    page.wait_for_url("**/portal/")
    page.goto("/portal/me/picture")
    assert page.locator("[type=file]").is_visible()
    page.goto("/portal/delete-my-account")
    page.locator("[name=password]").fill(SECRET)
    page.get_by_role("button", name="Delete for good").click()
    page.get_by_text("Your account is deleted.").wait_for()


def activate_without_touch(page):
    deliver()
    (link,) = re.findall(r"https?://\S+", mails_to("nina@example.com")[0].body)
    page.goto(link)
    page.get_by_role("button", name="Activate my account").click()
    page.wait_for_url("**/portal/**/log-in?done=activated")


@pytest.fixture
def alice(transactional_db):
    store = make_store(
        program_name="Green Basket",
        help_email_address="help@example.com",
        program_conditions_url="https://example.com/terms",
        accent_color="#ffd400",
    )
    return make_member(store, phone="+48500100200", level=make_level(store, "Bronze"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("locale", ["en-GB", "pl-PL"])
def test_every_page_is_legible_fits_and_has_large_targets(alice, open_page, scheme, locale):
    page = open_page(scheme=scheme, locale=locale)
    for path in OUTSIDE:
        look_at(page, path)
    enter(page, "alice@example.com", PASSWORD)
    page.wait_for_url("**/portal/")
    for path in PAGES:
        look_at(page, path)


def look_at(page, path):
    page.goto(f"/portal/{path}")
    assert faint_texts(page) == [], f"{path}: contrast below {AA}"
    assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
    assert small_targets(page) == [], path
    headings = page.locator("h1").all_inner_texts()
    assert len(headings) == 1, f"{path} has one main heading: {headings}"


def small_targets(page) -> list[str]:
    """List what a thumb would miss: lower than 44 pixels. A box to tick is as large as its label."""
    return page.evaluate("""() => [...document.querySelectorAll("a, button, input, select, summary")]
      .filter((each) => each.checkVisibility() && !each.matches(".sr-only, [type=hidden], [tabindex='-1']"))
      .map((each) => (each.type === "checkbox" ? each.closest("label") : each))
      .filter((each) => each.getBoundingClientRect().height < 44)
      .map((each) => `${each.tagName} ${each.textContent.trim() || each.name}`)""")


@pytest.mark.parametrize("path", ["log-in", "register", ""])
def test_the_first_load_stays_small(alice, open_page, path):
    page = open_page()
    if not path:
        enter(page, "alice@example.com", PASSWORD)
        page.wait_for_url("**/portal/")
    sizes = {}
    page.on(
        "response",
        lambda response: (
            sizes.update({response.url: len(response.body())})
            if response.request.resource_type in ("stylesheet", "script")
            else None
        ),
    )
    page.goto(f"/portal/{path}", wait_until="networkidle")
    assert len(sizes) >= 3
    assert sum(sizes.values()) <= 60 * 1024, sizes


def test_nothing_moves_while_a_page_loads(alice, open_page):
    page = open_page()
    page.add_init_script("""window.moved = 0;
      new PerformanceObserver((list) => list.getEntries().forEach((each) => { window.moved += each.value; }))
        .observe({ type: "layout-shift", buffered: true });""")
    enter(page, "alice@example.com", PASSWORD)
    page.wait_for_url("**/portal/")
    for path in ("", "me", "register", "me/picture", "invite"):
        page.goto(f"/portal/{path}", wait_until="networkidle")
        assert page.evaluate("window.moved") < 0.05, path


def test_a_second_tap_sends_nothing_twice(alice, open_page):
    page = open_page()
    enter(page, "alice@example.com", PASSWORD)
    page.wait_for_url("**/portal/")
    page.goto("/portal/me/profile")
    posts = []
    page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    page.get_by_label("City").fill("Warsaw")
    page.evaluate("""() => {
      const form = document.querySelector("main form");
      form.requestSubmit();
      form.requestSubmit();
    }""")
    page.get_by_text("Your details are saved.").wait_for()
    assert len(posts) == 1


def test_the_link_is_copied(alice, open_page):
    page = open_page()
    enter(page, "alice@example.com", PASSWORD)
    page.wait_for_url("**/portal/")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/portal/invite")
    page.get_by_label("Your friend's e-mail or phone").fill("friend@example.com")
    page.get_by_role("button", name="Send the invitation").tap()
    page.get_by_role("button", name="Copy link").tap()
    page.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == page.locator("[data-link]").input_value()
