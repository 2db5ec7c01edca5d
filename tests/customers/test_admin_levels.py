"""Levels in the cockpit: the list, the form with its rows and its photo, deleting."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from customers import levels
from customers.models import Level
from loyalty.actors import SYSTEM
from loyalty.models import Event
from tests.cockpit import admin_browser, reporter_browser, statements_of, text_of
from tests.factories import NOON, make_customer, make_level, make_store

pytestmark = pytest.mark.django_db
LIST = "admin:customers_level_changelist"
GOLD = {"name": "Gold", "condition_value": "1000", "is_active": "on", "reward_percent": "5"}


def form_of(level: Level) -> str:
    return reverse("admin:customers_level_change", args=[level.pk])


def rows_of(*rows: dict[str, str]) -> dict[str, str]:
    fields = {"rewards-TOTAL_FORMS": str(len(rows)), "rewards-INITIAL_FORMS": "0"}
    for number, row in enumerate(rows):
        fields |= {f"rewards-{number}-{name}": value for name, value in row.items()}
    return fields


def picture() -> SimpleUploadedFile:
    file = io.BytesIO()
    Image.new("RGB", (20, 10), (200, 170, 30)).save(file, "PNG")
    return SimpleUploadedFile("gold.png", file.getvalue(), content_type="image/png")


class TestList:
    def test_it_counts_customers_in_a_constant_number_of_statements(self, store):
        make_customer(store, level=make_level(store))
        browser = admin_browser()
        one = statements_of(browser, reverse(LIST))
        for number in range(1, 30):
            make_customer(store, f"bob{number}", level=make_level(store, f"level{number}", number))
        assert statements_of(browser, reverse(LIST)) == one <= 9

    def test_a_count_leads_to_the_customers(self, store):
        gold = make_level(store, "Gold", 1000, "0.05", reward_name="Discount")
        make_customer(store, level=gold)
        response = admin_browser().get(reverse(LIST))
        assert f'?level__id__exact={gold.pk}">1</a>' in response.content.decode()
        assert "Discount 5 %" in text_of(response)

    def test_the_download_counts_too(self, store):
        make_customer(store, level=make_level(store, "Gold"))
        address = reverse("admin:customers_level_export", args=["csv"])
        table = b"".join(admin_browser().get(address).streaming_content).decode()
        assert table.splitlines()[1].startswith("Gold,")
        assert table.splitlines()[1].endswith(",yes,1")


class TestForm:
    def test_the_reward_is_typed_in_percent(self, store):
        admin_browser().post(reverse("admin:customers_level_add"), GOLD)
        gold = Level.objects.get()
        assert (gold.store, str(gold.reward_value)) == (store, "0.0500")

    @pytest.mark.parametrize("name", ["condition_value", "min_order"])
    def test_nothing_is_reached_below_zero(self, store, name):
        response = admin_browser().post(reverse("admin:customers_level_add"), {**GOLD, name: "-4"})
        assert "Ensure this value is greater than or equal to 0." in text_of(response)
        assert not Level.objects.exists()

    def test_it_reads_back_what_it_saved(self, store):
        browser = admin_browser()
        reward = {"name": "Birthday cake", "percent": "12.5", "code": "CAKE", "is_active": "on",
                  "starts_at": "2026-06-01T10:00", "ends_at": "2026-06-30T10:00"}  # fmt: skip
        words = {"name_pl": "Złoty", "description_pl": "Od tysiąca"}
        browser.post(reverse("admin:customers_level_add"), GOLD | words | rows_of(reward))
        gold = Level.objects.get()
        assert gold.translations == {"pl": {"name": "Złoty", "description": "Od tysiąca"}}
        shown = browser.get(form_of(gold)).content.decode()
        for value in ("Złoty", "Birthday cake", "12.50", "CAKE", "2026-06-01T10:00", 'value="5"'):
            assert value in shown
        browser.post(form_of(gold), GOLD | words | rows_of(reward))
        assert Event.objects.filter(type="level.saved").count() == 1

    def test_moments_are_typed_in_the_stores_own_time(self):
        make_store(timezone="Europe/Warsaw")
        reward = {"name": "Summer", "starts_at": "2026-06-01T10:00"}
        admin_browser().post(reverse("admin:customers_level_add"), GOLD | rows_of(reward))
        assert Level.objects.get().special_rewards[0]["startAt"].startswith("2026-06-01T10:00:00+02:00")

    def test_a_row_is_taken_away(self, store):
        gold = make_level(store, "Gold")
        browser = admin_browser()
        browser.post(form_of(gold), GOLD | rows_of({"name": "One"}, {"name": "Two"}))
        browser.post(form_of(gold), GOLD | rows_of({"name": "One", "DELETE": "on"}, {"name": "Two"}))
        gold.refresh_from_db()
        assert [each["name"] for each in gold.special_rewards] == ["Two"]

    @pytest.mark.parametrize(
        "row",
        [
            {"name": ""},
            {"name": "x", "percent": "101"},
            {"name": "x", "starts_at": "2026-06-02T10:00", "ends_at": "2026-06-01T10:00"},
            {"name": "x", "starts_at": "soon"},
        ],
        ids=["nameless", "more than all", "ends before it starts", "no moment"],
    )
    def test_a_bad_row_keeps_everything_as_it_is(self, store, row):
        gold = make_level(store, "Silver")
        response = admin_browser().post(form_of(gold), GOLD | rows_of({"name": "Good"}, {"code": "c", **row}))
        assert "Look at the special rewards again." in text_of(response)
        gold.refresh_from_db()
        assert (gold.name, gold.special_rewards) == ("Silver", [])

    def test_languages_of_other_faces_stay(self, store):
        gold = make_level(store, "Gold", translations={"de": {"name": "Gold", "description": ""}})
        admin_browser().post(form_of(gold), GOLD | {"name_pl": "Złoty", "description_pl": ""})
        gold.refresh_from_db()
        assert sorted(gold.translations) == ["de", "pl"]

    def test_it_leads_to_the_customers_and_their_file(self, store):
        gold = make_level(store, "Gold")
        make_customer(store, level=gold)
        response = admin_browser().get(form_of(gold))
        assert "1 customer on this level" in text_of(response)
        assert f"export/csv/?level__id__exact={gold.pk}" in response.content.decode()

    def test_a_reporter_reads_it_without_a_button(self, store):
        gold = make_level(store, "Gold", special_rewards=[])
        browser = reporter_browser()
        response = browser.get(form_of(gold))
        assert response.status_code == 200
        for act in ("Add a special reward", "Delete", "Save"):
            assert act not in text_of(response)
        assert browser.post(form_of(gold), GOLD).status_code == 403


class TestPhoto:
    def test_it_is_put_up_shown_and_taken_away(self, store):
        gold = make_level(store, "Gold")
        browser = admin_browser()
        browser.post(form_of(gold), GOLD | {"file": picture()})
        shown = browser.get(reverse("admin:customers_level_photo", args=[gold.pk]))
        assert (shown.status_code, shown["Content-Type"]) == (200, "image/png")
        browser.post(form_of(gold), GOLD | {"remove_photo": "on"})
        assert browser.get(reverse("admin:customers_level_photo", args=[gold.pk])).status_code == 404

    def test_a_bad_one_is_the_forms_error_and_nothing_is_saved(self, store):
        gold = make_level(store, "Silver")
        bad = SimpleUploadedFile("gold.png", b"<svg/>", content_type="image/png")
        response = admin_browser().post(form_of(gold), GOLD | {"file": bad})
        assert "This file is not a valid image." in text_of(response)
        gold.refresh_from_db()
        assert gold.name == "Silver"

    def test_one_of_another_store_is_not_shown(self, store):
        foreign = make_level(make_store("NORTH"), photo="levels/x.png")
        address = reverse("admin:customers_level_photo", args=[foreign.pk])
        assert admin_browser().get(address).status_code == 404


class TestDeleting:
    def test_one_with_customers_is_refused_with_the_reason(self, store):
        level = make_level(store)
        alice = make_customer(store)
        levels.assign_manually(alice, level.pk, at=NOON, actor=SYSTEM)
        address = reverse("admin:customers_level_delete", args=[level.pk])
        response = admin_browser().post(address, {"post": "yes"}, follow=True)
        assert "Customers stand on this level." in response.content.decode()
        assert Level.objects.filter(pk=level.pk).exists()

    def test_one_without_is_deleted(self, store):
        level = make_level(store)
        admin_browser().post(reverse("admin:customers_level_delete", args=[level.pk]), {"post": "yes"})
        assert not Level.objects.exists()
