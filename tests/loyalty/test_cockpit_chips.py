"""The filters that stay visible over a list: counts that are kept where there are many rows, filters in words."""

import pytest
from django.contrib import admin
from django.test import RequestFactory

from customers.models import Customer
from loyalty.cockpit import chips
from loyalty.cockpit.paginator import CappedPaginator
from tests.factories import make_customer, make_level, make_staff, make_store

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    return make_staff()


def groups_of(staff, **query) -> list[dict[str, int]]:
    request = RequestFactory().get("/", query)
    request.user, request.session = staff, {}
    found = chips.chips_of(admin.site.get_model_admin(Customer).get_changelist_instance(request))
    return [{chip.label: chip.count for chip in group.chips} for group in found]


def test_counts_are_of_the_moment_in_a_small_store(store, staff):
    make_customer(store)
    assert groups_of(staff)[0] == {"All": 1, "Active": 1}
    make_customer(store, "bob")
    assert groups_of(staff)[0] == {"All": 2, "Active": 2}


def test_counts_are_kept_for_a_while_in_a_large_one_each_stores_own(store, staff, monkeypatch):
    monkeypatch.setattr(CappedPaginator, "CAP", 1)
    make_customer(store)
    make_customer(store, "bob")
    assert groups_of(staff)[0] == {"All": 2, "Active": 2}
    make_customer(store, "carol")
    assert groups_of(staff)[0] == {"All": 2, "Active": 2}
    north = make_store("NORTH")
    make_customer(north, "dora")
    staff.stores.add(north)
    assert groups_of(staff)[0] == {"All": 1, "Active": 1}


def test_a_relation_offers_what_there_is_to_choose_from(store, staff):
    bronze = make_level(store, "Bronze")
    make_customer(store, level=bronze)
    make_customer(store, "bob")
    assert groups_of(staff)[1] == {}
    gold = make_level(store, "Gold", 1000)
    make_customer(store, "carol", level=gold)
    assert groups_of(staff)[1] == {"Bronze": 1, "Gold": 1}
    assert groups_of(staff, level__id__exact=str(gold.pk))[1] == {"Any level": 3, "Bronze": 1, "Gold": 1}


def test_a_filter_in_use_has_words_and_a_way_out(store, staff):
    request = RequestFactory().get("/", {"label": "vip", "status__exact": "active", "q": "ali"})
    request.user, request.session = staff, {}
    shown = admin.site.get_model_admin(Customer).get_changelist_instance(request)
    (applied,) = chips.applied_filters(shown)
    assert applied.text == "Label: vip"
    assert "label" not in applied.link
    assert "status__exact=active" in applied.link
    assert "q=ali" in applied.link
