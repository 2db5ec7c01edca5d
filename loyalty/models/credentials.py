"""Credentials: permanent tokens with abilities, the refresh tokens of log-ins, one-time codes sent to people.

Only a keyed digest of a token or code is stored; the text itself is shown or sent once.
"""

import uuid

from django.db import models

from loyalty.models.stores import Store


class PermanentToken(models.Model):
    """A partner's key to one store (or to all, without `store`), good for what its abilities name.

    With `staff` it was made by a log-in of that person: it reaches the stores that they may see, while they are active.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    store = models.ForeignKey(Store, on_delete=models.CASCADE, null=True, blank=True, related_name="tokens")
    staff = models.ForeignKey(
        "loyalty.StaffUser", on_delete=models.CASCADE, null=True, blank=True, related_name="tokens"
    )
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


class OneTimeCode(models.Model):
    """A code or link token sent to one person for one purpose: used once, soon, and then gone.

    A new one for the same person and purpose takes the place of the old. `value` is what is confirmed with it (a new
    e-mail address or phone number), if anything.
    """

    id = models.BigAutoField(primary_key=True)
    store = models.ForeignKey(Store, on_delete=models.CASCADE, null=True, related_name="+")
    purpose = models.CharField(max_length=32)
    holder_kind = models.CharField(max_length=16)
    holder_id = models.UUIDField()
    digest = models.CharField(max_length=64)
    value = models.CharField(max_length=254, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["holder_kind", "holder_id", "purpose"], name="one_code_per_person_and_purpose"
            ),
            models.UniqueConstraint(fields=["purpose", "digest"], name="code_names_one_person"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} of {self.holder_kind} {self.holder_id}"


class IdempotencyKey(models.Model):
    """A write that a caller named with an `Idempotency-Key`, and the answer it got (kept 96 hours).

    `key` is a digest of what the caller wrote. `subjects` are the ids of the customers it was about: their erasure
    empties the answer.
    """

    id = models.BigAutoField(primary_key=True)
    scope = models.CharField(max_length=64)
    key = models.CharField(max_length=255)
    request_digest = models.CharField(max_length=64)
    response_status = models.PositiveSmallIntegerField(null=True)
    response_headers = models.JSONField(default=dict)
    response_body = models.BinaryField(null=True)
    subjects = models.TextField(blank=True)
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
