"""What an editor writes about a segment's parts: read strictly, refused at its place."""

import uuid
from decimal import Decimal

import pytest

from customers.models import Segment
from customers.segments.checking import check_parts
from customers.segments.criteria import FIELDS_OF_KIND
from loyalty.models import Event
from loyalty.refusals import InvalidInput
from tests.customers.segmenting import criterion, make_segment, one_of
from tests.factories import make_customer, make_pos, make_store

pytestmark = pytest.mark.django_db

COUNT = criterion("transaction_count", min=1, max=2)


def problem(store, *parts):
    with pytest.raises(InvalidInput) as caught:
        check_parts(store, list(parts))
    return caught.value.at_field


@pytest.mark.parametrize(
    ("written", "place"),
    [
        (criterion("transaction_count", min=2, max=1), "max"),
        (criterion("transaction_count", min=-1, max=1), "min"),
        (criterion("transaction_count", min=1), "max"),
        (criterion("transaction_count", min=True, max=1), "min"),
        (criterion("transaction_count", min="1_0", max=20), "min"),
        (criterion("transaction_count", min=1, max=2_147_483_648), "max"),
        (criterion("transaction_count", min=1, max=2, days=3), "days"),
        (criterion("transaction_amount", fromAmount="1.001", toAmount="2"), "fromAmount"),
        (criterion("transaction_amount", fromAmount="10", toAmount="9.99"), "toAmount"),
        (criterion("transaction_amount", fromAmount="NaN", toAmount="2"), "fromAmount"),
        (criterion("transaction_amount", fromAmount="-1", toAmount="2"), "fromAmount"),
        (criterion("average_transaction_amount", fromAmount="", toAmount="2"), "fromAmount"),
        (criterion("last_purchase_n_days_before", days=36_501), "days"),
        (criterion("purchase_period", fromDate="2026-02-30", toDate="2026-03-01"), "fromDate"),
        (criterion("purchase_period", fromDate="2026-03-02", toDate="2026-03-01"), "toDate"),
        (criterion("anniversary", anniversaryType="wedding", days=1), "anniversaryType"),
        (criterion("anniversary", anniversaryType="birthday"), "days"),
        (criterion("bought_skus", skuIds=[]), "skuIds"),
        (criterion("bought_skus", skuIds=["ok", "no\x00pe"]), "skuIds.1"),
        (criterion("bought_skus", skuIds=["x"] * 501), "skuIds"),
        (criterion("bought_skus", skuIds=["x" * 256]), "skuIds.0"),
        (criterion("bought_makers", makers=[7]), "makers.0"),
        (criterion("bought_labels", labels=[{"value": "x"}]), "labels.0"),
        (criterion("bought_labels", labels=["a:b"]), "labels.0"),
        (criterion("customer_has_labels", labels=[{"key": "a", "value": "b"}]), "labels.0"),
        (criterion("bought_in_pos", posIds=["shop"]), "posIds.0"),
        (criterion("bought_in_pos", posIds=[str(uuid.uuid4())]), "posIds.0"),
        (criterion("transaction_percent_in_pos", posId=str(uuid.uuid4()), percent=5), "posId"),
        (criterion("customer_list", customers=["nobody@example.com"]), "customers.0"),
        (criterion("rich_people"), "type"),
        (criterion(""), "type"),
        ({"min": 1, "max": 2}, "type"),
    ],
)
def test_what_cannot_be_kept_is_refused_at_its_place(store, written, place):
    assert problem(store, one_of(COUNT), one_of(COUNT, written)) == f"parts.1.criteria.1.{place}"


def test_percent_has_an_end(store):
    shop = make_pos(store)
    wanted = criterion("transaction_percent_in_pos", posId=shop.pk, percent="100.01")
    assert problem(store, one_of(wanted)) == "parts.0.criteria.0.percent"


def test_shops_and_customers_of_another_store_are_unknown(store):
    other = make_store("OTHER")
    shop, alice = make_pos(other), make_customer(other)
    assert problem(store, one_of(criterion("bought_in_pos", posIds=[shop.pk]))).endswith("posIds.0")
    assert problem(store, one_of(criterion("customer_list", customers=[str(alice.pk)]))).endswith(
        "customers.0"
    )


def test_there_are_parts_and_criteria_and_not_too_many(store):
    assert problem(store) == "parts"
    assert problem(store, one_of()) == "parts.0.criteria"
    assert problem(store, "nonsense") == "parts.0"
    assert problem(store, one_of("nonsense")) == "parts.0.criteria.0"
    assert problem(store, *[one_of(COUNT)] * 21) == "parts"
    assert problem(store, one_of(*[COUNT] * 21)) == "parts.0.criteria"


def test_a_segment_lists_so_many_values_in_all_and_no_more(store):
    skus = criterion("bought_skus", skuIds=[f"sku{number}" for number in range(500)])
    full = {"criteria": [skus] * 20}
    assert len(check_parts(store, [full])) == 1
    one_more = criterion("bought_skus", skuIds=["x"])
    assert problem(store, full, {"criteria": [one_more]}) == "parts"


def test_a_refused_segment_leaves_nothing(store):
    with pytest.raises(InvalidInput):
        make_segment(store, one_of(criterion("transaction_count", min=2, max=1)))
    assert not Segment.objects.exists()
    assert not Event.objects.exists()


def test_values_are_kept_in_one_form_and_no_list_holds_an_address(store):
    alice = make_customer(store, "alice")
    parts = [
        one_of(
            criterion("transaction_amount", fromAmount=Decimal("1.5"), toAmount="20"),
            criterion("customer_list", customers=[alice.email, str(alice.pk)]),
            criterion("bought_skus", skuIds=["a", "b", "a"]),
        )
    ]
    amounts, people, products = check_parts(store, parts)[0]["criteria"]
    assert (amounts["fromAmount"], amounts["toAmount"]) == ("1.50", "20.00")
    assert people["customers"] == [str(alice.pk)]
    assert products["skuIds"] == ["a", "b"]


def test_ids_that_came_with_the_parts_stay(store):
    kept = check_parts(store, [one_of(COUNT)])
    assert check_parts(store, kept) == kept


def test_every_kind_says_which_fields_it_has():
    assert len(FIELDS_OF_KIND) == 14
    assert all(FIELDS_OF_KIND.values())
