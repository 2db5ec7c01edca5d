"""How a customer is reached and recognised: e-mail, phone and card number in the one form that is compared.

Nothing here knows Django. What people write differs in case, blanks and punctuation; uniqueness and look-ups use the
forms that these functions give.
"""

import re
import unicodedata

import phonenumbers

_PUNCTUATION = re.compile(r"[\s\-./()\u00a0\u2010-\u2015]+")
_DIGITS = re.compile(r"[0-9]{5,15}", re.ASCII)
# The country in which a number without a country prefix is at home, by the programme's language.
_REGIONS = {"pl": "PL"}


def region_of(locale: str) -> str | None:
    """Give the country whose national numbers customers write without a prefix, where the language tells it."""
    language, _, territory = locale.replace("_", "-").partition("-")
    return territory.upper() or _REGIONS.get(language.lower())


def fold_email(text: str) -> str | None:
    """Give an e-mail address as it is compared: no outer blanks, no letter case; None when there is none."""
    return unicodedata.normalize("NFKC", text).strip().lower() or None


def fold_card(text: str) -> str | None:
    """Give a card number as it is compared: the characters on the card without outer blanks; None when none."""
    return text.strip() or None


def normalise_phone(text: str, *, region: str | None = None) -> str | None:
    """Give a phone number as it is kept, or None when it cannot be one.

    Blanks and punctuation go. Then, in this order:

    1. `+…` must be a number that can exist in its country: it becomes E.164, otherwise it is refused
       (`+440000000` is: no national number of that country begins so).
    2. A number that is valid at home in `region` becomes E.164 with that country's prefix.
    3. `00…`, or 11 to 15 digits that do not begin with 0, become E.164 when they are a valid number once the
       international prefix is put as `+`.
    4. Any other 5 to 15 digits are kept as they are: numbers of tills and test data that no numbering plan knows
       (`000000005000`) still name one customer.
    """
    written = _PUNCTUATION.sub("", unicodedata.normalize("NFKC", text))
    if written.startswith("+"):
        return _international(written, strictly=False)
    if not _DIGITS.fullmatch(written):
        return None
    if region and (home := _national(written, region)):
        return home
    if written.startswith("00"):
        return _international(f"+{written[2:]}", strictly=True) or written
    if len(written) >= 11 and not written.startswith("0"):
        return _international(f"+{written}", strictly=True) or written
    return written


def _international(written: str, *, strictly: bool) -> str | None:
    if not _DIGITS.fullmatch(written[1:]):
        return None
    try:
        number = phonenumbers.parse(written)
    except phonenumbers.NumberParseException:
        return None
    valid = phonenumbers.is_valid_number(number)
    # Numbering plans grow faster than their tables: a possible length is enough, unless it begins with a trunk zero.
    may_exist = phonenumbers.is_possible_number(number) and not number.italian_leading_zero
    may_exist = may_exist and not written[1:].removeprefix(str(number.country_code)).startswith("0")
    if not (valid or (may_exist and not strictly)):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _national(written: str, region: str) -> str | None:
    try:
        number = phonenumbers.parse(written, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
