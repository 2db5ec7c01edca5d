"""What happened: events, the audit entries of people's acts, and the outbox that carries news onward.

An event is written in the transaction that made it true and never changes. The outbox holds one row per reaction
that an event still owes; a worker claims rows and a failed one is tried again later. Personal values stay out of all
three: they name changed fields, not values.
"""

import uuid

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from loyalty.models.stores import Store


class Event(models.Model):
    """One thing that happened, by its type, with what a reader needs to know of it."""

    id = models.BigAutoField(primary_key=True)
    uuid = models.UUIDField(default=uuid.uuid4, editable=False)
    # Without an index of its own: both below begin with it.
    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="+", null=True, db_index=False)
    type = models.CharField(max_length=64)
    subject_kind = models.CharField(max_length=32)
    subject_id = models.CharField(max_length=36)
    actor_kind = models.CharField(max_length=16)
    actor_id = models.CharField(max_length=36, blank=True)
    payload = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["store", "subject_kind", "subject_id", "id"], name="event_of_subject"),
            models.Index(fields=["store", "type", "id"], name="event_of_type"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.subject_kind} {self.subject_id}"


class AuditEntry(models.Model):
    """A person's act, for those who answer for it: who did what to whom, and which fields it touched."""

    id = models.BigAutoField(primary_key=True)
    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="+", null=True)
    event_type = models.CharField(max_length=64)
    entity_type = models.CharField(max_length=32)
    entity_id = models.CharField(max_length=36)
    actor_kind = models.CharField(max_length=16)
    actor_id = models.CharField(max_length=36, blank=True)
    username = models.CharField(max_length=254, blank=True)
    data = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "audit entries"
        ordering = ["-id"]
        indexes = [models.Index(fields=["entity_type", "entity_id", "id"], name="audit_of_entity")]

    def __str__(self) -> str:
        return f"{self.event_type} {self.entity_type} {self.entity_id}"


class OutboxMessage(models.Model):
    """One reaction owed to one event. `done_at` empty: still to do, not before `due_at`."""

    id = models.BigAutoField(primary_key=True)
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="outbox")
    reaction = models.CharField(max_length=128)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=255, blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["due_at", "id"], condition=models.Q(done_at__isnull=True), name="outbox_to_do"
            )
        ]
        constraints = [models.UniqueConstraint(fields=["event", "reaction"], name="one_reaction_per_event")]

    def __str__(self) -> str:
        return f"{self.reaction} for event {self.event_id}"
