"""Numbers, points and days in words, English and Polish."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import translation

from loyalty.programme import ProgrammeSettings
from loyalty.templatetags import wording

TODAY = date(2026, 3, 14)
DEFAULT = ProgrammeSettings()


@pytest.mark.parametrize(
    ("language", "points", "written"),
    [
        ("en", "1", "1 point"),
        ("en", "2", "2 points"),
        ("en", "0", "0 points"),
        ("en", "12.40", "12.40 points"),
        ("en", "1240.50", "1,240.50 points"),
        ("en", "1000000", "1,000,000 points"),
        ("pl", "1", "1 punkt"),
        ("pl", "2", "2 punkty"),
        ("pl", "5", "5 punktów"),
        ("pl", "12", "12 punktów"),
        ("pl", "22", "22 punkty"),
        ("pl", "112", "112 punktów"),
        ("pl", "12.40", "12,40 punktu"),
        ("pl", "1240.50", "1 240,50 punktu"),
    ],
)
def test_points_are_counted_as_the_language_does(language, points, written):
    with translation.override(language):
        assert wording.points(Decimal(points), DEFAULT).replace("\xa0", " ") == written


def test_the_programmes_own_word_for_points_wins_in_every_language():
    stars = ProgrammeSettings(program_points_singular="star", program_points_plural="stars")
    with translation.override("pl"):
        assert wording.points(Decimal(1), stars) == "1\xa0star"
        assert wording.points(Decimal("1.5"), stars) == "1,50\xa0stars"


def test_money_always_has_two_decimals_and_its_currency():
    assert wording.money(Decimal(1240), "EUR") == "1,240.00\xa0EUR"


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 3, 14), "today"),
        (date(2026, 3, 15), "tomorrow"),
        (date(2026, 3, 13), "yesterday"),
        (date(2026, 3, 17), "in 3 days"),
        (date(2026, 3, 10), "4 days ago"),
        (date(2026, 3, 21), "March 21, 2026"),
        (date(2026, 3, 7), "March 7, 2026"),
    ],
)
def test_days_are_relative_within_a_week_with_the_date_on_hover(day, words):
    html = wording.day(day, TODAY)
    assert f">{words}<" in html
    assert 'title="March' in html


def test_a_day_to_plan_for_shows_its_date_too():
    near, far, next_year = (
        wording.due_day(day, TODAY) for day in (date(2026, 3, 17), date(2026, 3, 30), date(2027, 1, 2))
    )
    assert ">March 17<" in near
    assert ">in 3 days<" in near
    assert ">March 30<" in far
    assert ">Jan. 2, 2027<" in next_year


def test_polish_days_have_polish_forms():
    with translation.override("pl"):
        assert ">5 dni temu<" in wording.day(date(2026, 3, 9), TODAY)
        assert ">za 2 dni<" in wording.day(date(2026, 3, 16), TODAY)
        assert ">30 marca<" in wording.due_day(date(2026, 3, 30), TODAY)


def test_recent_moments_tell_the_time_of_day():
    assert ">today, 12:05 p.m.<" in wording.moment(datetime(2026, 3, 14, 12, 5, tzinfo=UTC), TODAY)
    assert ">3 days ago<" in wording.moment(datetime(2026, 3, 11, 12, 5, tzinfo=UTC), TODAY)
