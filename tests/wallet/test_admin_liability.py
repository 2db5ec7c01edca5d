"""What is owed, in the cockpit."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from html import unescape

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from tests.cockpit import admin_browser, browser_of, reporter_browser, statements_of, text_of
from tests.factories import make_customer, make_staff, make_store
from tests.wallet.ledgers import add, block
from wallet import liability
from wallet.admin.liability import behind

pytestmark = pytest.mark.django_db
PAGE = "admin:wallet_liability"
LIST = "admin:wallet_pointstransfer_changelist"


def test_it_shows_months_with_a_bar_and_the_rest(store):
    alice, now = make_customer(store), timezone.now()
    add(alice, 100, at=now, expires_at=now + timedelta(days=400))
    add(alice, 50, at=now, expires_at=None)
    block(alice, 30, at=now)
    response = admin_browser().get(reverse(PAGE))
    words = text_of(response)
    month = liability.of_store(store, at=now).by_month
    (only,) = month
    assert f"{only:%B %Y} 70 0 0.70 EUR" in words
    assert "Never expiring 50 0 0.50 EUR" in words
    assert "Blocked 30 0 0.30 EUR" in words
    assert "Together 150 0 1.50 EUR" in words
    chart = json.loads(unescape(re.findall(r'data-chart="([^"]+)"', response.content.decode())[0]))
    assert (chart["type"], chart["series"][0]["values"]) == ("bar", [70])


@pytest.mark.parametrize("zone", ["UTC", "Europe/Warsaw", "America/New_York"])
def test_behind_a_bar_are_exactly_the_points_of_its_month(zone):
    store = make_store(timezone=zone)
    alice, year = make_customer(store), timezone.now().year + 1
    local = store.programme.zone
    ends = [
        datetime(year, month, day, hour, minute, second, tzinfo=local).astimezone(UTC)
        for month, day, hour, minute, second in (
            (4, 1, 0, 0, 0), (4, 1, 0, 0, 1), (4, 15, 12, 0, 0), (4, 30, 23, 59, 59), (5, 1, 0, 0, 0),
            (5, 1, 0, 0, 1),
        )
    ]  # fmt: skip
    for number, end in enumerate(ends, start=1):
        add(alice, 10**number, at=timezone.now(), expires_at=end)
    owed = liability.of_store(store, at=timezone.now()).by_month
    assert owed[date(year, 4, 1)].points == Decimal(111100)
    browser = admin_browser()
    for month, part in owed.items():
        body = browser.get(f"{reverse(LIST)}?{behind(month)}").content.decode()
        shown = re.findall(r"\+([\d,]+)</span>", body)
        assert sum(Decimal(each.replace(",", "")) for each in shown) == part.points


def test_the_other_links_show_what_they_count(store):
    alice, now = make_customer(store), timezone.now()
    add(alice, 100, at=now, expires_at=now + timedelta(days=400))
    add(alice, 50, at=now, expires_at=None)
    block(alice, 30, at=now)
    browser = admin_browser()
    page = browser.get(reverse(PAGE)).content.decode()
    never, blocked = (
        unescape(re.findall(rf'href="([^"]+)">{words}', page)[0]) for words in ("Never expiring", "Blocked")
    )
    assert re.findall(r"[+−](\d+)</span>", browser.get(never).content.decode()) == ["50"]
    assert re.findall(r"[+−](\d+)</span>", browser.get(blocked).content.decode()) == ["30"]


def test_nothing_owed_is_said(store):
    assert "Nothing is owed." in text_of(admin_browser().get(reverse(PAGE)))


def test_another_stores_points_are_not_owed_here(store):
    add(make_customer(make_store("NORTH")), 77, at=timezone.now())
    assert "Nothing is owed." in text_of(admin_browser().get(reverse(PAGE)))


def test_who_may_see_points_may_see_it_and_nobody_else(store):
    assert reporter_browser().get(reverse(PAGE)).status_code == 200
    other = make_staff("other", is_superuser=False)
    other.user_permissions.add(Permission.objects.get(codename="view_customer"))
    assert browser_of(other).get(reverse(PAGE)).status_code == 403


def test_it_costs_the_same_for_one_and_for_thirty(store):
    alice, browser = make_customer(store), admin_browser()
    add(alice, 1, at=timezone.now())
    one = statements_of(browser, reverse(PAGE))
    for months in range(30):
        add(alice, 1, at=timezone.now(), expires_at=timezone.now() + timedelta(days=31 * months + 5))
    assert statements_of(browser, reverse(PAGE)) == one <= 8
