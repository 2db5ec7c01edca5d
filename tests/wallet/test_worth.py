"""Money in points: value ÷ what a point is worth, two places, half up."""

from decimal import Decimal

import pytest

from loyalty.programme import ProgrammeSettings
from wallet import worth
from wallet.ledger.refusals import InvalidPoints


def points(value, worth_of_one):
    programme = ProgrammeSettings(points_value=Decimal(worth_of_one))
    return worth.points_for(Decimal(value), programme=programme, field="value")


@pytest.mark.parametrize(
    ("value", "worth_of_one", "expected"),
    [
        ("10", "0.01", "1000.00"),
        ("12.34", "1", "12.34"),
        ("10", "3", "3.33"),
        ("20", "3", "6.67"),
        ("0.01", "2", "0.01"),
        ("1", "0.8", "1.25"),
        ("0.25", "2", "0.13"),
        ("100000000.00", "0.1", "1000000000.00"),
    ],
)
def test_points_are_rounded_half_up(value, worth_of_one, expected):
    assert points(value, worth_of_one) == Decimal(expected)


@pytest.mark.parametrize(
    ("value", "worth_of_one"),
    [("0.01", "3"), ("9999999999.99", "0.01"), ("1", "0"), ("1", "-1")],
    ids=["less than half a hundredth", "more than can be held", "worth nothing", "worth less than nothing"],
)
def test_what_gives_no_points_is_refused_at_its_field(value, worth_of_one):
    with pytest.raises(InvalidPoints) as refused:
        points(value, worth_of_one)
    assert refused.value.at_field == "value"
