"""Fixtures that tests of the campaigns floor share."""

import pytest

from tests.callers import Caller
from tests.campaigns.factories import token_of
from tests.factories import make_level, make_staff


@pytest.fixture
def gold(store):
    return make_level(store, "level0")


@pytest.fixture(params=["json", "brackets"])
def admin(request, store):
    return Caller(token_of(make_staff(), "admin"), encoding=request.param)


@pytest.fixture
def staff(store):
    return Caller(token_of(make_staff(), "admin"))
