"""How many a segment would have, while somebody edits it."""

import pytest
from django.db import connection, connections

from customers import segments
from customers.models import Segment
from customers.segments import counting
from loyalty.refusals import InvalidInput
from tests.customers.segmenting import criterion, one_of
from tests.factories import NOON, make_customer

pytestmark = pytest.mark.django_db
BUYERS = one_of(criterion("transaction_count", min=1, max=9))


def test_those_who_meet_the_parts_are_counted_and_nothing_is_kept(store):
    for count in (0, 1, 2):
        make_customer(store, purchases_count=count)
    assert segments.count_matching(store, [BUYERS], at=NOON) == 2
    assert segments.count_matching(store, [BUYERS], at=NOON, seconds=5) == 2
    assert not Segment.objects.exists()


def test_parts_are_checked_as_for_saving(store):
    with pytest.raises(InvalidInput):
        segments.count_matching(store, [one_of(criterion("transaction_count", min=2, max=1))], at=NOON)


@pytest.mark.skipif(connections["default"].vendor != "postgresql", reason="SQLite has no statement timeout")
def test_a_count_that_takes_too_long_is_given_up(store, monkeypatch):
    class Slow:
        def count(self):
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(2)")

    monkeypatch.setattr(counting, "matching", lambda *args, **kwargs: Slow())
    with pytest.raises(TimeoutError):
        segments.count_matching(store, [BUYERS], at=NOON, seconds=0.1)
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("0",)
