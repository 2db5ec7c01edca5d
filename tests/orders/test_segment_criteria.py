"""Criteria of segments that look at purchases."""

from datetime import UTC, datetime

import pytest

from orders.documents import Buyer
from tests.customers.segmenting import criterion, found, make_segment, members, one_of
from tests.factories import make_customer, make_level, make_pos, make_store
from tests.orders.factories import line, register, returning

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(store):
    make_level(store)
    return {name: make_customer(store, name, card_number=name) for name in ("alice", "bob", "carol")}


def buys(store, who, *lines, shop=None, at=datetime(2026, 3, 10, 12, tzinfo=UTC)):
    return register(store, *lines, of=who, point_of_sale_id=shop.pk if shop else None, at=at)


def test_bought_in_one_of_the_shops(store, people):
    here, there, nowhere = make_pos(store), make_pos(store), make_pos(store)
    buys(store, "alice", shop=here)
    buys(store, "bob", shop=there)
    buys(store, "carol")
    assert found(store, one_of(criterion("bought_in_pos", posIds=[here.pk]))) == {"Alice"}
    assert found(store, one_of(criterion("bought_in_pos", posIds=[here.pk, there.pk]))) == {"Alice", "Bob"}
    assert found(store, one_of(criterion("bought_in_pos", posIds=[nowhere.pk]))) == set()


@pytest.mark.parametrize(
    ("percent", "expected"),
    [
        (0, {"Alice", "Bob"}),
        (34, {"Alice"}),
        ("33.34", {"Alice"}),
        ("33.33", {"Alice", "Bob"}),
        (100, {"Alice"}),
    ],
)
def test_the_share_of_purchases_in_a_shop(store, people, percent, expected):
    here, there = make_pos(store), make_pos(store)
    buys(store, "alice", shop=here)
    for shop in (here, there, None):
        buys(store, "bob", shop=shop)
    wanted = criterion("transaction_percent_in_pos", posId=here.pk, percent=percent)
    assert found(store, one_of(wanted)) == expected


def test_products_makers_and_labels_of_products(store, people):
    buys(
        store,
        "alice",
        line("milk", maker="Farm", labels=[("department", "dairy"), ("bio", "yes")]),
        line("nuts"),
    )
    buys(store, "bob", line("bread", maker="Mill", labels=[("department", "bakery")]))
    buys(store, "carol", line("wine", labels=[("dairy", "department")]))
    assert found(store, one_of(criterion("bought_skus", skuIds=["milk", "wine"]))) == {"Alice", "Carol"}
    assert found(store, one_of(criterion("bought_makers", makers=["Mill"]))) == {"Bob"}
    dairy, bakery = ({"key": "department", "value": value} for value in ("dairy", "bakery"))
    assert found(store, one_of(criterion("bought_labels", labels=[dairy]))) == {"Alice"}
    assert found(store, one_of(criterion("bought_labels", labels=[dairy, bakery]))) == {"Alice", "Bob"}
    assert (
        found(store, one_of(criterion("bought_labels", labels=[{"key": "department", "value": ""}]))) == set()
    )


def test_a_period_is_made_of_whole_days_of_the_store():
    store = make_store(timezone="Europe/Berlin")
    make_level(store)
    for name in ("alice", "bob", "carol", "dave"):
        make_customer(store, name, card_number=name)
    buys(store, "alice", at=datetime(2026, 2, 28, 23, 0, tzinfo=UTC))
    buys(store, "bob", at=datetime(2026, 2, 28, 22, 59, tzinfo=UTC))
    buys(store, "carol", at=datetime(2026, 3, 2, 22, 59, tzinfo=UTC))
    buys(store, "dave", at=datetime(2026, 3, 2, 23, 0, tzinfo=UTC))
    wanted = criterion("purchase_period", fromDate="2026-03-01", toDate="2026-03-02")
    assert found(store, one_of(wanted)) == {"Alice", "Carol"}


def test_a_return_is_no_purchase_and_undoes_none(store, people):
    here = make_pos(store)
    sale = buys(store, "alice", line("milk"), shop=here)
    elsewhere = make_pos(store)
    register(
        store,
        what=returning(
            sale,
            "10",
            buyer=Buyer(name="Alice", card_number="alice"),
            point_of_sale_id=elsewhere.pk,
            at=datetime(2026, 3, 12, 12, tzinfo=UTC),
        ),
    )
    assert found(store, one_of(criterion("bought_skus", skuIds=["milk"]))) == {"Alice"}
    assert found(store, one_of(criterion("bought_skus", skuIds=["bread"]))) == set()
    assert found(store, one_of(criterion("bought_in_pos", posIds=[elsewhere.pk]))) == set()
    later = criterion("purchase_period", fromDate="2026-03-11", toDate="2026-03-13")
    assert found(store, one_of(later)) == set()


def test_kinds_that_look_at_purchases_and_kinds_that_do_not_share_a_part(store, people):
    buys(store, "alice", line("milk"))
    buys(store, "bob", line("bread"))
    milk = criterion("bought_skus", skuIds=["milk"])
    nothing = criterion("transaction_count", min=0, max=0)
    segment = make_segment(store, one_of(milk, nothing))
    assert members(segment) == {"Alice", "Carol"}
    once = one_of(criterion("transaction_count", min=1, max=1))
    assert found(store, one_of(milk, nothing), once) == {"Alice"}
