"""Matching by hand: a document gets its customer once, and everything follows as if the till had known."""

from decimal import Decimal
from uuid import uuid4

import pytest

from customers import invitations
from customers.models import Customer
from loyalty import events
from loyalty.actors import SYSTEM
from loyalty.models import AuditEntry, Event
from orders import purchases
from orders.models import Purchase
from orders.purchases.refusals import AlreadyAssigned, CustomerNotFound, CustomersDiffer, PurchaseNotFound
from tests.factories import NOON, make_customer, make_store
from tests.orders.factories import line, register, returning
from tests.wallet.ledgers import sums

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(store, level):
    return make_customer(store, "alice", card_number="111", phone="+48600100200", level=level)


def assign(store, number, **named):
    return purchases.assign_customer(store, document_number=number, at=NOON, actor=SYSTEM, **named)


def ways(alice):
    return {
        "id": {"customer_id": alice.pk},
        "card": {"card_number": "111"},
        "phone": {"phone": "+48 600 100 200"},
        "email": {"email": alice.email.upper()},
        "all": {"customer_id": alice.pk, "card_number": "111", "phone": "+48600100200"},
        "one unknown": {"customer_id": alice.pk, "card_number": "999"},
    }


@pytest.mark.parametrize("way", ["id", "card", "phone", "email", "all", "one unknown"])
def test_a_document_is_matched_by_whatever_names_the_customer(store, alice, way):
    register(store, line(gross="10"), number="A1")

    purchase = assign(store, "A1", **ways(alice)[way])

    purchase.refresh_from_db()
    assert (purchase.customer, purchase.assigned_at) == (alice, NOON)
    assert sums(alice)["available"] == "10.00"
    alice.refresh_from_db()
    assert (alice.purchases_count, alice.purchases_amount) == (1, Decimal(10))


def test_a_match_is_an_act_of_a_person_and_counts_as_no_first_purchase(store, alice):
    register(store, number="A1")

    assign(store, "A1", customer_id=alice.pk)

    assert AuditEntry.objects.filter(event_type="purchase.matched").count() == 1
    assert Event.objects.get(type="purchase.assigned").payload["previous_count"] is None


def test_returns_go_where_their_sale_goes(store, alice):
    sale = register(store, line(gross="40"), number="A1")
    brought_back = register(store, what=returning(sale, "10"))

    assign(store, "A1", customer_id=alice.pk)

    brought_back.refresh_from_db()
    assert brought_back.customer == alice
    assert sums(alice)["available"] == "30.00"
    alice.refresh_from_db()
    assert alice.purchases_amount == Decimal(30)


def refusals(store, alice, level):
    bob = make_customer(store, "bob", card_number="222", level=level)
    gone = make_customer(store, "charlie", status=Customer.Status.DELETED, level=level)
    stranger = make_customer(make_store("OTHER"), "dora")
    return {
        "unknown document": (PurchaseNotFound, "nowhere", {"customer_id": alice.pk}),
        "nobody named": (CustomerNotFound, "A1", {}),
        "unknown customer": (CustomerNotFound, "A1", {"customer_id": uuid4()}),
        "unreadable phone": (CustomerNotFound, "A1", {"phone": "none"}),
        "deleted customer": (CustomerNotFound, "A1", {"customer_id": gone.pk}),
        "customer of another store": (CustomerNotFound, "A1", {"customer_id": stranger.pk}),
        "two customers": (CustomersDiffer, "A1", {"customer_id": alice.pk, "card_number": bob.card_number}),
        "owned document": (AlreadyAssigned, "A2", {"customer_id": bob.pk}),
        "a return": (PurchaseNotFound, "R1", {"customer_id": alice.pk}),
    }


REFUSED = [
    "unknown document",
    "nobody named",
    "unknown customer",
    "unreadable phone",
    "deleted customer",
    "customer of another store",
    "two customers",
    "owned document",
    "a return",
]


@pytest.mark.parametrize("case", REFUSED)
def test_a_refused_match_changes_nothing(store, alice, level, case):
    sale = register(store, number="A1")
    register(store, what=returning(sale, "1", number="R1"))
    register(store, line(gross="7"), number="A2", of="111")
    refusal, number, named = refusals(store, alice, level)[case]
    before = Event.objects.count()

    with pytest.raises(refusal):
        assign(store, number, **named)

    assert Event.objects.count() == before
    assert Purchase.objects.filter(customer=None).count() == 2
    assert sums(alice)["available"] == "7.00"


def test_a_document_is_matched_once(store, alice):
    register(store, number="A1")
    assign(store, "A1", customer_id=alice.pk)

    with pytest.raises(AlreadyAssigned):
        assign(store, "A1", customer_id=alice.pk)

    assert sums(alice)["available"] == "10.00"


def invited(store, alice):
    """Have Alice come by an invitation of Carol's."""
    invitation = invitations.invite(
        make_customer(store, "carol"), email="alice@example.org", at=NOON, actor=SYSTEM
    )
    with events.atomic():
        invitations.accept(alice, invitation.token, at=NOON, actor=SYSTEM)
    return invitation


def test_the_referrer_hears_of_every_purchase_of_an_invited_friend(store, alice):
    invitation = invited(store, alice)

    first = register(store, number="A1", of="111")
    second = register(store, number="A2", of="111")

    invitation.refresh_from_db()
    assert (invitation.status, invitation.first_purchase_at) == ("made_purchase", NOON)
    told = Event.objects.filter(type="invitation.made_purchase", subject_id=str(invitation.referrer_id))
    assert [(row.payload["purchase_id"], row.payload["is_first"]) for row in told] == [
        (str(first.pk), True),
        (str(second.pk), False),
    ]


def test_a_return_is_no_purchase_of_a_friend(store, alice):
    invited(store, alice)
    sale = register(store, number="A1", of="111")

    register(store, what=returning(sale, "5"))

    assert Event.objects.filter(type="invitation.made_purchase").count() == 1
