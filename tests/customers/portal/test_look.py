"""How the portal looks: the programme's colours, and nothing that the policy of contents forbids."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

from customers.portal.look import stylesheet
from loyalty.colours import Colour
from tests.customers.portal.members import enter, make_member
from tests.factories import make_level, make_store

pytestmark = pytest.mark.django_db


def test_the_theme_carries_the_stores_colour_and_nothing_else(client):
    make_store(accent_color="#ffd400")
    make_store("ODD", accent_color="red;}body{display:none")
    theme = client.get("/portal/theme.css")
    assert theme.headers["Content-Type"].startswith("text/css")
    assert "--accent:#ffd400;--accent-content:#0f172a;" in theme.content.decode()
    assert "--accent:#0f766e;" in client.get("/portal/ODD/theme.css").content.decode()


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
