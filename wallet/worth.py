"""What money is in points: the programme says what one point is worth."""

from decimal import Decimal

from loyalty.amounts import MAX_AMOUNT, ZERO, quantize
from loyalty.programme import ProgrammeSettings
from wallet.ledger.refusals import InvalidPoints


def points_for(value: Decimal, *, programme: ProgrammeSettings, field: str) -> Decimal:
    """Give the points that a value of money buys: value ÷ `points_value`, two places, half up.

    Units: `value` money, > 0.
    Raises: InvalidPoints at `field` when that is no point at all, or more than can be held.
    """
    worth = programme.points_value
    points = quantize(value / worth) if worth > 0 else ZERO
    if not ZERO < points <= MAX_AMOUNT:
        raise InvalidPoints(field=field)
    return points
