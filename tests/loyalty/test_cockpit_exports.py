"""Downloads: what a cell may look like."""

import pytest

from loyalty.cockpit import exports


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+SUM(A1)",
        "-cmd|' /C calc'!A0",
        "@import",
        "\tx",
        "\r=1",
        "\n=1",
        "=HYPERLINK(1)",
        "+48abc",
        "\uff1d1+1",
        "\uff20SUM(1)",
    ],
)
def test_what_a_spreadsheet_would_run_is_escaped(text):
    assert exports.escape_formula(text) == f"'{text}"


@pytest.mark.parametrize("text", ["+48 600 700 800", "-12.50", "Alice", "", "a=b", "8231", "+1,200.00"])
def test_numbers_phones_and_plain_words_stay(text):
    assert exports.escape_formula(text) == text
