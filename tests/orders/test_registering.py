"""A document reaches the programme: stored, matched, counted, rewarded; or refused with nothing written."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from customers.models import Customer
from loyalty.actors import SYSTEM
from loyalty.models import Event
from loyalty.refusals import Refusal
from orders import purchases
from orders.documents import Buyer, DocumentType
from orders.models import ItemLabel, Purchase, PurchaseLabel, PurchaseLine
from orders.purchases.refusals import (
    DocumentAlreadyRegistered,
    NegativeLine,
    PointOfSaleUnknown,
    ReturnsNotAccepted,
    RevisedDocumentUnknown,
)
from tests.factories import NOON, make_customer, make_level, make_pos, make_store
from tests.orders.factories import document, line, point_per_unit, register, returning
from tests.wallet.ledgers import sums
from wallet.models import PointsTransfer

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(store, level):
    return make_customer(store, "alice", card_number="111", level=level)


def counts():
    return [model.objects.count() for model in (Purchase, PurchaseLine, PurchaseLabel, PointsTransfer, Event)]


def test_a_purchase_is_stored_matched_counted_and_earns(store, alice):
    what = document(
        line("bread", "10.50", quantity="2", category="Bakery", maker="M", labels=[("brand", "own")]),
        line("milk", "1.25"),
        of="111",
    )

    purchase = register(store, what=what)

    assert (purchase.customer, purchase.assigned_at, purchase.gross_value) == (alice, NOON, Decimal("11.75"))
    rows = list(purchase.lines.values_list("position", "sku", "quantity", "gross_value", "labels"))
    assert rows == [
        (0, "bread", Decimal(2), Decimal("10.50"), [{"key": "brand", "value": "own"}]),
        (1, "milk", Decimal(1), Decimal("1.25"), []),
    ]
    alice.refresh_from_db()
    assert (alice.purchases_count, alice.purchases_amount) == (1, Decimal("11.75"))
    assert sums(alice) == {"available": "11.75", "earned": "11.75"}
    transfer = PointsTransfer.objects.get()
    assert (transfer.purchase_id, transfer.created_at) == (purchase.pk, NOON)
    assert [reason["points"] for reason in transfer.reasons] == ["11.75"]


def test_its_events_tell_the_story_in_order(store, alice):
    purchase = register(store, of="111")

    told = list(Event.objects.filter(type__startswith="p").order_by("id").values_list("type", "subject_kind"))
    assert told == [
        ("purchase.registered", "purchase"),
        ("points.added", "customer"),
        ("purchase.assigned", "customer"),
    ]
    payload = Event.objects.get(type="purchase.assigned").payload
    assert payload["purchase_id"] == str(purchase.pk)
    assert (payload["points"], payload["previous_count"]) == ("10.00", 0)


def test_the_level_that_the_purchase_reaches_governs_it_already(store, level, alice):
    gold = make_level(store, "gold", condition=100)
    point_per_unit(gold, points=3, name="Gold")

    register(store, line(gross="100"), of="111")

    alice.refresh_from_db()
    assert alice.level == gold
    assert sums(alice)["available"] == "300.00"


def test_a_document_that_names_nobody_waits(store, alice):
    purchase = register(store, of="999")

    assert (purchase.customer, purchase.assigned_at) == (None, None)
    assert sums(alice) == {}
    assert not Event.objects.filter(type="purchase.assigned").exists()


@pytest.mark.parametrize("status", [Customer.Status.NEW, Customer.Status.BLOCKED, Customer.Status.DELETED])
def test_only_active_customers_are_found(store, level, status):
    bob = make_customer(store, "bob", card_number="222", status=status, level=level)

    assert register(store, of="222").customer is None
    assert sums(bob) == {}


def test_the_buyer_is_found_in_the_order_that_the_programme_says(store, alice, level):
    bob = make_customer(store, "bob", email="bob@example.com", level=level)
    buyer = Buyer(name="x", card_number="111", email="BOB@example.com ")

    assert register(store, buyer=buyer).customer == alice
    store.settings["customersIdentificationPriority"] = ["email", "loyaltyCardNumber"]
    assert register(store, buyer=buyer).customer == bob


def test_points_may_be_dated_elsewhere(store, alice):
    later = NOON + timedelta(days=400)

    purchases.register_purchase(store, actor=SYSTEM, at=NOON, document=document(of="111"), points_dated=later)

    assert PointsTransfer.objects.get().created_at == later


def test_what_settings_exclude_is_stamped_on_the_document(store, alice):
    store.settings |= {
        "excludedDeliverySKUs": ["van"],
        "excludedLevelSKUs": ["card"],
        "excludedLevelCategories": ["Tobacco"],
        "excludeDeliveryCostsFromTierAssignment": True,
    }

    purchase = register(
        store,
        line("van", "5"),
        line("card", "7"),
        line("x", "11", category="Tobacco"),
        line("y", "13"),
        of="111",
    )

    assert purchase.excluded_delivery_skus == ["van"]
    assert purchase.excluded_level_skus == ["card"]
    assert purchase.excluded_level_categories == ["Tobacco"]
    alice.refresh_from_db()
    assert (alice.purchases_amount, alice.amount_excluded_for_level) == (Decimal(36), Decimal(18))
    # Delivery earns nothing by default.
    assert sums(alice)["available"] == "31.00"


def test_a_purchase_of_nothing_earns_nothing(store, alice):
    register(store, line(gross="0"), of="111")

    assert sums(alice) == {}
    assert Purchase.objects.get().customer == alice


def test_labels_are_kept_once_and_offered(store, level):
    labelled = line(labels=[("brand", "own"), ("brand", "own"), ("diet", "vegan")])
    what = document(labelled, labelled)
    what = replace(what, labels=(*labelled.labels, *labelled.labels))

    purchase = register(store, what=what)

    assert list(purchase.labels.values_list("key", "value")) == [("brand", "own"), ("diet", "vegan")]
    assert list(ItemLabel.objects.values_list("key", "value")) == [("brand", "own"), ("diet", "vegan")]


@pytest.mark.parametrize("by", ["id", "identifier", "both"])
def test_a_point_of_sale_is_found_by_id_or_identifier(store, level, by):
    shop = make_pos(store)
    fields = {}
    if by in {"id", "both"}:
        fields["point_of_sale_id"] = shop.pk
    if by in {"identifier", "both"}:
        fields["point_of_sale_identifier"] = shop.identifier

    assert register(store, **fields).point_of_sale == shop


def refused_documents():
    elsewhere = {"revised_document": "nowhere", "kind": DocumentType.RETURN}
    return {
        "negative line": (NegativeLine, {}, (line(gross="-1"),)),
        "unknown revised document": (RevisedDocumentUnknown, elsewhere, ()),
        "unknown point of sale": (PointOfSaleUnknown, {"point_of_sale_identifier": "nowhere"}, ()),
    }


@pytest.mark.parametrize("case", refused_documents())
def test_a_refused_document_leaves_nothing(store, alice, case):
    refusal, fields, lines = refused_documents()[case]
    before = counts()

    with pytest.raises(refusal):
        register(store, *lines, of="111", **fields)

    assert counts() == before
    assert sums(alice) == {}


def test_a_point_of_sale_of_another_store_is_unknown(store, alice):
    foreign = make_pos(make_store("OTHER"))

    with pytest.raises(PointOfSaleUnknown):
        register(store, of="111", point_of_sale_id=foreign.pk)

    assert Purchase.objects.count() == 0


def test_a_sale_number_is_taken_once_in_its_store(store, alice):
    register(store, of="111", number="A1")
    before = counts()

    with pytest.raises(DocumentAlreadyRegistered) as caught:
        register(store, of="111", number="A1")

    assert caught.value.at_field == "document.document_number"
    assert counts() == before
    assert sums(alice)["available"] == "10.00"
    register(make_store("OTHER"), number="A1")


def test_returns_are_refused_where_the_programme_takes_none(store, alice):
    sale = register(store, of="111")
    store.settings["returns"] = False
    before = counts()

    with pytest.raises(ReturnsNotAccepted):
        register(store, what=returning(sale, "5"))

    assert counts() == before


def test_a_refusal_names_its_code_and_its_field():
    for refusal in (
        DocumentAlreadyRegistered,
        ReturnsNotAccepted,
        RevisedDocumentUnknown,
        PointOfSaleUnknown,
    ):
        assert Refusal.registry[refusal.code] is refusal
        assert refusal.field
