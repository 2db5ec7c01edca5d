"""What need not be kept is forgotten, and nothing else."""

from datetime import timedelta

import pytest
from django.utils import timezone

from loyalty import tasks
from loyalty.models import IdempotencyKey, RefreshToken, Throttle

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
