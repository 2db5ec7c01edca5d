"""Segments in the cockpit: built, counted, switched, downloaded, deleted."""

import json

import pytest
from django.urls import reverse

from customers.models import Segment
from loyalty.models import Event
from tests.campaigns.factories import make_rule
from tests.cockpit import admin_browser, is_done, press, reporter_browser, statements_of
from tests.customers.segmenting import criterion, make_segment, one_of
from tests.factories import make_customer, make_level, make_pos, make_store

pytestmark = pytest.mark.django_db
BUYERS = one_of(criterion("transaction_count", min=1, max=99))
LIST = "admin:customers_segment_changelist"
ADD = "admin:customers_segment_add"
COUNT = "admin:customers_segment_count"


@pytest.fixture
def browser(store):
    return admin_browser()


def page(segment):
    return reverse("admin:customers_segment_change", args=[segment.pk])


def fields(*parts, **changes):
    return {"name": "regulars", "description": "", "is_active": "on", "parts": json.dumps(parts), **changes}


def count(browser, *parts):
    return browser.post(reverse(COUNT), json.dumps(parts), content_type="application/json")


def test_a_segment_is_built_changed_and_shown(browser, store):
    shop = make_pos(store)
    assert browser.post(reverse(ADD), fields(BUYERS)).status_code == 302
    segment = Segment.objects.get()
    assert segment.parts[0]["criteria"][0]["max"] == 99
    shown = browser.get(page(segment)).content.decode()
    assert "transaction_count" in shown
    assert str(shop.pk) in shown
    in_shop = one_of(criterion("bought_in_pos", posIds=[str(shop.pk)]))
    assert browser.post(page(segment), fields(BUYERS, in_shop, is_active="")).status_code == 302
    segment.refresh_from_db()
    assert (len(segment.parts), segment.is_active) == (2, False)


def test_the_form_shows_what_is_kept_with_customers_by_address(browser, store):
    alice = make_customer(store, "alice")
    segment = make_segment(store, one_of(criterion("customer_list", customers=[str(alice.pk)])))
    form = browser.get(page(segment)).context["adminform"].form
    (kept,) = json.loads(form["parts"].value())
    assert kept["criteria"][0]["customers"] == [alice.email]
    events = Event.objects.count()
    assert browser.post(page(segment), fields(kept)).status_code == 302
    assert Event.objects.count() == events


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        ([], "Add at least one criterion."),
        ([one_of(criterion("transaction_count", min=2))], "Part 1, criterion 1, At most: "),
        (
            [BUYERS, one_of(criterion("bought_skus", skuIds=["x", "y" * 300]))],
            "Part 2, criterion 1, SKUs, line 2: ",
        ),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(browser, parts, sentence):
    answer = browser.post(reverse(ADD), fields(*parts))
    assert sentence in answer.content.decode()
    assert not Segment.objects.exists()


@pytest.mark.parametrize("written", ["{", "[" * 5000, '"text"', "[7]"])
def test_nonsense_in_place_of_parts_is_refused(browser, written):
    assert browser.post(reverse(ADD), fields(parts=written)).status_code == 200
    assert not Segment.objects.exists()


def test_the_count_follows_what_is_written(browser, store):
    make_customer(store, purchases_count=1)
    make_customer(store)
    make_customer(make_store("OTHER"), purchases_count=1)
    assert count(browser, BUYERS).json() == {"count": 1, "say": "1 customer"}
    assert (
        count(browser, one_of(criterion("transaction_count", min=0, max=99))).json()["say"] == "2 customers"
    )
    wrong = count(browser, one_of(criterion("transaction_count", min=2, max=1))).json()
    assert wrong["at"] == "parts.0.criteria.0.max"
    assert "count" not in wrong
    assert browser.post(reverse(COUNT), "{", content_type="application/json").status_code == 400
    assert browser.get(reverse(COUNT)).status_code == 403


def test_a_segment_is_switched(browser, store):
    segment = make_segment(store, BUYERS)
    assert is_done(press(browser, "customers_segment_deactivate_segment", segment))
    assert not Segment.objects.get().is_active
    assert is_done(press(browser, "customers_segment_activate_segment", segment))
    assert Segment.objects.get().is_active


def test_a_segment_is_deleted_after_a_question_unless_something_is_offered_to_it(browser, store):
    used, unused = make_segment(store, BUYERS, name="used"), make_segment(store, BUYERS, name="unused")
    make_rule(make_level(store)).segments.add(used)
    for segment in (used, unused):
        address = reverse("admin:customers_segment_delete", args=[segment.pk])
        assert browser.get(address).status_code == 200
        browser.post(address, {"post": "yes"})
    assert list(Segment.objects.all()) == [used]


def test_members_are_downloaded_by_whom_it_is_allowed(browser, store):
    make_customer(store, "alice", purchases_count=1, last_name="=SUM(A1)")
    segment = make_segment(store, BUYERS)
    address = reverse("admin:customers_segment_file", args=[segment.pk])
    answer = browser.get(address)
    text = b"".join(answer.streaming_content).decode()
    assert answer["Content-Disposition"] == 'attachment; filename="segment-regulars.csv"'
    assert "Alice,'=SUM(A1)," in text
    foreign = make_segment(make_store("OTHER"), BUYERS)
    assert browser.get(reverse("admin:customers_segment_file", args=[foreign.pk])).status_code == 404


def test_who_may_only_see_changes_nothing(store):
    segment = make_segment(store, BUYERS)
    reporter = reporter_browser()
    assert reporter.get(reverse(LIST)).status_code == 200
    shown = reporter.get(page(segment)).content.decode()
    assert "Number of purchases (At least 1, At most 99)" in shown
    assert reporter.post(page(segment), fields(BUYERS, name="mine")).status_code == 403
    assert reporter.post(reverse(ADD), fields(BUYERS)).status_code == 403
    press(reporter, "customers_segment_deactivate_segment", segment)
    row = Segment.objects.get()
    assert (row.name, row.is_active) == ("regulars", True)


def test_the_list_costs_the_same_for_one_and_for_thirty(browser, store):
    make_segment(store, BUYERS)
    one = statements_of(browser, reverse(LIST))
    for _ in range(29):
        make_segment(store, BUYERS)
    assert statements_of(browser, reverse(LIST)) == one
