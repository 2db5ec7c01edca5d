"""Card numbers that the programme gives out: digits that every scanner and every hand can read."""

import secrets

from customers.models import Customer
from loyalty.models import Store
from loyalty.refusals import Refusal

_LENGTH = 16
_TRIES = 20


class CardMissing(Refusal):
    """The customer has no card to show."""

    code = "customer.card_missing"
    message = "This customer has no card."


def new_card_number(store: Store) -> str:
    """Give a card number that nobody of this store has: sixteen digits, the last a check digit (Luhn).

    Nothing is written; whoever registers the customer is still told when another had the number a moment before.
    """
    return new_card_numbers(store, 1)[0]


def new_card_numbers(store: Store, count: int) -> list[str]:
    """Give so many different card numbers that nobody of this store has, as `new_card_number` does, in one look."""
    free: set[str] = set()
    for _ in range(_TRIES):
        drawn = {_draw_number() for _ in range(count - len(free))}
        free |= drawn - _taken(store, drawn)
        if len(free) == count:
            return list(free)
    raise RuntimeError("no free card number was found")


def _draw_number() -> str:
    return _with_check_digit(str(secrets.randbelow(9) + 1) + _random_digits(_LENGTH - 2))


def _taken(store: Store, numbers: set[str]) -> set[str]:
    held = Customer.objects.filter(store=store, card_number__in=numbers).values_list("card_number", flat=True)
    return {number for number in held if number is not None}


def number_of(customer: Customer) -> str:
    """Give the number on a customer's card. Raises: CardMissing."""
    if not customer.card_number:
        raise CardMissing
    return customer.card_number


def _random_digits(count: int) -> str:
    return f"{secrets.randbelow(10**count):0{count}d}"


def _with_check_digit(digits: str) -> str:
    doubled = [int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits))]
    total = sum(value - 9 if value > 9 else value for value in doubled)
    return f"{digits}{-total % 10}"
