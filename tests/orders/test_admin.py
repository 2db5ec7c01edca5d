"""Purchases in the cockpit: the list, what each earned and why, the dashboard, imports."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from loyalty.models import ImportJob
from orders.models import Purchase
from tests.cockpit import admin_browser, is_done, press, reporter_browser, statements_of
from tests.factories import make_customer, make_level, make_pos, make_store
from tests.orders.factories import document, line, point_per_unit, register, returning
from wallet.models import Wallet

pytestmark = pytest.mark.django_db
LIST = "admin:orders_purchase_changelist"


def page_of(purchase: Purchase) -> str:
    return reverse("admin:orders_purchase_change", args=[purchase.pk])


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def level(store):
    return make_level(store)


@pytest.fixture
def alice(store, level):
    return make_customer(store, level=level, card_number="111")


class TestList:
    def test_the_number_of_statements_does_not_grow_with_the_rows(self, store, level, alice):
        point_per_unit(level)
        register(store, of="111")
        browser = admin_browser()
        one = statements_of(browser, reverse(LIST))
        for _ in range(30):
            register(store, of="111")
        assert statements_of(browser, reverse(LIST)) == one <= 11

    def test_it_shows_the_shop_and_the_points(self, store, level, alice):
        point_per_unit(level)
        register(store, line(gross="12.40"), of="111", number="8231", purchase_place="Main Street")
        shown = text_of(admin_browser().get(reverse(LIST)))
        assert "8231" in shown
        assert "Main Street" in shown
        assert "+12.40" in shown

    def test_what_waits_for_its_customer_is_found(self, store, alice):
        register(store, of="111", number="matched-1")
        register(store, number="waiting-1")
        shown = text_of(admin_browser().get(reverse(LIST), {"matched": "no"}))
        assert "waiting-1" in shown
        assert "matched-1" not in shown


class TestPage:
    def test_it_says_why_rule_by_rule(self, store, level, alice):
        point_per_unit(level, name="General spending")
        purchase = register(store, line(gross="12.40"), of="111")
        shown = text_of(admin_browser().get(page_of(purchase)))
        assert "Why these points" in shown
        assert '<td>General spending</td> <td data-label="What it did">×1</td>' in shown
        assert "+12.40" in shown

    def test_it_says_why_there_are_none(self, store, level, alice):
        waiting, earned_nothing = register(store), register(store, of="111")
        browser = admin_browser()
        assert "earns when it has found its customer" in text_of(browser.get(page_of(waiting)))
        assert "No rule gave points" in text_of(browser.get(page_of(earned_nothing)))

    def test_a_return_leads_to_its_sale(self, store, level, alice):
        point_per_unit(level)
        sale = register(store, of="111")
        back = register(store, what=returning(sale, "5"))
        browser = admin_browser()
        assert page_of(sale) in text_of(browser.get(page_of(back)))
        assert page_of(back) in text_of(browser.get(page_of(sale)))

    def test_a_purchase_of_another_store_is_not_there(self, store):
        elsewhere = register(make_store("NORTH"))
        assert admin_browser().get(page_of(elsewhere)).status_code == 302

    def test_nothing_about_it_can_be_edited(self, store):
        purchase = register(store)
        assert admin_browser().post(page_of(purchase), {"document_number": "x"}).status_code == 403


def typed_in(**changed):
    now = timezone.localtime()
    return {
        "document_number": "hand-1", "document_type": "sell", "purchased_at_0": f"{now:%Y-%m-%d}",
        "purchased_at_1": f"{now:%H:%M:%S}", "buyer": "111", "revised_document": "", "point_of_sale": "",
        "lines-TOTAL_FORMS": "1", "lines-INITIAL_FORMS": "0", "lines-MIN_NUM_FORMS": "1", "lines-MAX_NUM_FORMS": "1000",
        "lines-0-sku": "bread", "lines-0-name": "Bread", "lines-0-quantity": "2", "lines-0-gross_value": "8.00",
        **changed,
    }  # fmt: skip


class TestByHand:
    def test_a_purchase_is_registered_and_earns(self, store, level, alice):
        point_per_unit(level)
        shop = make_pos(store)
        response = admin_browser().post(
            reverse("admin:orders_purchase_add"), typed_in(point_of_sale=str(shop.pk)), follow=True
        )
        purchase = Purchase.objects.get()
        assert (purchase.customer, purchase.gross_value, purchase.point_of_sale) == (
            alice,
            Decimal("8.00"),
            shop,
        )
        assert Wallet.objects.get(pk=alice.pk).available == Decimal("8.00")
        assert "Purchase hand-1 is registered." in text_of(response)

    @pytest.mark.parametrize(
        ("changed", "said"),
        [
            ({"buyer": "nobody@example.com"}, "No customer of this store"),
            ({"lines-0-gross_value": "-1"}, "greater than or equal to 0"),
            (
                {"lines-0-sku": "", "lines-0-name": "", "lines-0-gross_value": "", "lines-0-quantity": "1"},
                "This field is required.",
            ),
            ({"document_type": "return"}, "A return names the sale that it takes back."),
            (
                {"document_type": "return", "revised_document": "unknown"},
                "No sale with this document number.",
            ),
        ],
    )
    def test_what_is_wrong_is_said_and_nothing_is_written(self, store, alice, changed, said):
        response = admin_browser().post(reverse("admin:orders_purchase_add"), typed_in(**changed))
        assert said in text_of(response)
        assert not Purchase.objects.exists()

    def test_a_document_number_counts_once(self, store, alice):
        register(store, what=document(number="hand-1"))
        response = admin_browser().post(reverse("admin:orders_purchase_add"), typed_in())
        assert "This document number is already registered." in text_of(response)
        assert Purchase.objects.count() == 1


class TestMatching:
    def test_a_waiting_purchase_finds_its_customer_and_earns(self, store, level, alice):
        point_per_unit(level)
        purchase = register(store)
        assert is_done(press(admin_browser(), "orders_purchase_match", purchase, customer="111"))
        purchase.refresh_from_db()
        assert purchase.customer == alice
        assert Wallet.objects.get(pk=alice.pk).available == Decimal("10.00")

    def test_nobody_is_found_in_another_store(self, store):
        make_customer(make_store("NORTH"), card_number="222")
        purchase = register(store)
        response = press(admin_browser(), "orders_purchase_match", purchase, customer="222")
        assert "No customer of this store" in text_of(response)
        purchase.refresh_from_db()
        assert purchase.customer is None

    def test_a_reporter_matches_nothing(self, store, alice):
        purchase = register(store)
        assert press(reporter_browser(), "orders_purchase_match", purchase, customer="111").status_code == 403


class TestTimeline:
    def test_points_read_as_a_sentence_with_their_reasons(self, store, level, alice):
        point_per_unit(level, name="General spending")
        register(store, line(gross="12.40"), of="111", number="8231", purchase_place="Main Street")
        page = reverse("admin:customers_customer_change", args=[alice.pk])
        assert "Earned 12.40 points on purchase 8231 at Main Street: General spending ×1" in text_of(
            admin_browser().get(page)
        )

    def test_it_costs_the_same_for_a_long_story(self, store, level, alice):
        point_per_unit(level)
        register(store, of="111")
        browser = admin_browser()
        page = reverse("admin:customers_customer_change", args=[alice.pk])
        one = statements_of(browser, page)
        for _ in range(15):
            register(store, of="111")
        assert statements_of(browser, page) == one


class TestDashboard:
    def test_figures_come_from_the_rows(self, store, level, alice):
        point_per_unit(level)
        register(store, line(gross="12.40"), of="111", at=timezone.now())
        shown = text_of(admin_browser().get("/cockpit/"))
        assert "12.40 EUR" in shown
        assert "1 purchase" in shown or 'class="ck-value">1<' in shown

    def test_it_costs_the_same_whatever_happened(self, store, level, alice):
        point_per_unit(level)
        register(store, of="111", at=timezone.now())
        browser = admin_browser()
        one = statements_of(browser, "/cockpit/")
        for number in range(12):
            make_customer(store, f"bob{number}", level=level, card_number=f"b{number}")
            register(store, of=f"b{number}", at=timezone.now())
        assert statements_of(browser, "/cockpit/") == one <= 26

    @pytest.mark.parametrize(
        "query", ["range=7", "range=365", "range=x", "from=2026-01-01&to=2026-02-01", "from=x&to=y"]
    )
    def test_every_range_opens(self, store, query):
        assert admin_browser().get(f"/cockpit/?{query}").status_code == 200


TRANSACTION = """<transaction><documentNumber>{number}</documentNumber><purchasePlace>Main Street</purchasePlace>
<purchaseDate>2026-03-01T12:00:00+00:00</purchaseDate><documentType>sell</documentType>
<customer><name>Alice</name><loyaltyCardNumber>111</loyaltyCardNumber></customer>
<items><item><sku><code>bread</code></sku><name>Bread</name><quantity>1</quantity><grossValue>{gross}</grossValue>
<category>Food</category><maker>Mill</maker></item></items></transaction>"""


def file_of(*rows: str) -> SimpleUploadedFile:
    body = f"<transactions>{''.join(rows)}</transactions>"
    return SimpleUploadedFile("march.xml", body.encode(), content_type="text/xml")


@pytest.mark.django_db(transaction=True)
class TestImport:
    def test_a_file_is_worked_through_and_its_bad_rows_are_listed(self, store):
        alice = make_customer(store, level=make_level(store), card_number="111")
        browser = admin_browser()
        file = file_of(
            TRANSACTION.format(number="x1", gross="5"), TRANSACTION.format(number="x2", gross="five")
        )
        response = browser.post(reverse("admin:orders_purchase_upload"), {"file": file})
        job = ImportJob.objects.get()
        assert response.headers["Location"] == reverse("admin:loyalty_importjob_change", args=[job.pk])
        self._wait_for(browser, job)
        assert Purchase.objects.get().customer == alice
        shown = text_of(browser.get(reverse("admin:loyalty_importjob_change", args=[job.pk])))
        assert "x2" in shown
        assert "1 of 2" not in shown
        assert "2 of 2" in shown

    def test_a_hostile_file_is_refused_at_once(self, store):
        file = SimpleUploadedFile(
            "x.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><transactions/>', content_type="text/xml"
        )
        response = admin_browser().post(reverse("admin:orders_purchase_upload"), {"file": file})
        assert response.status_code == 200
        assert not ImportJob.objects.exists()
        assert not Purchase.objects.exists()

    def _wait_for(self, browser, job):
        import time

        address = reverse("admin:loyalty_importjob_progress", args=[job.pk])
        for _ in range(100):
            figures = browser.get(address).json()
            if not figures["is_running"]:
                assert (figures["processed"], figures["failed"]) == (2, 1)
                return
            time.sleep(0.1)
        raise AssertionError("the import did not finish")


class TestTrying:
    fields = {
        "lines-TOTAL_FORMS": "2", "lines-INITIAL_FORMS": "0", "lines-MIN_NUM_FORMS": "1", "lines-MAX_NUM_FORMS": "1000",
        "lines-0-sku": "bread", "lines-0-gross_value": "8", "lines-0-labels": "brand:own",
        "lines-1-sku": "", "lines-1-gross_value": "", "lines-1-labels": "",
    }  # fmt: skip

    def test_it_says_what_a_basket_would_earn_and_writes_nothing(self, store, level, alice):
        point_per_unit(level, name="General spending", points=2)
        shown = text_of(
            admin_browser().post(reverse("admin:orders_purchase_try"), {**self.fields, "customer": "111"})
        )
        assert "This basket earns 16 points" in shown
        assert "General spending</a>" in shown
        assert "×2" in shown
        assert not Purchase.objects.exists()
        assert Wallet.objects.get(pk=alice.pk).available == Decimal("0.00")

    def test_an_unknown_customer_is_said_beside_the_field(self, store):
        response = admin_browser().post(
            reverse("admin:orders_purchase_try"), {**self.fields, "customer": "nobody"}
        )
        assert "No customer of this store" in text_of(response)
