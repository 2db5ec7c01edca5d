"""Credentials that machines hold: permanent tokens with abilities, and the refresh tokens of log-ins.

Only a keyed digest of a token is stored; the token itself is shown once.
"""

import uuid

from django.db import models

from loyalty.models.stores import Store


class PermanentToken(models.Model):
    """A partner's key to one store (or to all, without `store`), good for what its abilities name."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    store = models.ForeignKey(Store, on_delete=models.CASCADE, null=True, blank=True, related_name="tokens")
    name = models.CharField(max_length=128)
    prefix = models.CharField(max_length=8)
    digest = models.CharField(max_length=64, unique=True)
    abilities = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"


class RefreshToken(models.Model):
    """One link in the chain of refresh tokens of a log-in; using a used one ends the whole family."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    family = models.UUIDField(default=uuid.uuid4, db_index=True)
    digest = models.CharField(max_length=64, unique=True)
    principal_kind = models.CharField(max_length=16)
    principal_id = models.UUIDField()
    token_version = models.PositiveIntegerField()
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["principal_kind", "principal_id"], name="refresh_of_principal")]

    def __str__(self) -> str:
        return f"{self.principal_kind} {self.principal_id}"


class IdempotencyKey(models.Model):
    """A write that a caller named with an `Idempotency-Key`, and the answer it got (kept 72 hours)."""

    id = models.BigAutoField(primary_key=True)
    scope = models.CharField(max_length=64)
    key = models.CharField(max_length=255)
    request_digest = models.CharField(max_length=64)
    response_status = models.PositiveSmallIntegerField(null=True)
    response_headers = models.JSONField(default=dict)
    response_body = models.BinaryField(null=True)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scope", "key"], name="idempotency_key_once_per_scope")
        ]

    def __str__(self) -> str:
        return self.key


class Throttle(models.Model):
    """A counter of failures in a window of time, when there is no Redis to keep it."""

    key = models.CharField(max_length=128, primary_key=True)
    count = models.PositiveIntegerField(default=0)
    window_ends_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.key
