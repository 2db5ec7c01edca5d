"""The portal: whose page it is, who may see it, what it says, and that it keeps the policy of contents."""

import gzip
import re
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client
from django.utils import timezone

from customers.models import Customer
from customers.portal.look import stylesheet
from loyalty.actors import SYSTEM
from loyalty.colours import Colour
from orders.models import Purchase
from tests.factories import make_customer, make_level, make_pos, make_staff, make_store
from wallet import ledger
from wallet.ledger import Origin

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"
PAGES = ["", "card", "history", "me", "card/qr.svg", "card/code128.svg"]


@pytest.fixture
def alice(store):
    return make_member(store)


def make_member(store, name="alice", **fields):
    member = make_customer(
        store, name, **{"email": f"{name}@example.com", "card_number": "9912345678", **fields}
    )
    member.set_password(PASSWORD)
    member.save()
    return member


def enter(client: Client, base: str = "/portal/", identifier: str = "9912345678", password: str = PASSWORD):
    return client.post(f"{base}log-in", {"identifier": identifier, "password": password})


def add(customer: Customer, points: str, **origin):
    return ledger.add(
        customer, Decimal(points), at=timezone.now(), actor=SYSTEM, origin=Origin(source="test", **origin)
    )


def text_of(response) -> str:
    """The words a reader sees: tags and runs of blanks gone."""
    body = re.sub(r"<(script|title)[^>]*>.*?</\1>|<[^>]+>", " ", response.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", body.replace("\xa0", " "))


# --- Getting in -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES)
def test_a_stranger_is_sent_to_the_log_in(client, alice, page):
    response = client.get(f"/portal/{page}")
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/portal/log-in?next=%2Fportal%2F")


@pytest.mark.parametrize("page", PAGES)
def test_a_customer_sees_every_page_and_no_cache_keeps_it(client, alice, page):
    enter(client)
    response = client.get(f"/portal/{page}")
    assert response.status_code == 200
    assert {"no-store", "private"} <= set(response.headers["Cache-Control"].split(", "))


def test_logging_in_leads_to_the_page_that_was_asked_for(client, alice):
    response = client.post(
        "/portal/log-in?next=/portal/history", {"identifier": "alice@example.com", "password": PASSWORD}
    )
    assert response.headers["Location"] == "/portal/history"


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/",
        "//evil.example/portal/",
        "/cockpit/",
        "/portal/\\evil",
        "javascript:alert(1)",
        "",
    ],
)
def test_logging_in_never_leads_out_of_the_portal(client, alice, wanted):
    response = client.post(
        "/portal/log-in",
        {"identifier": "alice@example.com", "password": PASSWORD},
        query_params={"next": wanted},
    )
    location = response.headers["Location"]
    assert location == "/portal/" or location == wanted.replace("\\", "%5C") == "/portal/%5Cevil"


@pytest.mark.parametrize("identifier", ["9912345678", "nobody@example.com"])
def test_a_wrong_log_in_says_the_same_for_known_and_unknown_accounts(client, alice, identifier):
    response = enter(client, identifier=identifier, password="wrong")
    assert response.status_code == 400
    assert "We do not know this combination. Check both fields." in text_of(response)
    assert client.get("/portal/").status_code == 302


def test_too_many_wrong_log_ins_are_told_to_wait(client, alice):
    for _ in range(10):
        assert enter(client, password="wrong").status_code == 400
    response = enter(client)
    assert response.status_code == 429
    assert "Too many attempts" in text_of(response)
    assert client.get("/portal/").status_code == 302


@pytest.mark.parametrize(
    "fields", [{}, {"identifier": "9912345678"}, {"identifier": "a\x00b", "password": "x"}]
)
def test_an_incomplete_log_in_names_the_field(client, alice, fields):
    response = client.post("/portal/log-in", fields)
    assert response.status_code == 400
    assert 'aria-invalid="true"' in response.content.decode()


def test_the_session_key_changes_with_the_log_in(client, alice):
    staff = make_staff()
    client.force_login(staff)
    before = client.session.session_key
    enter(client)
    assert client.session.session_key != before
    assert client.session["_auth_user_id"] == str(staff.pk)


def test_logging_out_needs_a_post_and_ends_the_log_in(client, alice):
    enter(client)
    assert client.get("/portal/log-out").status_code == 405
    assert client.get("/portal/").status_code == 200
    assert client.post("/portal/log-out").headers["Location"] == "/portal/log-in"
    assert client.get("/portal/").status_code == 302


def test_logging_out_leaves_the_staffs_log_in_alone(client, alice):
    client.force_login(make_staff())
    enter(client)
    client.post("/portal/log-out")
    assert "_auth_user_id" in client.session


@pytest.mark.parametrize(
    "change",
    [{"token_version": 99}, {"status": Customer.Status.BLOCKED}, {"status": Customer.Status.DELETED}],
)
def test_a_revoked_log_in_ends_with_the_next_request(client, alice, change):
    enter(client)
    Customer.objects.update(**change)
    assert client.get("/portal/").status_code == 302
    Customer.objects.update(status=Customer.Status.ACTIVE, token_version=alice.token_version)
    assert client.get("/portal/").status_code == 302, "what was forgotten stays forgotten"


def test_forms_need_the_token_against_forgery(alice):
    client = Client(enforce_csrf_checks=True)
    for action in ("log-in", "log-out", "language"):
        assert client.post(f"/portal/{action}").status_code == 403


# --- Whose portal ---------------------------------------------------------------------------------------------


def test_a_store_has_its_own_portal_and_log_ins_do_not_carry_over(client, alice):
    other = make_store("OTHER", program_name="Corner Club")
    make_member(other, "bob")
    enter(client)
    assert (
        client.get("/portal/OTHER/").headers["Location"] == "/portal/OTHER/log-in?next=%2Fportal%2FOTHER%2F"
    )
    enter(client, "/portal/OTHER/")
    response = client.get("/portal/OTHER/")
    assert "Bob Doe" in text_of(response)
    links = set(re.findall(r'(?:href|src|action)="(/portal/[^"]*)"', response.content.decode()))
    assert all(link.startswith("/portal/OTHER/") for link in links)
    assert "Alice Doe" in text_of(client.get("/portal/"))


def test_a_stores_home_is_found_without_its_slash(client, store):
    assert client.get("/portal/DEFAULT").headers["Location"] == "/portal/DEFAULT/"


@pytest.mark.parametrize("page", ["", "log-in", "theme.css", "manifest.webmanifest", "icon.svg"])
def test_an_unknown_or_closed_store_is_not_found(client, store, page):
    make_store("CLOSED")
    type(store).objects.filter(code="CLOSED").update(is_active=False)
    assert client.get(f"/portal/NOWHERE/{page}").status_code == 404
    assert client.get(f"/portal/CLOSED/{page}").status_code == 404


def test_a_page_that_does_not_exist_is_not_found(client, alice):
    enter(client)
    assert client.get("/portal/DEFAULT/rewards").status_code == 404


# --- What it says ---------------------------------------------------------------------------------------------


def test_home_shows_the_card_with_balance_level_and_number(client):
    store = make_store(points_days_active_count=5)
    bronze, _silver = make_level(store, "Bronze"), make_level(store, "Silver", 1000)
    alice = make_member(store, level=bronze, purchases_amount=Decimal("620.00"))
    add(alice, "1240.50")
    enter(client)
    words = text_of(client.get("/portal/"))
    assert "1,240.50 points" in words
    assert "Bronze" in words
    assert "380.00 EUR to Silver" in words
    assert "62%" in words
    assert "Alice Doe 9912345678" in words
    assert "Expiring soon last day 1,240.50 points" in words
    assert "in 5 days" in words


def test_levels_by_points_count_points(client):
    store = make_store(tier_assign_type="points")
    alice = make_member(store, level=make_level(store, "Bronze"))
    make_level(store, "Silver", 200)
    add(alice, "150")
    enter(client)
    assert "50 points to Silver" in text_of(client.get("/portal/"))


def test_the_highest_level_fills_the_ring(client, store):
    make_member(store, level=make_level(store, "Gold", 100), purchases_amount=Decimal(150))
    enter(client)
    words = text_of(client.get("/portal/"))
    assert "highest level" in words
    assert "100%" in words


def test_home_of_a_new_customer_says_what_to_do_first(client, store):
    make_member(store, card_number=None)
    enter(client, identifier="alice@example.com")
    words = text_of(client.get("/portal/"))
    assert "0 points" in words
    assert "Nothing here yet" in words
    assert "You have no card number yet" in words
    assert client.get("/portal/card/qr.svg").status_code == 404
    assert client.get("/portal/card/code128.svg").status_code == 404


def test_history_says_why_each_movement_happened(client, store, alice):
    shop = make_pos(store, "Main Street")
    purchase = Purchase.objects.create(
        store=store,
        document_number="8231",
        document_type="sell",
        purchased_at=timezone.now(),
        customer=alice,
        point_of_sale=shop,
        gross_value=Decimal("82.40"),
    )
    reasons = [
        {"rule": "x", "name": "General spending", "points": "82.40", "executed": True},
        {"rule": "x", "name": "Double dairy", "points": "12.00", "executed": True},
        {"rule": "x", "name": "Not today", "points": "0.00", "executed": False},
    ]
    add(alice, "94.40", purchase_id=purchase.pk, reasons=reasons)
    add(alice, "5", comment="For the inconvenience")
    ledger.spend(alice, Decimal(50), at=timezone.now(), actor=SYSTEM, origin=Origin(source="test"))
    enter(client)
    words = text_of(client.get("/portal/history"))
    assert "+94.40 earned" in words
    assert "Purchase 8231 · Main Street 82.40 EUR" in words
    assert "General spending +82.40 Double dairy +12" in words
    assert "Not today" not in words
    assert "+5 added" in words
    assert "For the inconvenience" in words
    assert "−50 spent" in words
    assert "Available: 49.40 points" in words


def test_what_others_may_have_written_is_shown_as_text(client, store, alice):
    add(alice, "5", comment="<script>alert(1)</script>")
    enter(client)
    page = client.get("/portal/history").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_history_comes_in_pages_that_htmx_or_a_link_can_fetch(client, store, alice):
    for number in range(1, 31):
        add(alice, str(number))
    enter(client)
    first = client.get("/portal/history").content.decode()
    assert len(re.findall(r"\+\d+</span>", first)) == 25
    (older,) = set(re.findall(r'hx-get="([^"]+)"', first))
    rows = client.get(older, headers={"HX-Request": "true"}).content.decode()
    whole = client.get(older).content.decode()
    for page in (rows, whole):
        assert re.findall(r"\+(\d+)</span>", page) == ["5", "4", "3", "2", "1"]
        assert "hx-get" not in page
    assert "<html" in whole
    assert "<html" not in rows


@pytest.mark.parametrize("before", ["x", "-1", "0", "1.5", "٣", "9" * 30, "1 OR 1=1"])
def test_a_garbled_page_number_is_harmless(client, alice, before):
    enter(client)
    assert client.get("/portal/history", {"before": before}).status_code == 200


def test_nobody_sees_another_customers_movements(client, store, alice):
    add(make_customer(store, "bob"), "77", comment="for bob")
    enter(client)
    assert "for bob" not in text_of(client.get("/portal/history"))


@pytest.mark.parametrize("page", ["", "history"])
def test_a_page_costs_the_same_whatever_the_history(
    client, store, alice, page, django_assert_max_num_queries
):
    enter(client)
    counts = []
    for movements in (1, 29):
        for number in range(movements):
            purchase = Purchase.objects.create(
                store=store,
                document_number=f"{movements}-{number}",
                document_type="sell",
                purchased_at=timezone.now(),
                customer=alice,
                gross_value=Decimal(1),
            )
            add(alice, "1", purchase_id=purchase.pk)
        with django_assert_max_num_queries(16) as context:
            client.get(f"/portal/{page}")
        counts.append(len(context))
    assert counts[0] == counts[1]


def test_points_on_the_way_are_shown_apart(client):
    store = make_store(all_time_not_locked=False, points_days_locked=3)
    alice = make_member(store)
    add(alice, "45")
    enter(client)
    words = text_of(client.get("/portal/"))
    assert "On the way usable from 45 points" in words
    assert "+45 on the way" in words
    assert "0 points" in words


def test_me_shows_what_the_programme_knows(client, store):
    make_member(
        store, phone="+48500100200", street="Long Street", address1="5", postal="00-001", city="Warsaw"
    )
    enter(client)
    words = text_of(client.get("/portal/me"))
    for fact in (
        "alice@example.com",
        "+48500100200",
        "9912345678",
        "Long Street 5, 00-001 Warsaw",
        "March 14, 2026",
    ):
        assert fact in words


# --- Language -------------------------------------------------------------------------------------------------


def test_the_portal_speaks_polish_and_remembers_it(client):
    add(make_member(make_store(points_days_active_count=5)), "1240.50")
    enter(client)
    response = client.post("/portal/language", {"language": "pl", "next": "/portal/history"})
    assert response.headers["Location"] == "/portal/history"
    page = client.get("/portal/")
    assert '<html lang="pl">' in page.content.decode()
    words = text_of(page)
    for polish in ("1 240,50 punktu", "Wkrótce wygasną", "Ostatnie zmiany", "dodane", "Pokaż kod"):
        assert polish in words


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example/"])
def test_changing_the_language_never_leads_elsewhere(client, store, wanted):
    response = client.post("/portal/language", {"language": "pl", "next": wanted})
    assert response.headers["Location"] == "/"


def test_the_browsers_language_decides_before_anybody_chose(client, store):
    page = client.get("/portal/log-in", headers={"Accept-Language": "pl-PL,pl;q=0.9,en;q=0.5"})
    assert "Zaloguj się" in text_of(page)


# --- Look -----------------------------------------------------------------------------------------------------


def test_the_theme_carries_the_stores_colour_and_nothing_else(client):
    make_store(accent_color="#ffd400")
    make_store("ODD", accent_color="red;}body{display:none")
    theme = client.get("/portal/theme.css")
    assert theme.headers["Content-Type"].startswith("text/css")
    assert "--accent:#ffd400;--accent-content:#0f172a;" in theme.content.decode()
    assert "--accent:#0d9488;" in client.get("/portal/ODD/theme.css").content.decode()


def test_white_text_stands_on_a_dark_accent():
    assert "--accent-content:#ffffff" in stylesheet(Colour(0x1E, 0x3A, 0x8A))


def test_the_manifest_lets_a_phone_install_the_portal(client):
    make_store(program_name="Green Basket Rewards", accent_color="#166534")
    manifest = client.get("/portal/manifest.webmanifest")
    assert manifest.headers["Content-Type"] == "application/manifest+json"
    facts = manifest.json()
    assert facts["name"] == "Green Basket Rewards"
    assert facts["short_name"] == "Green"
    assert facts["start_url"] == facts["scope"] == "/portal/"
    assert facts["display"] == "standalone"
    for icon in facts["icons"]:
        picture = client.get(icon["src"])
        assert picture.headers["Content-Type"] == "image/png"
        assert picture.content.startswith(b"\x89PNG")
    assert client.get("/portal/icon-17.png").status_code == 404
    assert b"#166534" in client.get("/portal/icon.svg").content


def test_the_title_is_the_programmes_name(client):
    make_store(program_name="Green Basket")
    (title,) = re.findall(r"<title>(.*?)</title>", client.get("/portal/log-in").content.decode(), re.DOTALL)
    assert " ".join(title.split()) == "Log in · Green Basket"


@pytest.mark.parametrize("page", ["log-in", "", "card", "history", "me"])
def test_pages_need_no_inline_code_and_nothing_from_elsewhere(client, store, page):
    make_member(store, level=make_level(store))
    if page != "log-in":
        enter(client)
    response = client.get(f"/portal/{page}")
    html = response.content.decode()
    policy = response.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'self'" in policy
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:|<script(?![^>]*\ssrc=)", html)
    assert not re.findall(r'(?:href|src|action)="(?!/|#|mailto:)', html)


def test_styles_and_scripts_are_light():
    style, script, htmx = (
        Path(str(finders.find(name))).read_bytes()
        for name in ("portal/portal.css", "portal/portal.js", "django_htmx/htmx-2.min.js")
    )
    assert len(style) + len(script) <= 60_000
    assert sum(len(gzip.compress(each)) for each in (style, script, htmx)) <= 60_000


def test_the_sources_of_styles_are_not_served():
    assert finders.find("src/package.json") is None
    assert finders.find("src/portal.css") is None


def test_the_polish_texts_are_compiled():
    (folder,) = settings.LOCALE_PATHS
    texts = folder / "pl" / "LC_MESSAGES" / "django.po"
    compiled = texts.with_suffix(".mo")
    assert compiled.exists()
    assert '\nmsgstr ""\n\n' not in texts.read_text(), "a text without its translation"
