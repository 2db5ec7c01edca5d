"""The list of countries is whole."""

from loyalty.countries import CODES


def test_every_code_is_two_capital_letters_and_none_is_missing():
    assert len(CODES) == 249
    assert all(len(code) == 2 and code.isascii() and code.isupper() for code in CODES)
    assert {"PL", "DE", "GB", "US"} <= CODES
    assert not CODES & {"ZZ", "EN", "UK"}
