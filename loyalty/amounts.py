"""Points and money as numbers: two decimal places, one rounding rule, one strict parser.

Nothing here knows Django. Amounts are `Decimal` in Python and whole hundredths in the database, because SQLite
keeps decimals as floats and PostgreSQL's numeric lets NaN pass a CHECK.
"""

import re
from decimal import ROUND_HALF_UP, Decimal

HUNDREDTH = Decimal("0.01")
ZERO = Decimal("0.00")
# 100,000,000.00 must fit (wire decision 4); sums of many such amounts still fit a BIGINT of hundredths.
MAX_AMOUNT = Decimal("9999999999.99")
_PLAIN_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,2})?", re.ASCII)


class BadAmount(ValueError):
    """The text is not an amount with at most two decimals inside the accepted range."""


def quantize(value: Decimal) -> Decimal:
    """Round half up to two places, the only rounding of the house.

    Raises: decimal.InvalidOperation for NaN and Infinity.
    """
    return value.quantize(HUNDREDTH, rounding=ROUND_HALF_UP)


def parse_amount(text: str) -> Decimal:
    """Read an amount written in plain ASCII digits with at most two decimals.

    Raises: BadAmount for exponents, NaN, underscores, foreign digits, a third decimal, or more than MAX_AMOUNT.
    """
    if not _PLAIN_NUMBER.fullmatch(text):
        raise BadAmount(text)
    amount = quantize(Decimal(text))
    if abs(amount) > MAX_AMOUNT:
        raise BadAmount(text)
    return amount


def to_hundredths(amount: Decimal) -> int:
    """Give the whole number of hundredths that the database keeps.

    Raises: BadAmount when the amount has more than two decimals or is no number.
    """
    if not amount.is_finite():
        raise BadAmount(str(amount))
    hundredths = amount * 100
    if hundredths != hundredths.to_integral_value():
        raise BadAmount(str(amount))
    return int(hundredths)


def from_hundredths(hundredths: int) -> Decimal:
    """Give the amount that a whole number of hundredths stands for."""
    return Decimal(hundredths).scaleb(-2).quantize(HUNDREDTH)


def to_json_number(amount: Decimal) -> int | float:
    """Give the JSON number for an amount: 12, 6.9, 0.35.

    A float holds every amount up to MAX_AMOUNT exactly to its second decimal when printed.
    """
    whole = amount.to_integral_value()
    return int(whole) if amount == whole else float(amount)
