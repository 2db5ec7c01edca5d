"""The barcode route: a data URL of exactly the card number."""

import base64
import shutil
import subprocess

import pytest

from tests.callers import as_partner
from tests.factories import make_customer, make_store

pytestmark = pytest.mark.django_db
BASE = "/omniwallet/api/v1/customers"
PREFIX = "data:image/png;base64,"


def scan(answer, path):
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/dataurl"
    text = answer.content.decode()
    assert text.startswith(PREFIX)
    path.write_bytes(base64.b64decode(text.removeprefix(PREFIX), validate=True))
    command = ["zbarimg", "--raw", "--quiet", str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.removesuffix("\n")


@pytest.mark.skipif(shutil.which("zbarimg") is None, reason="zbarimg is not installed")
@pytest.mark.parametrize("number", ["9912345678901234", "0099", "4000123400051238", "PL-99"])
@pytest.mark.parametrize("kind", ["CQR", "C128"])
def test_both_pictures_hold_exactly_the_card_number(store, number, kind, tmp_path):
    make_customer(store, email="alice@example.com", card_number=number)
    answer = as_partner(store)("POST", f"{BASE}/Alice@example.com/barcode", {"type": kind})
    assert scan(answer, tmp_path / "code.png") == number


@pytest.mark.parametrize(
    "body", [{}, {"type": "EAN"}, {"type": 1}, {"type": None}, {"data": {"type": "c128"}}]
)
def test_other_kinds_are_refused(store, body):
    make_customer(store, email="alice@example.com", card_number="4711")
    answer = as_partner(store)("POST", f"{BASE}/alice@example.com/barcode", body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["source"]["pointer"].endswith("/type")


@pytest.mark.parametrize(("number", "status"), [(None, 409), ("żółw", 422)])
def test_a_card_that_is_missing_or_cannot_be_drawn(store, number, status):
    make_customer(store, email="alice@example.com", card_number=number)
    answer = as_partner(store)("POST", f"{BASE}/alice@example.com/barcode", {"type": "C128"})
    assert answer.status_code == status


def test_nobody_and_somebody_of_another_store_answer_alike(store):
    make_customer(make_store("OTHER"), email="bob@example.com", card_number="4711")
    answers = [
        as_partner(store)("POST", f"{BASE}/{email}/barcode", {"type": "CQR"})
        for email in ("bob@example.com", "nobody@example.com")
    ]
    assert {(answer.status_code, answer.content) for answer in answers} == {(404, answers[0].content)}


def test_a_repeated_key_gets_the_same_picture(store):
    make_customer(store, email="alice@example.com", card_number="4711")
    partner = as_partner(store)
    key = {"Idempotency-Key": "picture-1"}
    first, again = (
        partner("POST", f"{BASE}/alice@example.com/barcode", {"type": "CQR"}, headers=key) for _ in range(2)
    )
    assert (first.content, first.headers["Content-Type"]) == (again.content, again.headers["Content-Type"])
    assert again.headers["Idempotency-Replayed"] == "true"
