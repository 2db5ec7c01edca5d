"""Returns: they belong to the owner of the sale, take sums and level down, and revoke points in proportion."""

from decimal import Decimal

import pytest

from loyalty.models import Event
from orders.models import Purchase
from orders.purchases.refusals import RevisedDocumentOfAnother, RevisedDocumentUnknown
from tests.factories import NOON, make_customer, make_level
from tests.orders.factories import line, point_per_unit, register, returning
from tests.wallet.ledgers import add, spend, sums
from wallet.models import PointsTransfer

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(store, level):
    return make_customer(store, "alice", card_number="111", level=level)


# Sale and the returns of it, with what the wallet holds after each.
PARTIAL = [
    ("40", ["20"], ["20.00"]),
    ("40", ["20", "20"], ["20.00", "0.00"]),
    ("40", ["40"], ["0.00"]),
    ("10", ["3.33", "3.33", "3.34"], ["6.67", "3.34", "0.00"]),
    ("40", ["30", "30"], ["10.00", "0.00"]),
    ("40", ["100"], ["0.00"]),
    ("40", ["0"], ["40.00"]),
    ("0", ["0"], ["0.00"]),
    ("0", ["5"], ["0.00"]),
]


@pytest.mark.parametrize(("sold", "returned", "left"), PARTIAL)
def test_returns_revoke_in_proportion_and_never_more_than_the_sale_gave(store, alice, sold, returned, left):
    sale = register(store, line(gross=sold), of="111")
    for gross, expected in zip(returned, left, strict=True):
        register(store, what=returning(sale, gross))
        assert sums(alice).get("available", "0.00") == expected


def test_a_return_of_a_sale_that_earned_more_than_its_price_revokes_the_share(store, level):
    bob = make_customer(store, "bob", card_number="222", level=level)
    point_per_unit(level, points="0.75", name="More")
    sale = register(store, line(gross="40"), of="222")
    assert sums(bob)["available"] == "70.00"

    register(store, what=returning(sale, "20"))

    assert sums(bob)["available"] == "35.00"
    revoking = PointsTransfer.objects.get(kind="spending")
    assert (revoking.value, revoking.revised_purchase_id) == (Decimal(35), sale.pk)
    assert revoking.purchase_id == Purchase.objects.get(document_type="return").pk


@pytest.mark.parametrize("gross", ["15", "-15"])
def test_the_gross_of_a_return_comes_with_either_sign(store, alice, gross):
    sale = register(store, line(gross="40"), of="111")

    bringing_back = register(store, what=returning(sale, gross))

    assert bringing_back.gross_value == Decimal(15)
    assert bringing_back.lines.get().gross_value == Decimal(15)
    assert sums(alice)["available"] == "25.00"


def test_pending_points_of_the_sale_are_taken_first(store, alice):
    store.settings |= {"allTimeNotLocked": False, "pointsDaysLocked": 10}
    sale = register(store, line(gross="40"), of="111")
    assert sums(alice) == {"pending": "40.00"}

    register(store, what=returning(sale, "10"))

    assert sums(alice)["pending"] == "30.00"


def test_points_that_are_spent_cannot_be_taken_back(store, alice):
    sale = register(store, line(gross="40"), of="111")
    spend(alice, 35)

    register(store, what=returning(sale, "40"))

    assert sums(alice).get("available", "0.00") == "0.00"


def test_other_points_make_up_for_spent_ones(store, alice):
    sale = register(store, line(gross="40"), of="111")
    spend(alice, 40)
    add(alice, 100)

    register(store, what=returning(sale, "10"))

    assert sums(alice)["available"] == "90.00"


def test_the_sums_and_the_level_fall(store, level, alice):
    gold = make_level(store, "gold", condition=100)
    sale = register(store, line(gross="150"), of="111")
    alice.refresh_from_db()
    assert alice.level == gold

    register(store, what=returning(sale, "60"))

    alice.refresh_from_db()
    assert alice.level == level
    assert (alice.purchases_amount, alice.purchases_count) == (Decimal(90), 1)


def test_a_return_that_names_nobody_belongs_to_the_owner_of_the_sale(store, alice):
    sale = register(store, of="111")

    assert register(store, what=returning(sale, "5")).customer == alice


def test_a_return_by_somebody_else_is_refused(store, alice, level):
    bob = make_customer(store, "bob", card_number="222", level=level)
    sale = register(store, of="111")

    with pytest.raises(RevisedDocumentOfAnother):
        register(store, what=returning(sale, "5", of="222"))

    assert Purchase.objects.count() == 1
    assert (sums(alice)["available"], sums(bob)) == ("10.00", {})


def test_a_return_of_a_sale_without_customer_has_none_either(store, alice):
    sale = register(store, of="999")

    brought_back = register(store, what=returning(sale, "5", of="111"))

    assert brought_back.customer is None
    alice.refresh_from_db()
    assert alice.purchases_amount == 0


def test_a_return_cannot_be_returned(store, alice):
    sale = register(store, of="111")
    brought_back = register(store, what=returning(sale, "5", number="R1"))

    with pytest.raises(RevisedDocumentUnknown):
        register(store, what=returning(brought_back, "5"))


def test_a_return_may_carry_the_number_of_its_sale(store, alice):
    sale = register(store, of="111", number="A1")

    register(store, what=returning(sale, "5", number="A1"))

    assert Purchase.objects.filter(document_number="A1").count() == 2


def test_a_return_earns_nothing_and_says_what_it_took(store, alice):
    sale = register(store, of="111")

    register(store, what=returning(sale, "5"), at=NOON)

    told = Event.objects.filter(type="purchase.assigned").last()
    assert told is not None
    assert (told.payload["document_type"], told.payload["points"]) == ("return", "5.00")
    assert PointsTransfer.objects.filter(kind="adding").count() == 1
