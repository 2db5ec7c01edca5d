"""A customer's statement in the portal."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.customers.portal.members import enter, make_member, text_of
from tests.factories import make_customer
from tests.wallet.ledgers import add, spend
from wallet.portal import statements

pytestmark = pytest.mark.django_db
PAGE = "/portal/statement"


@pytest.fixture
def alice(store, client):
    alice = make_member(store)
    enter(client)
    return alice


def days(first, last):
    today = timezone.localdate()
    return {"from": str(today - timedelta(days=first)), "to": str(today - timedelta(days=last))}


def test_it_shows_before_movements_and_after(client, alice):
    now = timezone.now()
    add(alice, 100, at=now - timedelta(days=20), expires_at=None)
    add(alice, "12.50", at=now - timedelta(days=5), expires_at=None)
    spend(alice, 40, at=now - timedelta(days=4))
    add(alice, 7, at=now, expires_at=None)
    words = text_of(client.get(PAGE, days(10, 2)))
    assert "100 points" in words
    assert "72.50 points" in words
    assert "+12.50 added" in words
    assert "−40 spent" in words
    assert "+7 added" not in words


def test_without_days_it_is_the_last_ninety(client, alice):
    page = client.get(PAGE).content.decode()
    for day in days(89, 0).values():
        assert f'value="{day}"' in page
    assert "Nothing moved in these days." in page


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_the_same_days_come_as_a_file(client, alice, kind):
    now = timezone.now()
    add(alice, 100, at=now - timedelta(days=20), expires_at=None)
    add(alice, 5, at=now - timedelta(days=5), expires_at=None)
    answer = client.get(f"{PAGE}.{kind}", days(10, 2))
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith('attachment; filename="statement-')
    assert "no-store" in answer["Cache-Control"]
    body = answer.getvalue().decode()
    if kind == "json":
        told = json.loads(body)
        assert (told["opening"], told["closing"], len(told["movements"])) == (100, 105, 1)
    else:
        assert body.count("\r\n") == 4


def test_every_link_of_the_page_leads_somewhere(client, alice):
    page = client.get(PAGE, days(3, 1)).content.decode()
    for kind in ("csv", "json"):
        assert f"{PAGE}.{kind}?from={days(3, 1)['from']}&amp;to={days(3, 1)['to']}" in page


@pytest.mark.parametrize(
    "asked",
    [{"from": "x"}, {"to": ""}, {"to": "2026-02-30"}, days(1, 3), {"from": "1001-01-01"}, {"from": "a\x00"}],
)
def test_days_that_make_no_sense_are_said_and_give_no_file(client, alice, asked):
    response = client.get(PAGE, asked)
    assert response.status_code == 400
    assert 'aria-invalid="true"' in response.content.decode()
    assert client.get(f"{PAGE}.csv", asked).status_code == 404


def test_no_other_kind_of_file_is_there(client, alice):
    assert client.get(f"{PAGE}.pdf").status_code == 404


def test_nobody_reads_another_ones_statement(client, store, alice):
    add(make_customer(store, "bob"), 77, at=timezone.now())
    assert "77" not in text_of(client.get(PAGE))


def test_a_long_one_is_cut_on_the_page_alone(client, alice, monkeypatch):
    monkeypatch.setattr(statements, "SHOWN", 3)
    for _ in range(4):
        add(alice, 1, at=timezone.now())
    page = client.get(PAGE)
    assert page.content.decode().count("+1</span>") == 3
    assert "These are the first 3 movements" in text_of(page)
    assert client.get(f"{PAGE}.csv").getvalue().count(b"added") == 4


def test_it_costs_the_same_for_one_and_for_thirty(client, alice):
    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(PAGE).status_code == 200
        return len(captured)

    add(alice, 1, at=timezone.now())
    one = cost()
    for _ in range(30):
        add(alice, 1, at=timezone.now())
    assert cost() == one <= 10


def test_it_speaks_polish(client, alice):
    assert "W tych dniach nic się nie zmieniło." in text_of(
        client.get(PAGE, headers={"Accept-Language": "pl"})
    )
