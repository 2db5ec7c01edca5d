"""Health says yes or no and nothing else."""

import pytest
from django.db import DatabaseError
from django.test import Client

from loyalty import health

pytestmark = pytest.mark.django_db


@pytest.fixture
def broken_database(monkeypatch):
    def fail():
        raise DatabaseError("host=secret user=secret")

    monkeypatch.setattr(health, "_ask_database", fail)


def test_all_is_well(settings):
    settings.REDIS_URL = ""
    assert Client().get("/livez").status_code == 200
    assert Client().get("/readyz").json() == {"database": "ok", "migrations": "ok"}
    response = Client().get("/api/healthcheck")
    assert (response.status_code, response.content) == (204, b"")


def test_a_broken_database_is_503_without_details(settings, broken_database):
    settings.REDIS_URL = ""
    ready = Client().get("/readyz")
    assert (ready.status_code, ready.json()) == (503, {"database": "problem", "migrations": "ok"})
    checked = Client().get("/api/healthcheck")
    assert checked.status_code == 503
    assert checked.json() == [
        {"name": "Database", "status": "Problem"},
        {"name": "Migrations", "status": "OK"},
    ]
    assert Client().get("/livez").status_code == 200


def test_a_missing_redis_only_degrades(settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    ready = Client().get("/readyz")
    assert (ready.status_code, ready.json()["redis"]) == (200, "problem")
    assert Client().get("/api/healthcheck").status_code == 503
