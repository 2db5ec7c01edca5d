"""The paginator: every key as the original's framework writes it, windows of page numbers included."""

import pytest
from django.test import RequestFactory
from rest_framework.request import Request

from loyalty.api.walletapp import pages
from loyalty.models import PointOfSale
from tests.factories import make_pos

pytestmark = pytest.mark.django_db
LINKS = pages.Links(path="http://x/list")


def page(store, count, *, number=1, per_page=10, links=LINKS):
    shops = [make_pos(store, f"{place:03d}") for place in range(count)]
    found = pages.page_of(
        PointOfSale.objects.order_by("name"),
        lambda shop: {"name": shop.name},
        number=number,
        per_page=per_page,
        links=links,
    )
    assert [row["name"] for row in found["data"]] == [
        shop.name for shop in shops[(number - 1) * per_page : number * per_page]
    ]
    return found


def labels(found):
    return [link["label"] for link in found["links"][1:-1]]


def test_a_page_in_the_middle(store):
    found = page(store, 7, number=2, per_page=3)
    del found["data"]
    assert found == {
        "current_page": 2,
        "first_page_url": "http://x/list?page=1",
        "from": 4,
        "last_page": 3,
        "last_page_url": "http://x/list?page=3",
        "links": [
            {"url": "http://x/list?page=1", "label": "&laquo; Previous", "active": False},
            {"url": "http://x/list?page=1", "label": "1", "active": False},
            {"url": "http://x/list?page=2", "label": "2", "active": True},
            {"url": "http://x/list?page=3", "label": "3", "active": False},
            {"url": "http://x/list?page=3", "label": "Next &raquo;", "active": False},
        ],
        "next_page_url": "http://x/list?page=3",
        "path": "http://x/list",
        "per_page": 3,
        "prev_page_url": "http://x/list?page=1",
        "to": 6,
        "total": 7,
    }


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (1, "1 2 3 4 5 6 7 8 9 10 ... 19 20"),
        (7, "1 2 3 4 5 6 7 8 9 10 ... 19 20"),
        (8, "1 2 ... 5 6 7 8 9 10 11 ... 19 20"),
        (13, "1 2 ... 10 11 12 13 14 15 16 ... 19 20"),
        (14, "1 2 ... 11 12 13 14 15 16 17 18 19 20"),
        (20, "1 2 ... 11 12 13 14 15 16 17 18 19 20"),
    ],
)
def test_of_many_pages_those_around_this_one_are_named(store, number, shown):
    found = page(store, 20, number=number, per_page=1)
    assert " ".join(labels(found)) == shown
    dots = [link for link in found["links"] if link["label"] == "..."]
    assert all(link == {"url": None, "label": "...", "active": False} for link in dots)
    assert [link["label"] for link in found["links"] if link["active"]] == [str(number)]


def test_thirteen_pages_are_all_named(store):
    assert labels(page(store, 13, number=7, per_page=1)) == [str(number) for number in range(1, 14)]


def test_an_empty_list_has_one_empty_page(store):
    found = page(store, 0)
    assert (found["last_page"], found["from"], found["to"], found["total"]) == (1, None, None, 0)


def test_links_repeat_the_query_but_not_the_page():
    request = Request(RequestFactory().get("/walletapp/x?page=4&per_page=2&q=a+b"))
    links = pages.links_of(request)
    assert links.to(5) == "http://testserver/walletapp/x?page=5&per_page=2&q=a+b"
    assert links.with_size(7).to(1) == "http://testserver/walletapp/x?page=1&per_page=7&q=a+b"
