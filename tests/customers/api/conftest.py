"""Callers in both encodings, and one customer."""

import pytest

from tests.callers import as_person
from tests.factories import make_customer, make_seller, make_staff


@pytest.fixture(params=["json", "form"])
def encoding(request):
    return request.param


@pytest.fixture
def admin(store, encoding):
    return as_person(make_staff(), "admin", encoding=encoding)


@pytest.fixture
def seller(store, encoding):
    return as_person(make_seller(store), "seller", encoding=encoding)


@pytest.fixture
def alice(store):
    return make_customer(
        store, "alice", email="alice@example.com", phone="+48234234000", card_number="47834433524"
    )
