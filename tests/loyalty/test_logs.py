"""Logs carry no secrets."""

import json
import logging.config

import pytest
import structlog
from django.test import Client, override_settings
from django.utils.log import configure_logging

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


@pytest.mark.parametrize("is_debug", [True, False])
def test_what_django_says_is_told_once_and_names_nobody(is_debug, capsys):
    before = structlog.get_config()
    try:
        configure_logging("logging.config.dictConfig", logs.configure("console"))
        with override_settings(DEBUG=is_debug):
            logging.getLogger("django.request").error("Unavailable: %s", "/customers/alice@example.com")
        told = capsys.readouterr().err
        assert told.count("Unavailable") == 1
        assert "alice" not in told
    finally:
        structlog.configure(**before)
        logging.config.dictConfig(logs.configure("console"))


@pytest.mark.django_db
def test_a_token_in_the_query_is_never_logged(caplog):
    with override_settings(ALLOW_TOKEN_IN_QUERY=True), caplog.at_level("INFO"):
        Client().get("/api/store?auth_token=a-very-secret-token")
    assert caplog.records
    assert "a-very-secret-token" not in caplog.text


@pytest.mark.parametrize(
    ("path", "logged"),
    [
        ("/omniwallet/api/v1/customers/alice@example.com", "/omniwallet/api/v1/customers/***"),
        ("/omniwallet/api/v1/customers/alice%40example.com", "/omniwallet/api/v1/customers/***"),
        ("/api/DEFAULT/customer/activate-sms/954604", "/api/DEFAULT/customer/activate-sms/***"),
        (f"/api/D/customer/pushy-token/{'aB3' * 40}", "/api/D/customer/pushy-token/***"),
        ("/api/D/customer/check/+48234234000", "/api/D/customer/check/***"),
        ("/api/D/points/J%C3%B3zef", "/api/D/points/***"),
        (
            "/api/DEFAULT/admin/customer/91d87e1c-56f4-43ce-b669-83d6420b806c/history",
            "/api/DEFAULT/admin/customer/91d87e1c-56f4-43ce-b669-83d6420b806c/history",
        ),
        ("/api/event/212", "/api/event/212"),
    ],
)
def test_parts_of_a_path_that_tell_of_a_person_are_taken_out(path, logged):
    assert logs.scrub(None, "", {"request": f"GET {path}", "path": path, "event": "e"}) == {
        "request": f"GET {logged}",
        "path": logged,
        "event": "e",
    }


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_what_a_database_says_of_the_row_is_taken_out(log_format, capsys):
    before = structlog.get_config()
    try:
        logging.config.dictConfig(logs.configure(log_format))
        said = 'duplicate key\nDETAIL:  Key (phone)=(+48234234000) already exists.\nof "alice@example.com"'
        try:
            raise ValueError(said)
        except ValueError:
            structlog.get_logger("x").exception("it failed")
        written = capsys.readouterr().err
    finally:
        structlog.configure(**before)
        logging.config.dictConfig(logs.configure("console"))
    assert "duplicate key" in written
    assert "48234234000" not in written
    assert "alice@example.com" not in written


def test_a_request_is_one_line_without_the_callers_address(db, caplog):
    with caplog.at_level("INFO", logger="django_structlog"):
        Client(REMOTE_ADDR="198.51.100.7").get("/api/store", headers={"X-Forwarded-For": "198.51.100.8"})
    (record,) = [each for each in caplog.records if each.name.startswith("django_structlog")]
    assert record.msg["event"] == "request_finished"
    assert "198.51.100" not in str(record.msg)
