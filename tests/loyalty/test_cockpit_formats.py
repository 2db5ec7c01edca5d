"""How the cockpit writes numbers, instants and states."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from loyalty.cockpit import formats
from loyalty.models import Store
from loyalty.programme import ProgrammeSettings

STORE = Store(
    code="X",
    currency="EUR",
    settings=ProgrammeSettings(program_points_singular="star", program_points_plural="stars").to_json(),
)


@pytest.mark.parametrize(
    ("value", "written"),
    [("0", "0"), ("12.00", "12"), ("12.40", "12.40"), ("1234567.5", "1,234,567.50"), ("-3.10", "−3.10")],
)
def test_two_decimals_stand_only_where_they_say_something(value, written):
    assert formats.amount(Decimal(value)) == written


def test_the_programmes_own_word_for_points_is_used():
    assert formats.points(Decimal("1.00"), STORE) == "1 star"
    assert formats.points(Decimal("2.50"), STORE) == "2.50 stars"


def test_money_always_has_two_decimals():
    assert formats.money(Decimal(1200), STORE) == "1,200.00 EUR"


def test_a_gain_has_its_sign():
    assert formats.signed(Decimal(5)) == "+5"
    assert formats.signed(Decimal(-5)) == "−5"


def test_every_state_has_a_word_beside_its_colour():
    assert formats.badge("blocked") == '<span class="ck-badge ck-violet">Blocked</span>'
    assert formats.badge("<b>") == '<span class="ck-badge ck-slate">&lt;b&gt;</span>'


@pytest.mark.parametrize(
    ("age", "said"),
    [
        (timedelta(0), "just now"),
        (timedelta(hours=3), "3\xa0hours ago"),
        (-timedelta(days=2, hours=1), "in 2\xa0days"),
    ],
)
def test_a_week_around_now_is_relative(age, said):
    assert f">{said}<" in formats.instant(timezone.now() - age)


def test_the_exact_time_is_on_hover():
    assert 'title="' in formats.instant(timezone.now())


@pytest.mark.parametrize(
    ("sentence", "short"),
    [
        ("Double dairy ×2: +6.20", "×2"),
        ("Double dairy ×2: no line matched", "×2: no line matched"),
        ("Double dairy: minimum order 50.00 not reached", "minimum order 50.00 not reached"),
        ("Something else", "Something else"),
    ],
)
def test_a_rules_detail_leaves_out_its_name_and_points(sentence, short):
    assert formats.rule_detail(sentence, "Double dairy") == short
