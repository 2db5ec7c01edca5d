"""E-mail, phone and card number in the one form that is compared."""

import pytest

from customers import contact


@pytest.mark.parametrize(
    ("written", "region", "kept"),
    [
        ("+48234234000", None, "+48234234000"),
        ("+48 234-234 (000)", None, "+48234234000"),
        ("+48.234.234.000", None, "+48234234000"),
        ("\uff0b48\uff12\uff13\uff14234000", None, "+48234234000"),
        ("+48456456000", None, "+48456456000"),
        ("+15550001111", None, "+15550001111"),
        ("+390669883733", None, "+390669883733"),
        ("0048234234000", None, "+48234234000"),
        ("48234234000", None, "+48234234000"),
        ("234 234 000", "PL", "+48234234000"),
        ("234234000", None, "234234000"),
        ("000000005000", None, "000000005000"),
        ("000000005000", "PL", "000000005000"),
        ("0665998332", None, "0665998332"),
        ("11111", None, "11111"),
        ("+440000000", None, None),
        ("+48123", None, None),
        ("+0000005000", None, None),
        ("+", None, None),
        ("1234", None, None),
        ("1234567890123456", None, None),
        ("+48234234000 ext 5", None, None),
        ("nobody", None, None),
        ("", None, None),
        ("٠٦٦٥٩٩٨٣٣٢", None, None),
    ],
)
def test_a_phone_number_is_kept_in_one_form(written, region, kept):
    assert contact.normalise_phone(written, region=region) == kept


@pytest.mark.parametrize("written", ["+48234234000", "000000005000", "0665998332", "48234234000"])
def test_a_kept_phone_number_stays_as_it_is(written):
    once = contact.normalise_phone(written)
    assert once is not None
    assert contact.normalise_phone(once) == once


@pytest.mark.parametrize(
    ("locale", "region"), [("pl", "PL"), ("en", None), ("en-GB", "GB"), ("pt_BR", "BR"), ("", None)]
)
def test_the_language_tells_the_country_where_it_can(locale, region):
    assert contact.region_of(locale) == region


def test_an_email_is_compared_without_blanks_and_letter_case():
    assert contact.fold_email("  Alice@Example.COM ") == "alice@example.com"
    assert contact.fold_email("   ") is None


def test_a_card_number_keeps_its_zeros_and_inner_blanks():
    assert contact.fold_card(" 0000 4711 ") == "0000 4711"
    assert contact.fold_card("") is None
