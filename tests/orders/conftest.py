"""What tests of the orders floor share: a level with a point for every unit of money, and callers."""

import pytest

from tests.callers import as_person
from tests.factories import make_level, make_staff
from tests.orders.factories import point_per_unit


@pytest.fixture
def level(store):
    found = make_level(store)
    point_per_unit(found)
    return found


@pytest.fixture(params=["json", "brackets"])
def admin(request, store):
    return as_person(make_staff(), "admin", encoding=request.param)


@pytest.fixture
def staff(store):
    return as_person(make_staff(), "admin")
