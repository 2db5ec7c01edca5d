"""Keys that were kept as they came are found again after the upgrade."""

import importlib

import pytest
from django.apps import apps

from loyalty import idempotency
from loyalty.idempotency import Answer
from loyalty.models import IdempotencyKey

migration = importlib.import_module("loyalty.migrations.0005_idempotency_keys_as_digests")


@pytest.mark.django_db
def test_a_key_from_before_is_still_answered_and_no_longer_readable():
    kept = Answer(status=201, body=b"made", headers={})
    idempotency.once(scope="s", key="alice@example.com", digest="d", run=lambda: kept)
    IdempotencyKey.objects.update(key="alice@example.com")
    migration.digest_keys(apps, None)
    assert "alice" not in IdempotencyKey.objects.get().key
    again, replayed = idempotency.once(
        scope="s", key="alice@example.com", digest="d", run=lambda: pytest.fail("it ran twice")
    )
    assert (again, replayed) == (kept, True)
