"""Card numbers that the programme gives out: readable digits that nobody has."""

import pytest

from customers import card, card_numbers
from tests.factories import make_customer, make_store

pytestmark = pytest.mark.django_db


def has_good_check_digit(number):
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(number))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def test_a_number_has_sixteen_digits_with_a_check_digit(store):
    numbers = {card_numbers.new_card_number(store) for _ in range(50)}
    assert len(numbers) == 50
    for number in numbers:
        assert len(number) == 16
        assert number.isdigit()
        assert not number.startswith("0")
        assert has_good_check_digit(number)
        assert card.has_code128(number)


def test_the_check_is_the_usual_one():
    assert has_good_check_digit("4539578763621486")
    assert not has_good_check_digit("4539578763621487")


def test_a_number_that_somebody_has_is_not_given_again(store, monkeypatch):
    digits = iter([11111111111111, 11111111111111, 22222222222222])
    monkeypatch.setattr(card_numbers.secrets, "randbelow", lambda top: 0 if top == 9 else next(digits))
    first = card_numbers.new_card_number(store)
    make_customer(store, card_number=first)
    second = card_numbers.new_card_number(store)
    assert (first[:15], second[:15]) == ("111111111111111", "122222222222222")


def test_another_stores_numbers_do_not_count(store, monkeypatch):
    monkeypatch.setattr(card_numbers.secrets, "randbelow", lambda top: 0)
    number = card_numbers.new_card_number(store)
    make_customer(make_store("OTHER"), card_number=number)
    assert card_numbers.new_card_number(store) == number
    make_customer(store, card_number=number)
    with pytest.raises(RuntimeError):
        card_numbers.new_card_number(store)


def test_a_customer_without_a_card_has_no_number(store):
    assert card_numbers.number_of(make_customer(store, card_number="4711")) == "4711"
    with pytest.raises(card_numbers.CardMissing):
        card_numbers.number_of(make_customer(store))
