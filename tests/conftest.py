"""What every test may rely on: a real database, fresh counters, a ledger whose triggers do not hinder clean-up."""

import uuid

import pytest
from django.db import connection
from django.db.backends.sqlite3.base import DatabaseOperations

from loyalty.models import Store
from tests.factories import make_store


@pytest.fixture(autouse=True)
def _no_failures_counted_yet(settings):
    """Start every test with counters and a cache of its own, because Redis outlives a test."""
    settings.CACHES = {"default": settings.CACHES["default"] | {"KEY_PREFIX": uuid.uuid4().hex}}


@pytest.fixture(autouse=True, scope="session")
def _flush_past_the_append_only_trigger():
    """Let the clean-up after a transactional test empty the ledger.

    PostgreSQL truncates, which fires no row trigger; SQLite deletes, so the trigger steps aside for the flush.
    """
    plain = DatabaseOperations.sql_flush

    def sql_flush(self, style, tables, **kwargs):
        statements = plain(self, style, tables, **kwargs)
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT sql FROM sqlite_master WHERE name = 'wallet_ledgerentry_no_delete'")
            trigger = cursor.fetchone()
        if not trigger:
            return statements
        return ["DROP TRIGGER wallet_ledgerentry_no_delete", *statements, trigger[0]]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", sql_flush)
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Begin without the store that migrations give a new installation: every test makes what it needs."""
    with django_db_blocker.unblock():
        Store.objects.all().delete()


@pytest.fixture
def store(db):
    return make_store()


@pytest.fixture
def on_postgresql():
    return connection.vendor == "postgresql"
