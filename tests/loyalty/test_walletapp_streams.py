"""Answers of any length."""

import json
from itertools import count, islice

import pytest

from loyalty.api.walletapp import streams


@pytest.mark.parametrize("length", [0, 1, 499, 500, 501, 1500])
def test_the_last_list_of_the_envelope_is_filled(length):
    rows = [{"name": f"ż{number}", "none": None} for number in range(length)]
    envelope = {"message": "[]", "data": {"total": length, "rows": []}}
    answer = streams.answer(envelope, iter(rows), count=length)
    assert answer.streaming is (length > streams.WHOLE)
    assert answer.headers["Content-Type"] == "application/json"
    body = answer.getvalue()
    assert json.loads(body) == {"message": "[]", "data": {"total": length, "rows": rows}}
    assert "ż" in body.decode() or not length


def test_rows_are_asked_for_as_they_are_sent():
    asked = count()
    rows = ({"number": next(asked)} for _ in range(1_000_000))
    answer = streams.answer({"data": []}, rows, count=1_000_000)
    assert len(list(islice(answer.streaming_content, 3))) == 3
    assert next(asked) < 2000


def test_chunks_hold_everything_once():
    assert list(streams.in_chunks(iter(range(5)), 2)) == [[0, 1], [2, 3], [4]]
