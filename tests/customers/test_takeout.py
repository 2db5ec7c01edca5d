"""Everything about a customer, for the customer."""

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest

from customers import devices, invitations, takeout
from customers.models import CustomerLabel, Segment, SegmentMember
from loyalty import reactions
from loyalty.actors import SYSTEM
from tests.factories import NOON, make_customer, make_level, make_pos
from tests.wallet.ledgers import add, spend
from wallet import ledger

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(store):
    customer = make_customer(
        store,
        "alice",
        email="alice@example.com",
        phone="+48234234000",
        birth_date=date(1990, 2, 1),
        city="Łódź",
        company_name="Alice Ltd",
        level=make_level(store, "gold", 10),
        point_of_sale=make_pos(store, "Main Street"),
        purchases_amount=Decimal("12.50"),
        agreement1=True,
    )
    customer.set_password("her-password-1")
    customer.save()
    return customer


def read(customer):
    """Give what is written, read again: it must be plain JSON."""
    return json.loads("".join(takeout.as_json(takeout.everything_about(customer))))


def test_it_tells_who_they_are_and_where_they_stand(store, alice):
    CustomerLabel.objects.create(customer=alice, key="diet", value="vegan")
    SegmentMember.objects.create(customer=alice, segment=Segment.objects.create(store=store, name="regulars"))
    devices.add_token(alice, "phone-token")
    invitations.invite(alice, email="friend@example.com", at=NOON, actor=SYSTEM)
    told = read(alice)
    assert told["customer"]["email"] == "alice@example.com"
    assert (told["customer"]["birth_date"], told["customer"]["phone"]) == ("1990-02-01", "+48234234000")
    assert told["customer"]["created_at"] == "2026-03-14T12:00:00+00:00"
    assert told["address"]["city"] == "Łódź"
    assert told["company"] == {"name": "Alice Ltd", "tax_id": ""}
    assert told["agreements"] == {"agreement1": True, "agreement2": False, "agreement3": False}
    standing = told["standing"]
    assert (standing["level"], standing["point_of_sale"], standing["purchases_amount"]) == (
        "gold",
        "Main Street",
        12.5,
    )
    assert (told["labels"], told["segments"]) == ([{"key": "diet", "value": "vegan"}], ["regulars"])
    assert told["devices"] == ["phone-token"]
    assert [each["recipient"] for each in told["invitations"]] == ["friend@example.com"]
    assert [each["what"] for each in told["history"]] == ["Invited a friend"]


def test_it_tells_what_the_floors_above_know(alice):
    add(alice, 10, origin=ledger.Origin(source="test", comment="welcome"))
    spend(alice, 4, at=NOON + timedelta(minutes=1))
    told = read(alice)
    assert {"points", "purchases"} <= told.keys()
    assert told.keys() >= reactions.TAKEOUTS.keys()
    assert told["points"]["transfers"][-1]["comment"] == "welcome"
    assert len(told["points"]["transfers"]) == 2


def test_it_tells_no_secret_and_nobody_else_s_data(store, alice):
    bob = make_customer(store, "bob", email="bob@example.com")
    invitation = invitations.invite(bob, email="alice@example.com", at=NOON, actor=SYSTEM)
    add(bob, 99)
    text = "".join(takeout.as_json(takeout.everything_about(alice)))
    assert alice.password not in text
    for foreign in (str(bob.pk), "bob@example.com", invitation.token):
        assert foreign not in text


def test_it_is_written_in_pieces():
    pieces = list(takeout.as_json({"many": ["x" * 1000] * 1000}))
    assert len(pieces) > 5
    assert json.loads("".join(pieces)) == {"many": ["x" * 1000] * 1000}
