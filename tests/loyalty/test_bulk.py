"""Bulk inserts: what rows hold arrives, and the database still decides what may be."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from customers.models import Customer
from loyalty import bulk
from orders.models import Purchase, PurchaseLine
from tests.factories import NOON, make_customer

pytestmark = pytest.mark.django_db


def purchase(store, number="B1", **fields):
    return Purchase(store=store, document_number=number, document_type="sell", purchased_at=NOON, **fields)


def test_what_the_rows_hold_arrives_in_every_kind_of_column(store):
    sale = purchase(
        store, gross_value=Decimal("12.34"), customer_name="Zoë\t\\N", customer_address={"city": "Kö\nln"}
    )
    line = PurchaseLine(
        purchase=sale, position=0, sku="a", name="b", quantity=Decimal("1.500"), labels=[{"key": "é"}]
    )

    bulk.insert([sale])
    bulk.insert([line])

    kept = Purchase.objects.get()
    assert (kept.pk, kept.gross_value, kept.customer_name) == (sale.pk, Decimal("12.34"), "Zoë\t\\N")
    assert (kept.customer_address, kept.purchased_at) == ({"city": "Kö\nln"}, NOON)
    assert kept.lines.values_list("quantity", "labels").get() == (Decimal("1.500"), [{"key": "é"}])


def test_moments_of_writing_are_kept_where_set_and_filled_in_where_not(store):
    bulk.insert([purchase(store, "old", created_at=NOON), purchase(store, "new")])
    bulk.insert([Customer(store=store, created_at=NOON, updated_at=NOON)])

    assert Purchase.objects.get(document_number="old").created_at == NOON
    now = timezone.now()
    assert now - timedelta(minutes=1) < Purchase.objects.get(document_number="new").created_at <= now
    assert Customer.objects.get().updated_at == NOON


def test_the_databases_constraints_hold_and_nothing_is_written(store):
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.insert([purchase(store), purchase(store)])

    assert not Purchase.objects.exists()


def test_no_rows_cost_no_statement(django_assert_num_queries):
    with django_assert_num_queries(0):
        bulk.insert([])


def test_changes_are_written_together_and_not_before(store, django_assert_num_queries):
    old = purchase(store, "old")
    old.save()
    changes, new = bulk.Changes(), purchase(store, "new", gross_value=Decimal("12.34"))
    old.gross_value, old.customer_name = Decimal("0.05"), "Zoë"

    changes.insert([new])
    changes.update([old], ["gross_value", "customer_name"])
    assert Purchase.objects.get().gross_value == 0

    with django_assert_num_queries(1 if connection.vendor == "postgresql" else 2):
        changes.write()
        changes.write()

    kept = set(Purchase.objects.values_list("document_number", "gross_value", "customer_name"))
    assert kept == {("old", Decimal("0.05"), "Zoë"), ("new", Decimal("12.34"), "")}
    assert not new._state.adding


def test_many_rows_are_updated_each_to_its_own_value_by_one_statement(store, django_assert_num_queries):
    rows = [purchase(store, f"D{number}") for number in range(30)]
    bulk.insert(rows)
    changes = bulk.Changes()
    for number, row in enumerate(rows[1:], 1):
        row.gross_value, row.customer_name = Decimal(number) / 10, f"name {number}"
    changes.update(rows[1:], ["gross_value", "customer_name"])

    with django_assert_num_queries(1):
        changes.write()

    for number in (0, 1, 29):
        row = Purchase.objects.get(document_number=f"D{number}")
        assert row.gross_value == Decimal(number) / 10
        assert row.customer_name == (f"name {number}" if number else "")


@pytest.mark.parametrize("texts", [[], ["a@example.com", "it's", "%s {}"]])
def test_many_texts_find_exactly_their_rows(store, texts):
    for text in (*texts, "other@example.com"):
        make_customer(store, email=text)
    found = Customer.objects.filter(store=store, email_key__in=bulk.among(texts))
    assert set(found.values_list("email_key", flat=True)) == set(texts)
