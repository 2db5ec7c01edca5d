"""What need not be kept is forgotten, and nothing else; what stands still is taken up."""

from datetime import timedelta

import pytest
from django.utils import timezone

from loyalty import tasks
from loyalty.models import IdempotencyKey, ImportJob, RefreshToken, Throttle
from tests.factories import make_store

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def make_key(age):
    row = IdempotencyKey.objects.create(scope="s", key=str(age), request_digest="d")
    IdempotencyKey.objects.filter(pk=row.pk).update(created_at=NOW - age)


def test_idempotency_keys_are_kept_for_three_days_at_least():
    for age in (timedelta(hours=1), timedelta(hours=72), timedelta(hours=97)):
        make_key(age)
    tasks.forget_old_keys()
    assert IdempotencyKey.objects.count() == 2


def test_dead_refresh_tokens_and_ended_windows_go():
    for hours in (-1, 1):
        until = NOW + timedelta(hours=hours)
        Throttle.objects.create(key=str(hours), count=1, window_ends_at=until)
        RefreshToken.objects.create(
            digest=str(hours),
            principal_kind="admin",
            principal_id="00000000-0000-474c-b092-b0dd880c07e2",
            token_version=0,
            expires_at=until,
        )
    tasks.forget_old_keys()
    assert [row.key for row in Throttle.objects.all()] == ["1"]
    assert [row.digest for row in RefreshToken.objects.all()] == ["1"]


def test_imports_that_have_not_moved_between_two_looks_are_started_again(monkeypatch):
    store = make_store()
    for digest, fields in {
        "stands": {"file": "imports/a.xml"},
        "moves": {"file": "imports/b.xml"},
        "done": {"file": "imports/c.xml", "state": ImportJob.State.DONE},
        "without a file": {},
    }.items():
        told = {"state": ImportJob.State.RUNNING, "actor_kind": "system", **fields}
        ImportJob.objects.create(store=store, kind="points", digest=digest, **told)
    started: list[str] = []
    monkeypatch.setattr(tasks, "start_import", lambda job: started.append(job.digest))
    assert tasks.take_up_imports() == 0
    ImportJob.objects.filter(digest="moves").update(processed=100)
    assert tasks.take_up_imports() == 1
    assert started == ["stands"]
