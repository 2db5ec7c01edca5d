"""`manage.py create_token`."""

import pytest
from django.core.management import CommandError, call_command

from loyalty.models import PermanentToken
from tests.callers import Caller

pytestmark = pytest.mark.django_db


def test_the_last_word_printed_is_a_token_that_works(store, capsys):
    call_command("create_token", "--store", "DEFAULT", "--name", "till", "--ability", "POS")
    raw = capsys.readouterr().out.split()[-1]
    assert Caller(raw)("GET", "/api/DEFAULT/pos").status_code == 200
    assert Caller(raw)("GET", "/api/store").status_code == 403


def test_without_a_store_it_reaches_all(store, capsys):
    call_command("create_token", "--name", "hub", "--ability", "*")
    raw = capsys.readouterr().out.split()[-1]
    assert Caller(raw)("GET", "/api/DEFAULT/pos").status_code == 200


def test_an_unknown_store_is_refused():
    with pytest.raises(CommandError, match="no store NONE"):
        call_command("create_token", "--store", "NONE", "--name", "x", "--ability", "*")
    assert not PermanentToken.objects.exists()
