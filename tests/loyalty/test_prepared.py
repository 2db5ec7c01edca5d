"""Prepared queries: the same rows as the query set that they were made from, for whatever values they are asked."""

from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.db.models import CharField, UUIDField
from django.db.transaction import TransactionManagementError

from customers.models import Customer
from loyalty.prepared import Prepared, Slot
from tests.factories import make_customer, make_level, make_store
from wallet.models import Wallet

pytestmark = pytest.mark.django_db


def by_id():
    return Prepared(
        lambda: Customer.objects.select_related("store", "level").filter(pk=Slot("id", UUIDField()))
    )


def test_it_gives_what_the_query_set_gives_with_what_belongs_to_it(store, django_assert_num_queries):
    gold = make_level(store, "gold", condition=100, reward="0.15")
    alice, bob = make_customer(store, level=gold), make_customer(make_store("OTHER"), "bob")
    query = by_id()

    with django_assert_num_queries(2):
        found, other = query.first(id=alice.pk), query.first(id=bob.pk)
        assert found.store.programme == store.programme
        assert (found.level.name, found.level.condition_value) == ("gold", gold.condition_value)
        assert (other.level, other.store.code) == (None, "OTHER")

    plain = Customer.objects.get(pk=alice.pk)
    fields = [field.attname for field in Customer._meta.concrete_fields]
    assert [getattr(found, name) for name in fields] == [getattr(plain, name) for name in fields]
    assert query.first(id=uuid4()) is None


def test_the_shape_is_built_once(store):
    built = []

    def build():
        built.append(1)
        return Customer.objects.filter(store=Slot("store", UUIDField()), first_name=Slot("name", CharField()))

    make_customer(store, "alice")
    make_customer(store, "bob")
    query = Prepared(build)

    assert [found.first_name for found in query.rows(store=store.pk, name="Alice")] == ["Alice"]
    assert [found.first_name for found in query.rows(store=store.pk, name="Bob")] == ["Bob"]
    assert len(built) == 1


def test_postgresql_plans_it_once_and_a_query_with_its_values_in_it_each_time(store, on_postgresql):
    if not on_postgresql:
        pytest.skip("only PostgreSQL's driver has statements prepared")
    query = by_id()

    def is_prepared():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s", ["%password%$1%"]
            )
            return bool(cursor.fetchone()[0])

    for _ in range(4):
        Customer.objects.filter(pk=uuid4()).first()
    assert not is_prepared()
    alice = make_customer(store)
    assert [query.first(id=alice.pk) for _ in range(4)] == [alice] * 4
    assert is_prepared()


def test_a_value_that_is_missing_is_an_error_and_not_an_answer(store):
    with pytest.raises(KeyError):
        by_id().rows()


def test_columns_left_out_are_read_when_they_are_asked_for(store):
    alice = make_customer(store)
    query = Prepared(lambda: Customer.objects.filter(pk=Slot("id", UUIDField())).only("first_name"))
    found = query.first(id=alice.pk)
    assert found.get_deferred_fields()
    assert found.email == alice.email


@pytest.mark.django_db(transaction=True)
def test_rows_are_locked_within_a_transaction_only(on_postgresql):
    alice = make_customer(make_store())
    query = Prepared(lambda: Wallet.objects.select_for_update().filter(pk=Slot("id", UUIDField())))
    with transaction.atomic():
        assert query.first(id=alice.pk).pk == alice.pk
    if on_postgresql:
        with pytest.raises(TransactionManagementError):
            query.first(id=alice.pk)
