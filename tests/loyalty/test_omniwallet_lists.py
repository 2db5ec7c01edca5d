"""What the query of a list asks for, and what its answer says about the page."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.http import QueryDict

from loyalty.api.omniwallet import lists
from loyalty.api.omniwallet.lists import Asked, Page
from loyalty.api.omniwallet.problems import ProblemsFound

SORTS = ("name", "points")
FILTERS = ("createdAt", "key")


def read(query):
    return lists.read(QueryDict(query), sorts=SORTS, filters=FILTERS)


def test_nothing_asked_is_the_first_page_of_fifteen():
    assert read("") == Asked(number=1, size=15, sorts=(), filters={})


def test_everything_that_may_be_asked():
    asked = read("page[size]=100&page[number]=3&sort=-points,name&filter[createdAt]=2026-03-14&filter[key]=A")
    assert asked == Asked(
        number=3,
        size=100,
        sorts=(("points", True), ("name", False)),
        filters={"createdAt": "2026-03-14", "key": "A"},
    )


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        *(
            (f"page[size]={size}", "page[size]")
            for size in ("0", "101", "-1", "1.5", "x", "", "1_0", "٣", "9" * 99)
        ),
        *((f"page[number]={number}", "page[number]") for number in ("0", "-1", "x", "", "9999999999")),
        *(
            (f"sort={sort}", "sort")
            for sort in ("", "email", "--name", "name,", "name,name", "name,-name", "Name")
        ),
        ("page=2", "page"),
        ("page[limit]=2", "page[limit]"),
        ("filter=x", "filter"),
        ("filter[email]=x", "filter[email]"),
        ("filter[key][0]=x", "filter[key][0]"),
        ("include=transactions", "include"),
        ("page[size]=1&page[size]=2", "page[size]"),
        ("filter[key]=%00", "filter[key]"),
    ],
)
def test_what_cannot_be_asked_is_a_400_at_its_parameter(query, parameter):
    with pytest.raises(ProblemsFound) as refused:
        read(query)
    (problem,) = refused.value.problems
    assert (problem.status, problem.parameter) == (400, parameter)


def test_a_list_that_cannot_be_sorted_knows_no_sort():
    with pytest.raises(ProblemsFound):
        lists.read(QueryDict("sort=name"))


def test_a_page_says_where_it_is():
    page = lists.slice_of(list(range(7)), Asked(number=2, size=3))
    assert page.items == [3, 4, 5]
    assert page.meta() == {
        "page": {"currentPage": 2, "from": 4, "lastPage": 3, "perPage": 3, "to": 6, "total": 7}
    }


def test_a_page_past_the_end_is_empty():
    page = lists.slice_of(list(range(7)), Asked(number=9, size=3))
    assert page.items == []
    assert page.meta()["page"] == {
        "currentPage": 9,
        "from": None,
        "lastPage": 3,
        "perPage": 3,
        "to": None,
        "total": 7,
    }
    assert set(page.links("http://x")) == {"first", "last"}


def test_an_empty_list_has_one_page():
    assert Page(items=[], total=0, asked=Asked()).meta()["page"]["lastPage"] == 1


def test_links_keep_size_sort_and_filters():
    asked = Asked(number=1, size=3, sorts=(("points", True),), filters={"key": "a&b"})
    links = Page(items=[1, 2, 3], total=7, asked=asked).links("http://x/y")
    kept = "filter%5Bkey%5D=a%26b&sort=-points&page%5Bsize%5D=3&page%5Bnumber%5D="
    assert links == {name: f"http://x/y?{kept}{n}" for name, n in {"first": 1, "last": 3, "next": 2}.items()}
    assert read(links["next"].partition("?")[2]) == Asked(2, 3, asked.sorts, asked.filters)


def test_the_last_page_has_no_next():
    assert "next" not in Page(items=[1], total=7, asked=Asked(number=3, size=3)).links("http://x")


def test_a_day_is_one_of_the_stores_zone():
    condition = lists.on_day("created_at", "createdAt", "2026-03-14", ZoneInfo("Europe/Warsaw"))
    bounds = {name: moment.astimezone(UTC) for name, moment in condition.children}
    assert bounds == {
        "created_at__gte": datetime(2026, 3, 13, 23, tzinfo=UTC),
        "created_at__lt": datetime(2026, 3, 14, 23, tzinfo=UTC),
    }


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01", "2026-02-30", "2026/03/14", "2026-03-14%", "0001-01-01",
                                  "9999-12-31", "20260314", "2026-03-14T00:00", ""])  # fmt: skip
def test_what_is_no_day_is_a_400(text):
    with pytest.raises(ProblemsFound) as refused:
        lists.on_day("created_at", "createdAt", text, ZoneInfo("UTC"))
    assert refused.value.status_code == 400
