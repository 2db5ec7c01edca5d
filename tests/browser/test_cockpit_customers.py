"""The cockpit's customer screens in a real browser: the end with one question, imports that are followed, levels."""

import io
import re

import pytest
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from playwright.sync_api import expect

from customers.models import Customer, Level, Segment, SegmentMember
from loyalty.models import Event, ImportJob
from tests.browser.test_portal import faint_texts
from tests.cockpit import befriend
from tests.factories import make_customer, make_level, make_pos, make_staff, make_store
from tests.orders.factories import line, point_per_unit, register

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def alice():
    store = make_store()
    bronze = make_level(store, "Bronze")
    make_level(store, "Gold", 1000, "0.05", special_rewards=[])
    make_pos(store)
    point_per_unit(bronze, name="General spending")
    alice = make_customer(store, level=bronze, card_number="2000000000017", email="alice@example.com")
    register(store, line(gross="12.40"), of="2000000000017", number="8231", at=timezone.now())
    alice.labels.create(key="newsletter", value="yes")
    alice.labels.create(key="favourite" * 6, value="croissants" * 6)
    segment = Segment.objects.create(store=store, name="Bakers", customers_count=1)
    SegmentMember.objects.create(segment=segment, customer=alice)
    befriend(alice, "bob")
    make_staff("ada", "open-sesame")
    return alice


@pytest.fixture
def cockpit(alice, enter_cockpit):
    return enter_cockpit


def page_of(customer: Customer, query: str = "") -> str:
    return reverse("admin:customers_customer_change", args=[customer.pk]) + query


def addresses(alice: Customer) -> list[str]:
    gold = Level.objects.get(name="Gold")
    of_alice = ("card", "end_anonymize", "end_delete")
    return [
        reverse("admin:customers_customer_changelist") + "?label=newsletter:yes",
        reverse("admin:customers_invitation_changelist"),
        *(page_of(alice, f"?tab={tab}") for tab in ("timeline", "segments", "invitations")),
        *(
            reverse(
                f"admin:customers_customer_{name.partition('_')[0]}", args=[alice.pk, *name.split("_")[1:]]
            )
            for name in of_alice
        ),
        reverse("admin:customers_level_change", args=[gold.pk]),
        reverse("admin:customers_level_changelist"),
        reverse("admin:customers_customer_upload"),
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_every_page_is_quiet_fits_and_is_legible(alice, cockpit, width, scheme):
    page = cockpit(width=width, height=844, scheme=scheme)
    for address in addresses(alice):
        assert page.goto(address).status == 200
        page.wait_for_load_state("networkidle")
        too_wide = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert too_wide <= 0, address
        assert faint_texts(page) == [], address


def test_a_customer_ends_with_their_name_typed_and_one_click(alice, cockpit):
    page = cockpit()
    page.goto(page_of(alice))
    page.get_by_role("link", name="Delete…").click()
    expect(page.get_by_text("12.40 points expire")).to_be_visible()
    expect(page.get_by_text("1 purchase of 12.40 EUR, without a name")).to_be_visible()
    page.get_by_label("Type “Alice Doe” to confirm").fill("Alice")
    page.get_by_role("button", name="Delete the customer").click()
    expect(page.get_by_text("This is not the customer's name or e-mail address.")).to_be_visible()
    assert Customer.objects.get(pk=alice.pk).first_name == "Alice"
    page.get_by_label("Type “Alice Doe” to confirm").fill("alice doe")
    page.get_by_role("button", name="Delete the customer").dblclick()
    expect(page.get_by_text("The customer is deleted. Their purchases stay")).to_be_visible()
    expect(page.locator("#result_list")).not_to_contain_text("Alice")
    assert Event.objects.filter(type="customer.deleted").count() == 1
    page.goto(reverse("admin:customers_customer_end", args=[alice.pk, "delete"]))
    expect(page.get_by_text("The customer is deleted already.")).to_be_visible()


def test_anonymising_leads_to_the_nameless_customer(alice, cockpit):
    page = cockpit(width=390, height=844, scheme="dark")
    page.goto(reverse("admin:customers_customer_end", args=[alice.pk, "anonymize"]))
    page.get_by_label("Type “Alice Doe” to confirm").fill("alice@example.com")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{page_of(alice)}")
    expect(page.get_by_role("heading", name="Anonymous customer").last).to_be_visible()
    expect(page.get_by_text("Customer anonymised")).to_be_visible()
    assert not page.get_by_role("button", name="Give points").is_visible()


def test_an_import_can_be_left_and_come_back_to(alice, cockpit, tmp_path):
    rows = "".join(
        f"<customer><email>{'alice' if number == 7 else f'c{number}'}@example.com</email>"
        f"<firstName>C{number}</firstName><lastName>New</lastName><active>1</active><gender>female</gender><agreement1>1</agreement1></customer>"
        for number in range(30)
    )
    file = tmp_path / "people.xml"
    file.write_text(f"<customers>{rows}</customers>")
    page = cockpit()
    page.goto(reverse("admin:customers_customer_changelist"))
    page.get_by_role("link", name="Import XML").click()
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Import the file").click()
    page.wait_for_url("**/importjob/*/change/")
    page.goto("/cockpit/")
    page.goto(reverse("admin:loyalty_importjob_change", args=[ImportJob.objects.get().pk]))
    expect(page.get_by_text("Done", exact=True)).to_be_visible(timeout=30_000)
    page.get_by_role("link", name=re.compile("Refused 1")).click()
    expect(page.locator("#rows tbody tr")).to_have_count(1)
    expect(page.locator("#rows")).to_contain_text("Another customer has this e-mail address.")
    page.get_by_role("link", name=re.compile("Landed 29")).click()
    expect(page.locator("#rows tbody tr")).to_have_count(29)
    with page.expect_download() as download:
        page.get_by_role("link", name="Refused rows as CSV").click()
    assert "alice@example.com" in download.value.path().read_text()


def test_special_rewards_come_and_go_row_by_row_and_the_photo_shows_before_it_is_saved(
    alice, cockpit, tmp_path
):
    gold = Level.objects.get(name="Gold")
    picture = tmp_path / "gold.png"
    file = io.BytesIO()
    Image.new("RGB", (40, 40), (200, 170, 30)).save(file, "PNG")
    picture.write_bytes(file.getvalue())
    page = cockpit()
    page.goto(reverse("admin:customers_level_change", args=[gold.pk]))
    add = page.get_by_role("button", name="Add a special reward")
    for name in ("Cake", "Coffee"):
        add.click()
        page.locator("[data-row]:visible").last.get_by_label("Name").fill(name)
    page.locator("[data-row]:visible").first.get_by_role("button", name="Remove").click()
    expect(page.locator("[data-row]:visible")).to_have_count(1)
    page.get_by_label("Photo").set_input_files(picture)
    expect(page.locator("#photo")).to_have_attribute("src", re.compile("^data:image/png"))
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/customers/level/")
    gold.refresh_from_db()
    assert [reward["name"] for reward in gold.special_rewards] == ["Coffee"]
    assert gold.photo
    page.goto(reverse("admin:customers_level_change", args=[gold.pk]))
    assert page.locator("#photo").evaluate("image => image.naturalWidth") == 40


def test_the_picture_of_a_customer_is_changed_and_taken_away(alice, cockpit, tmp_path):
    picture = tmp_path / "me.png"
    file = io.BytesIO()
    Image.new("RGB", (40, 40), (30, 120, 140)).save(file, "PNG")
    picture.write_bytes(file.getvalue())
    page = cockpit()
    page.goto(page_of(alice))
    page.get_by_label("Add a picture").set_input_files(picture)
    expect(page.get_by_role("img", name="Picture of Alice Doe")).to_be_visible()
    page.get_by_role("button", name="Remove it").click()
    expect(page.get_by_text("Add a picture")).to_be_visible()
    assert not Customer.objects.get(pk=alice.pk).avatar


def test_filters_stay_visible_and_are_taken_away_with_a_click(alice, cockpit):
    page = cockpit()
    page.goto(reverse("admin:customers_customer_changelist"))
    page.get_by_role("link", name=re.compile("^Active")).click()
    page.get_by_role("button", name="Filters").click()
    page.locator("#changelist-filter").get_by_label("label").fill("newsletter:yes")
    page.locator("#changelist-filter").get_by_role("button", name="Apply").click()
    applied = page.get_by_role("link", name="Label: newsletter:yes")
    expect(applied).to_be_visible()
    expect(page.locator("#result_list tbody tr")).to_have_count(1)
    applied.click()
    expect(applied).to_be_hidden()
    expect(page.locator("#result_list tbody tr")).to_have_count(2)


@pytest.mark.parametrize("words", ["Referred", "Imports", "Levels"])
def test_the_palette_reaches_the_page(alice, cockpit, words):
    page = cockpit()
    page.wait_for_load_state("networkidle")
    page.keyboard.press("Control+k")
    expect(page.locator("#search-input-command")).to_be_focused()
    page.keyboard.type(words, delay=40)
    expect(page.locator("#command-results-list")).to_contain_text(words)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("h1 .ck-path-end")).to_contain_text(words)
