"""Invented people: the same for the same number, without clashes where it matters."""

from django.core.validators import validate_email

from orders.names import invent


def test_a_number_is_always_the_same_person():
    assert invent(1873) == invent(1873)
    assert invent(1873).email.endswith(".1873@example.com")


def test_many_numbers_are_many_people_with_addresses_of_their_own():
    people = [invent(number) for number in range(2500)]

    assert len({person.email for person in people}) == 2500
    assert len({(person.first_name, person.last_name) for person in people}) > 2000
    assert {person.gender for person in people} == {"female", "male"}
    for person in people[:200]:
        validate_email(person.email)
        assert person.email.isascii()
        assert 1945 <= person.birth_date.year <= 2005
