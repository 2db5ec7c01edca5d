"""Colours: text on any accent passes AA."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.colours import AA, Colour, contrast, legible_on, parse_colour, text_on

channels = st.integers(0, 255)
any_colour = st.builds(Colour, red=channels, green=channels, blue=channels)
WHITE, BLACK = Colour(255, 255, 255), Colour(0, 0, 0)


@given(any_colour)
def test_text_on_any_accent_passes_aa(accent):
    assert contrast(text_on(accent), accent) >= AA


@given(any_colour, st.sampled_from([Colour(0xF1, 0xF5, 0xF9), Colour(0x1E, 0x29, 0x3B), WHITE, BLACK]))
def test_any_accent_becomes_legible_on_a_ground(accent, ground):
    assert contrast(legible_on(ground, accent), ground) >= AA


def test_a_colour_that_is_legible_already_stays_as_it_is():
    teal = Colour(0x0F, 0x76, 0x6E)
    assert legible_on(WHITE, teal) == teal


def test_contrast_of_black_and_white_is_21_either_way_round():
    assert contrast(WHITE, BLACK) == contrast(BLACK, WHITE) == pytest.approx(21)


@pytest.mark.parametrize(
    ("text", "hex"),
    [("#0d9488", "#0d9488"), ("#0D9488", "#0d9488"), ("#1af", "#11aaff"), (" #fff ", "#ffffff")],
)
def test_hex_colours_are_read(text, hex):
    assert parse_colour(text).hex == hex


@pytest.mark.parametrize(
    "text", ["", "teal", "#12", "#12345", "#1234567", "0d9488", "#ggg", "#fff;}body{", "#١٢٣"]
)
def test_anything_else_is_no_colour(text):
    assert parse_colour(text) is None
