"""Pages, sizes, order: what lists answer and what they refuse."""

import pytest
from rest_framework.exceptions import ParseError

from loyalty.api.open_loyalty import lists
from loyalty.api.open_loyalty.lists import paginate
from loyalty.models import Store
from tests.factories import make_customer, make_store

pytestmark = pytest.mark.django_db
COLUMNS = {"code": "code", "createdAt": "created_at"}


@pytest.fixture(autouse=True)
def _stores():
    for number in range(12):
        make_store(f"S{number:02}")


def page(**parameters):
    found = paginate(Store.objects.all(), parameters, sort=COLUMNS, default="code")
    return [store.code for store in found.items], found.total


def test_the_first_ten_come_by_default():
    assert page() == ([f"S{number:02}" for number in range(10)], 12)


def test_pages_and_sizes():
    assert page(page="2", perPage="5") == (["S05", "S06", "S07", "S08", "S09"], 12)
    assert page(page=3, perPage=5) == (["S10", "S11"], 12)
    assert page(page="", perPage="") == page()


def test_a_page_past_the_end_is_empty():
    assert page(page="100") == ([], 12)


def test_order():
    assert page(sort="code", direction="desc", perPage="2") == (["S11", "S10"], 12)
    assert page(sort="createdAt", direction="DESC", perPage="1")[0] == ["S11"]


@pytest.mark.parametrize(
    "bad",
    [
        {"page": "0"}, {"page": "-1"}, {"page": "x"}, {"page": "1.5"}, {"page": "٣"}, {"page": ["1"]}, {"page": True},
        {"page": "9" * 30}, {"perPage": "0"}, {"perPage": "1001"}, {"perPage": "-5"}, {"perPage": {}},
        {"sort": "settings"}, {"sort": "code; DROP"}, {"sort": "store__code"}, {"sort": ["code"]},
        {"direction": "UP"}, {"direction": ["ASC"]},
    ],
)  # fmt: skip
def test_bad_parameters_are_refused(bad):
    with pytest.raises(ParseError):
        page(**bad)


def test_a_page_costs_two_queries(django_assert_num_queries):
    with django_assert_num_queries(2):
        page()


@pytest.mark.parametrize("direction", ["ASC", "DESC"])
@pytest.mark.parametrize("few", [0, 100])
def test_every_way_of_finding_a_page_finds_the_same(monkeypatch, direction, few):
    whole, _ = page(perPage="12", direction=direction)
    monkeypatch.setattr(lists, "DEEP", 2)
    monkeypatch.setattr(lists, "FEW", few)

    pages = [page(page=str(number), perPage="5", direction=direction) for number in (1, 2, 3, 4)]

    assert [code for codes, _ in pages for code in codes] == whole
    assert [total for _, total in pages] == [12] * 4


@pytest.mark.parametrize("direction", ["ASC", "DESC"])
@pytest.mark.parametrize("few", [0, 100])
def test_rows_without_a_value_come_last_whatever_the_direction(monkeypatch, direction, few):
    monkeypatch.setattr(lists, "FEW", few)
    monkeypatch.setattr(lists, "DEEP", 2)
    store = Store.objects.get(code="S00")
    for number in range(6):
        make_customer(store, phone=f"10000{number}" if number % 2 else None)

    found = [
        customer.phone
        for number in (1, 2, 3)
        for customer in paginate(
            store.customers.all(),
            {"page": number, "perPage": 2, "direction": direction},
            sort={"phone": "phone"},
            default="phone",
        ).items
    ]

    phones = ["100001", "100003", "100005"]
    assert found == [*(phones if direction == "ASC" else phones[::-1]), None, None, None]
