"""Stores: made once per code, changed in part, told in events."""

from importlib import import_module

import pytest
from django.apps import apps
from django.utils import timezone

from loyalty import stores
from loyalty.actors import SYSTEM
from loyalty.models import Event, Store

pytestmark = pytest.mark.django_db


def create(code="NORTH", **fields):
    values = {"name": "North", "currency": "EUR", "is_active": True, **fields}
    return stores.create_store(code=code, **values, actor=SYSTEM, at=timezone.now())


def test_a_new_store_has_a_programme_of_defaults():
    store = create()
    assert store.programme.timezone == "UTC"
    assert Event.objects.get().type == "store.created"


def test_a_code_is_given_once():
    create()
    with pytest.raises(stores.StoreCodeTaken):
        create(name="Another")
    assert Store.objects.get().name == "North"
    assert Event.objects.count() == 1


@pytest.mark.parametrize("code", ["admin", "TOKEN", "store"])
def test_words_of_paths_are_no_codes(code):
    with pytest.raises(stores.StoreCodeReserved):
        create(code)
    assert not Store.objects.exists()


def test_what_is_not_named_stays():
    store = create()
    stores.update_store(store, is_active=False, actor=SYSTEM, at=timezone.now())
    store.refresh_from_db()
    assert (store.name, store.is_active) == ("North", False)
    stores.update_store(store, actor=SYSTEM, at=timezone.now())
    assert Event.objects.filter(type="store.updated").count() == 1


def test_a_new_installation_has_the_store_default_and_an_old_one_keeps_its_own(db):
    migration = import_module("loyalty.migrations.0002_default_store")
    migration.make_default_store(apps, None)
    assert [store.code for store in Store.objects.all()] == ["DEFAULT"]
    Store.objects.update(code="SHOP")
    migration.make_default_store(apps, None)
    assert [store.code for store in Store.objects.all()] == ["SHOP"]
