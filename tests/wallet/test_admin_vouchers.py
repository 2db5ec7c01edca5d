"""Vouchers in the cockpit."""

import csv
import io
import json
import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from loyalty.actors import SYSTEM
from tests.cockpit import admin_browser, is_done, press, reporter_browser, statements_of, text_of
from tests.factories import make_customer, make_store
from tests.post import deliver
from wallet import voucher_series, vouchers
from wallet.models import Voucher

pytestmark = pytest.mark.django_db
LIST = "admin:wallet_voucher_changelist"
MAKE, SERIES = "wallet_voucher_make_voucher", "wallet_voucher_make_series"


def make(store, points="10", **terms) -> Voucher:
    return vouchers.create(store, vouchers.Terms(Decimal(points), **terms), at=timezone.now(), actor=SYSTEM)


def use(voucher, customer) -> None:
    vouchers.use(customer, voucher.pk, at=timezone.now(), actor=SYSTEM, address="1.1.1.1")


def listed(browser, **asked) -> str:
    return text_of(browser.get(reverse(LIST), asked))


class TestList:
    def test_it_says_of_each_what_became_of_it(self, store):
        alice = make_customer(store, email="alice@example.com")
        use(make(store, "11"), alice)
        gone = make(store, "12")
        Voucher.objects.filter(pk=gone.pk).update(expires_at=timezone.now() - timedelta(days=1))
        only = make(store, "13", for_wallet_id=alice.pk)
        shown = listed(admin_browser())
        assert vouchers.spell_code(only.code) in shown
        assert "Alice Doe" in shown
        assert "Only for" in shown
        assert "Anybody" in shown
        for label in ("All 3", "Open 1", "Used 1", "Expired 1"):
            assert label in shown

    @pytest.mark.parametrize(("state", "points"), [("open", "13"), ("used", "11"), ("expired", "12")])
    def test_a_chip_shows_one_state(self, store, state, points):
        use(make(store, "11"), make_customer(store))
        gone = make(store, "12")
        Voucher.objects.filter(pk=gone.pk).update(expires_at=timezone.now() - timedelta(days=1))
        make(store, "13")
        body = admin_browser().get(reverse(LIST), {"state": state}).content.decode()
        found = [each for each in ("11", "12", "13") if f'<span class="ck-num">{each}</span>' in body]
        assert found == [points]

    def test_a_series_is_shown_alone_and_counted(self, store):
        voucher_series.order(
            store, vouchers.Terms(Decimal(1)), count=3, series="spring", at=timezone.now(), actor=SYSTEM
        )
        make(store, "2")
        browser = admin_browser()
        assert "All 4" in listed(browser)
        assert "All 3" in listed(browser, series="spring")
        assert "spring (3)" in listed(browser)

    def test_a_code_is_found_however_it_is_spelled(self, store):
        wanted, other = make(store), make(store)
        shown = listed(admin_browser(), q=vouchers.spell_code(wanted.code).lower())
        assert vouchers.spell_code(wanted.code) in shown
        assert vouchers.spell_code(other.code) not in shown

    def test_another_stores_vouchers_are_not_there(self, store):
        strange = make(make_store("NORTH"))
        browser = admin_browser()
        assert vouchers.spell_code(strange.code) not in listed(browser)
        assert browser.get(reverse("admin:wallet_voucher_change", args=[strange.pk])).status_code == 302

    def test_the_number_of_statements_does_not_grow_with_the_rows(self, store):
        use(make(store), make_customer(store))
        browser = admin_browser()
        one = statements_of(browser, reverse(LIST))
        for _ in range(25):
            use(make(store), make_customer(store))
        assert statements_of(browser, reverse(LIST)) == one <= 10

    def test_an_empty_list_says_what_it_is_for(self, store):
        assert "A voucher turns into points" in listed(admin_browser())


class TestOne:
    def test_its_page_tells_everything(self, store):
        alice = make_customer(store)
        voucher = make(store, "12.50", for_wallet_id=alice.pk, points_expire_in_days=5)
        use(voucher, alice)
        shown = text_of(admin_browser().get(reverse("admin:wallet_voucher_change", args=[voucher.pk])))
        for words in (vouchers.spell_code(voucher.code), "12.50", "Used", "Alice Doe", "5 days from"):
            assert words in shown

    def test_the_palette_finds_it_by_its_code(self, store):
        voucher = make(store)
        browser = admin_browser()
        found = browser.get("/cockpit/search/", {"s": vouchers.spell_code(voucher.code)}).content.decode()
        assert reverse("admin:wallet_voucher_change", args=[voucher.pk]) in found


class TestMaking:
    def test_one_is_made_and_its_code_shown(self, store):
        browser = admin_browser()
        last = timezone.localdate() + timedelta(days=9)
        fields = {"points": "12.50", "last_day": str(last), "points_expire_in_days": "30"}
        assert is_done(press(browser, MAKE, once=uuid.uuid4(), **fields))
        voucher = Voucher.objects.get()
        assert (voucher.amount, voucher.points_expire_in_days) == (Decimal("12.50"), 30)
        assert voucher.expires_at is not None
        assert voucher.expires_at.date() == last + timedelta(days=1), "the last day counts whole"
        assert f"{vouchers.spell_code(voucher.code)} is a voucher of 12.50 points." in listed(browser)

    def test_a_second_click_makes_no_second_one(self, store):
        browser, once = admin_browser(), uuid.uuid4()
        for _ in range(2):
            assert is_done(press(browser, MAKE, points="1", once=once))
        assert Voucher.objects.count() == 1

    def test_one_customer_can_be_meant(self, store):
        alice = make_customer(store, email="alice@example.com")
        press(admin_browser(), MAKE, points="1", customer="alice@example.com", once=uuid.uuid4())
        assert Voucher.objects.get().for_wallet_id == alice.pk

    def test_an_unknown_customer_is_said_at_the_field(self, store):
        make_customer(make_store("NORTH"), email="nora@example.com")
        response = press(admin_browser(), MAKE, points="1", customer="nora@example.com", once=uuid.uuid4())
        assert "No customer of this store" in response.content.decode()
        assert not Voucher.objects.exists()

    @pytest.mark.parametrize(
        "fields",
        [
            {"points": "0"},
            {"points": "1.005"},
            {"points": "NaN"},
            {"points": "1", "last_day": "2020-01-01"},
            {"points": "1", "points_expire_in_days": "0"},
        ],
    )
    def test_nonsense_stays_in_the_dialog(self, store, fields):
        assert not is_done(press(admin_browser(), MAKE, once=uuid.uuid4(), **fields))
        assert not Voucher.objects.exists()

    def test_a_day_that_has_passed_is_said_at_its_field(self, store):
        yesterday = (timezone.localdate() - timedelta(days=1)).isoformat()
        fields = {"series": "Spring", "count": "2", "points": "5", "last_day": yesterday}
        shown = press(admin_browser(), SERIES, **fields).content.decode()
        assert shown.index('name="last_day"') < shown.index("This day has passed already.")
        assert not Voucher.objects.exists()

    def test_a_series_is_made(self, store):
        fields = {"series": "spring", "count": "20", "points": "5"}
        browser = admin_browser()
        assert is_done(press(browser, SERIES, **fields))
        assert Voucher.objects.filter(series="spring", amount=Decimal(5)).count() == 20
        again = press(browser, SERIES, **fields)
        assert "There is a series of this name already." in again.content.decode()
        assert Voucher.objects.count() == 20

    def test_a_large_series_shows_how_far_it_is(self, store, monkeypatch):
        monkeypatch.setattr(voucher_series, "PORTION", 10)
        browser = admin_browser()
        press(browser, SERIES, series="spring", count="25", points="5")
        assert "10 of 25" in listed(browser)
        told = json.loads(browser.get(reverse("admin:wallet_voucher_progress")).content)
        assert told == {"processed": 10, "total": 25, "is_running": True}
        deliver()
        assert "of 25" not in listed(browser)

    def test_more_than_can_be_made_at_a_time_is_refused(self, store):
        assert not is_done(press(admin_browser(), SERIES, series="a", count="100001", points="1"))
        assert not Voucher.objects.exists()


class TestFile:
    def test_a_series_comes_as_csv_with_its_codes_and_who_used_them(self, store):
        voucher_series.order(
            store, vouchers.Terms(Decimal(5)), count=2, series="spring", at=timezone.now(), actor=SYSTEM
        )
        make(store, "2")
        use(Voucher.objects.filter(series="spring")[0], make_customer(store))
        address = reverse("admin:wallet_voucher_export", args=["csv"])
        answer = admin_browser().get(address, {"series": "spring"})
        rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))
        kept = {vouchers.spell_code(each.code) for each in Voucher.objects.filter(series="spring")}
        assert {row["Code"] for row in rows} == kept
        assert sorted(row["Used by"] for row in rows) == ["", "Alice Doe"]


class TestReporter:
    def test_a_reporter_sees_vouchers_without_their_codes(self, store):
        voucher = make(store)
        browser = reporter_browser()
        page = reverse("admin:wallet_voucher_change", args=[voucher.pk])
        for shown in (listed(browser), text_of(browser.get(page)), listed(browser, q=voucher.code)):
            assert voucher.code[4:8] not in shown
        assert voucher.code[:4] in listed(browser)

    def test_a_reporter_makes_none_and_downloads_none(self, store):
        make(store)
        browser = reporter_browser()
        assert press(browser, MAKE, points="1", once=uuid.uuid4()).status_code == 403
        assert press(browser, SERIES, series="a", count="1", points="1").status_code == 403
        assert browser.get(reverse("admin:wallet_voucher_export", args=["csv"])).status_code == 403
        assert Voucher.objects.count() == 1
