"""What the portal says to a customer, and to nobody else."""

import re
from decimal import Decimal

import pytest
from django.utils import timezone

from customers import card, identification
from loyalty.actors import SYSTEM
from orders.models import Purchase
from tests.customers.portal.members import add, enter, make_member, text_of
from tests.factories import make_customer, make_level, make_pos, make_store
from wallet import ledger
from wallet.ledger import Origin

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(store):
    return make_member(store)


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
    assert client.get("/portal/card/code128.svg").status_code == 404


def test_the_code_of_who_has_no_card_names_them_at_the_till(client, store):
    alice = make_member(store, card_number=None)
    enter(client, identifier="alice@example.com")
    assert client.get("/portal/card/qr.svg").content.decode() == card.qr_svg(str(alice.pk))
    assert identification.find_customer(store, card_number=str(alice.pk)) == alice
    assert "Bar code" not in client.get("/portal/card").content.decode()


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
    assert "Purchase 8231 Main Street 82.40 EUR" in words
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
