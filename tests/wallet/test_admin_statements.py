"""A customer's statement in the cockpit."""

import json
import uuid
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from tests.cockpit import admin_browser, browser_of, reporter_browser, statements_of, text_of
from tests.factories import make_customer, make_staff, make_store
from tests.wallet.ledgers import add, spend
from wallet.admin import statements
from wallet.ledger import Origin

pytestmark = pytest.mark.django_db


def page_of(customer) -> str:
    return reverse("admin:wallet_statement", args=[customer.pk])


def file_of(customer, kind) -> str:
    return reverse("admin:wallet_statement_file", args=[customer.pk, kind])


def days(first, last):
    today = timezone.localdate()
    return {"from": str(today - timedelta(days=first)), "to": str(today - timedelta(days=last))}


@pytest.fixture
def alice(store):
    alice, now = make_customer(store), timezone.now()
    reasons = [{"name": "Double dairy", "points": "12.5", "executed": True}]
    add(alice, 100, at=now - timedelta(days=20), expires_at=None)
    add(alice, "12.50", at=now - timedelta(days=5), expires_at=None, origin=Origin("test", reasons=reasons))
    spend(alice, 40, at=now - timedelta(days=4))
    return alice


def test_it_reads_from_opening_to_closing(alice):
    words = text_of(admin_browser().get(page_of(alice), days(10, 1)))
    for said in ("Statement of Alice Doe", "Double dairy: +12.50", "+12.50 112.50", "−40 72.50"):
        assert said in words
    assert words.index("Opening balance") < words.index("Added") < words.index("Spent")
    assert words.index("Spent") < words.index("Closing balance")


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_the_same_days_come_as_a_file(alice, kind):
    browser = admin_browser()
    page = browser.get(page_of(alice), days(10, 1)).content.decode()
    asked = days(10, 1)
    assert f"{file_of(alice, kind)}?from={asked['from']}&to={asked['to']}" in page.replace("&amp;", "&")
    answer = browser.get(file_of(alice, kind), asked)
    body = b"".join(answer.streaming_content).decode()
    if kind == "json":
        assert (json.loads(body)["opening"], json.loads(body)["closing"]) == (100, 72.5)
    else:
        assert body.count("\r\n") == 5


def test_no_other_kind_of_file_is_there(alice):
    assert admin_browser().get(file_of(alice, "pdf")).status_code == 404


def test_days_that_make_no_sense_are_the_last_thirty(alice):
    words = text_of(admin_browser().get(page_of(alice), {"from": "x", "to": "9"}))
    assert "Opening balance" in words


def test_a_long_one_is_cut_on_the_page(alice, monkeypatch):
    monkeypatch.setattr(statements, "SHOWN", 2)
    words = text_of(admin_browser().get(page_of(alice)))
    assert "The first 2 movements are shown" in words
    assert "Spent" not in words


def test_the_customers_page_leads_there(alice):
    tab = reverse("admin:customers_customer_change", args=[alice.pk])
    assert page_of(alice) in admin_browser().get(f"{tab}?tab=points").content.decode()


def test_nobody_reads_it_in_another_store(alice):
    make_store("NORTH")
    strange = make_customer(make_store("SOUTH"))
    browser = admin_browser()
    for customer_id in (strange.pk, uuid.uuid4()):
        assert browser.get(reverse("admin:wallet_statement", args=[customer_id])).status_code == 404


def test_it_takes_the_right_to_see_points_and_customers(alice):
    assert reporter_browser().get(page_of(alice)).status_code == 200
    other = make_staff("other", is_superuser=False)
    for code in ("view_pointstransfer", "view_customer"):
        other.user_permissions.set([Permission.objects.get(codename=code)])
        assert browser_of(other).get(page_of(alice)).status_code == 403
        assert browser_of(other).get(file_of(alice, "csv")).status_code == 403


def test_it_costs_the_same_for_one_and_for_thirty(alice):
    browser = admin_browser()
    one = statements_of(browser, page_of(alice))
    for _ in range(30):
        add(alice, 1, at=timezone.now())
    assert statements_of(browser, page_of(alice)) == one <= 10
