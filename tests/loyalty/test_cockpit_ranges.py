"""The dashboard's range of days."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from loyalty.cockpit import ranges
from loyalty.cockpit.ranges import Range

TODAY = date(2026, 3, 14)
WARSAW = ZoneInfo("Europe/Warsaw")


def read(query: str) -> Range:
    return ranges.read(QueryDict(query), today=TODAY, zone=WARSAW)


def test_thirty_days_are_the_default():
    wanted = read("")
    assert (wanted.first, wanted.last, wanted.preset) == (date(2026, 2, 13), TODAY, "30")


@pytest.mark.parametrize("query", ["range=x", "from=2026-01-01", "from=x&to=2026-01-01", "range=30"])
def test_what_makes_no_sense_is_the_default(query):
    assert read(query) == read("")


def test_two_days_in_the_wrong_order_are_turned():
    wanted = read("from=2026-02-01&to=2026-01-01")
    assert (wanted.first, wanted.last) == (date(2026, 1, 1), date(2026, 2, 1))


def test_days_begin_and_end_in_the_stores_zone():
    wanted = Range(TODAY, TODAY, WARSAW)
    assert wanted.start_at.isoformat() == "2026-03-14T00:00:00+01:00"
    assert wanted.end_at.isoformat() == "2026-03-15T00:00:00+01:00"


@given(st.integers(min_value=0, max_value=1500), st.dates(date(2020, 1, 1), date(2030, 1, 1)))
def test_steps_cover_every_day_once(days, first):
    wanted = Range(first, first + timedelta(days=days), WARSAW)
    steps = wanted.steps()
    covered = [
        step.first + timedelta(days=more)
        for step in steps
        for more in range((step.last - step.first).days + 1)
    ]
    assert covered == [first + timedelta(days=more) for more in range(days + 1)]
    assert len(steps) <= 60
