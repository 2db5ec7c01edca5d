"""Logs carry no secrets."""

import json
import logging.config

import pytest
import structlog
from django.test import Client, override_settings

from loyalty import logs


def test_query_strings_and_secrets_are_taken_out():
    line = {"request": "GET /api/store?auth_token=abc", "token": "abc", "password": "x", "event": "e"}
    assert logs.scrub(None, "", line) == {
        "request": "GET /api/store",
        "token": "***",
        "password": "***",
        "event": "e",
    }


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_both_formats_write_one_line(log_format, capsys):
    before = structlog.get_config()
    try:
        logging.config.dictConfig(logs.configure(log_format))
        logging.getLogger("some.library").warning("it is %s", "late")
        line = capsys.readouterr().err.strip()
        assert "it is late" in line
        assert len(line.splitlines()) == 1
        if log_format == "json":
            assert json.loads(line)["level"] == "warning"
    finally:
        structlog.configure(**before)
        logging.config.dictConfig(logs.configure("console"))


@pytest.mark.django_db
def test_a_token_in_the_query_is_never_logged(caplog):
    with override_settings(ALLOW_TOKEN_IN_QUERY=True), caplog.at_level("INFO"):
        Client().get("/api/store?auth_token=a-very-secret-token")
    assert caplog.records
    assert "a-very-secret-token" not in caplog.text
