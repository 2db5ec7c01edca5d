"""The order of the cockpit's lists: one column, then the ids the same way."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.contrib import admin
from django.db.models import F
from django.test import RequestFactory

from customers.models import Customer
from loyalty.cockpit import paginator
from tests.factories import NOON, make_customer, make_staff

pytestmark = pytest.mark.django_db


def ordered(store, **query) -> tuple[list[str], list[str]]:
    """Give the ordering of the list of customers, and the names in it."""
    request = RequestFactory().get("/", query)
    request.user, request.session = make_staff(), {}
    listed = admin.site.get_model_admin(Customer).get_changelist_instance(request)
    return listed.get_ordering(request, listed.queryset), [each.first_name for each in listed.result_list]


@pytest.fixture
def people(store):
    for name, amount in (("carol", 5), ("alice", 20), ("bob", 5)):
        make_customer(store, name, last_name=name.capitalize(), purchases_amount=amount)
    return store


@pytest.mark.parametrize(
    ("query", "wanted", "names"),
    [
        ({}, ["-created_at", "-pk"], None),
        ({"o": "0"}, ["last_name", "pk"], ["Alice", "Bob", "Carol"]),
        ({"o": "-0"}, ["-last_name", "-pk"], ["Carol", "Bob", "Alice"]),
        ({"o": "-4"}, ["-purchases_amount", "-pk"], None),
        ({"o": "3"}, ["wallet__available", "wallet__pk"], None),
        ({"o": "-3"}, ["-wallet__available", "-wallet__pk"], None),
        ({"o": "99"}, ["-created_at", "-pk"], None),
        ({"o": "nonsense"}, ["-created_at", "-pk"], None),
    ],
    ids=lambda value: value.get("o", "none") if isinstance(value, dict) else "",
)
def test_one_column_and_then_the_ids_the_same_way(people, query, wanted, names):
    ordering, listed = ordered(people, **query)
    assert ordering == wanted
    assert len(listed) == 3
    assert names is None or listed == names


@pytest.mark.parametrize("few", [0, 100], ids=["walked", "sorted"])
@pytest.mark.parametrize(
    ("descending", "pages"),
    [
        (False, [["ann", "bob"], ["cid", "dan"], ["eve", "fay"], ["gus"]]),
        (True, [["cid", "bob"], ["ann", "gus"], ["fay", "eve"], ["dan"]]),
    ],
    ids=["up", "down"],
)
def test_rows_without_a_value_come_last_both_ways_on_every_page(store, monkeypatch, descending, pages, few):
    monkeypatch.setattr(paginator, "FEW", few)
    for number, name in enumerate(("ann", "bob", "cid", "dan", "eve", "fay", "gus"), start=1):
        bought = NOON + timedelta(days=number) if number < 4 else None
        make_customer(store, name, pk=UUID(int=number), last_purchase_at=bought)
    value = F("last_purchase_at")
    order = value.desc(nulls_last=True) if descending else value.asc(nulls_last=True)
    rows = Customer.objects.order_by(order, "-pk" if descending else "pk")
    leaves = paginator.CappedPaginator(rows, 2)
    found = [[each.first_name.lower() for each in leaves.page(number)] for number in leaves.page_range]
    assert found == pages


@pytest.mark.parametrize("way", ["", "-"], ids=["up", "down"])
def test_a_column_that_may_be_empty_has_its_empty_rows_last(store, way):
    make_customer(store, "never")
    make_customer(store, "once", last_purchase_at=NOON)
    listed = admin.site.get_model_admin(Customer)
    ordering, names = ordered(store, o=f"{way}{listed.list_display.index('bought')}")
    assert names == ["Once", "Never"]
    assert (ordering[0].nulls_last, ordering[0].descending, ordering[1]) == (True, bool(way), f"{way}pk")


def test_several_columns_are_all_obeyed(people):
    _, listed = ordered(people, o="4.0")
    assert listed == ["Bob", "Carol", "Alice"]
