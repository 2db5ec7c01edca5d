"""Our values in the dialect's words."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from loyalty.api.open_loyalty import wire

WARSAW = ZoneInfo("Europe/Warsaw")


def test_moments_are_in_the_stores_zone():
    moment = datetime(2018, 2, 2, 10, 39, 17, 999, tzinfo=UTC)
    assert wire.instant(moment, WARSAW) == "2018-02-02T11:39:17+0100"
    assert wire.instant_with_colon(moment, WARSAW) == "2018-02-02T11:39:17+01:00"


def test_nothing_stays_nothing():
    assert wire.instant(None, WARSAW) is None
    assert wire.instant_with_colon(None, WARSAW) is None
    assert wire.day(None) is None
    assert wire.amount(None) is None


def test_days():
    assert wire.day(date(1990, 2, 1)) == "1990-02-01"


@pytest.mark.parametrize(
    ("amount", "shown"), [("12.00", "12"), ("6.90", "6.9"), ("0.35", "0.35"), ("-1.50", "-1.5")]
)
def test_amounts_are_json_numbers(amount, shown):
    assert json.dumps(wire.amount(Decimal(amount))) == shown
    assert wire.WireRenderer().render({"a": Decimal(amount)}) == f'{{"a":{shown}}}'.encode()


def test_empty_keys_are_left_out():
    assert wire.compact({"a": None, "b": "", "c": 0, "d": False}) == {"b": "", "c": 0, "d": False}


def test_text_is_utf_8():
    assert wire.WireRenderer().render({"a": "żółw"}) == '{"a":"żółw"}'.encode()
