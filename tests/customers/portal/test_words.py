"""Everything the portal may say is said in both languages, and every refusal in words for customers."""

import ast
import re
from collections.abc import Iterator

import pytest
from django.utils import translation
from django.utils.translation import trans_real

import loyalty.urls  # noqa: F401  # loads every module that refuses
from customers.portal import words
from customers.refusals import EmailTaken
from loyalty.passwords import PasswordTooWeak, TooManyWrongPasswords
from loyalty.refusals import Refusal
from tests.architecture.source import ROOT

_SIMPLE = re.compile(r"""{%\s*translate\s+(?:"([^"]+)"|'([^']+)')(?:\s+context\s+"([^"]+)")?""")
_IN_TAG = re.compile(r'\b_\("([^"]+)"\)')
_BLOCK = re.compile(r"{%\s*blocktranslate[^%]*%}(.*?){%\s*endblocktranslate\s*%}", re.DOTALL)


def said_in_templates() -> Iterator[str]:
    templates = ROOT / "templates"
    # Beside the portal's own pages are those that say what went wrong.
    for path in sorted([*(templates / "portal").glob("*.html"), *templates.glob("*.html")]):
        text = path.read_text(encoding="utf-8")
        for double, single, context in _SIMPLE.findall(text):
            yield f"{context}\x04{double or single}" if context else double or single
        yield from _IN_TAG.findall(text)
        for block in _BLOCK.findall(text):
            yield re.sub(r"{{\s*(\w+)\s*}}", r"%(\1)s", block.split("{% plural %}")[0])


def said_in_code() -> Iterator[str]:
    for path in sorted(
        [*(ROOT / "customers" / "portal").glob("*.py"), *(ROOT / "wallet" / "portal").glob("*.py")]
    ):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id
            if called in ("_", "gettext") and isinstance(node.args[0], ast.Constant):
                yield node.args[0].value


def test_every_text_of_the_portal_has_its_polish() -> None:
    polish = trans_real.translation("pl")
    texts = {*said_in_templates(), *said_in_code()}
    assert len(texts) > 150
    # Texts with plural forms are kept under the text and the number of the form.
    known = {key[0] if isinstance(key, tuple) else key for key in dict(polish._catalog.items())}
    assert sorted(texts - known) == []


@pytest.mark.parametrize("code", words.SENTENCES)
def test_every_sentence_is_about_a_refusal_that_exists_and_fits_its_facts(code: str) -> None:
    facts = set(re.findall(r"{(\w+)}", str(words.SENTENCES[code])))
    assert facts <= set(re.findall(r"{(\w+)}", Refusal.registry[code].message)) | {"limit"}


@pytest.mark.parametrize("code", sorted(words.WAITING))
def test_every_refusal_that_asks_to_wait_exists(code: str) -> None:
    assert code in Refusal.registry


def test_a_refusal_is_said_in_the_readers_language_with_its_facts() -> None:
    with translation.override("en"):
        assert words.say(TooManyWrongPasswords(minutes=15)) == "Too many attempts. Try again in 15 minutes."
    with translation.override("pl"):
        assert words.say(TooManyWrongPasswords(minutes=15)) == "Zbyt wiele prób. Spróbuj ponownie za 15 min."
        assert words.say(EmailTaken()) == ("Ten adres e-mail ma już konto.")


def test_a_refusal_without_a_sentence_keeps_its_own_words() -> None:
    assert words.say(PasswordTooWeak(reason="Too short.")) == "Too short."
