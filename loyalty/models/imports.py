"""Files that staff or partners hand in: a job per file, a line per row that did not land.

Progress is committed with every chunk, so a killed import goes on where it stopped.
"""

import uuid

from django.db import models

from loyalty.models.stores import Store


class ImportJob(models.Model):
    """One import: what kind of rows, how far it is, how many landed.

    `digest` names the file's content: the same file handed in again resumes the job that did not finish.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="imports")
    kind = models.CharField(max_length=32)
    filename = models.CharField(max_length=255, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    file = models.FileField(upload_to="imports/", blank=True)
    state = models.CharField(max_length=16, choices=State.choices, default=State.WAITING)
    total = models.PositiveIntegerField(null=True)
    processed = models.PositiveIntegerField(default=0)
    succeeded = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    message = models.CharField(max_length=255, blank=True)
    actor_kind = models.CharField(max_length=16)
    actor_id = models.CharField(max_length=36, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["store", "kind", "digest"],
                condition=~models.Q(digest="") & ~models.Q(state="done"),
                name="one_unfinished_import_per_file",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.filename}"


class ImportRow(models.Model):
    """The outcome of one row of an import."""

    id = models.BigAutoField(primary_key=True)
    job = models.ForeignKey(ImportJob, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    identifier = models.CharField(max_length=255, blank=True)
    is_success = models.BooleanField()
    message = models.CharField(max_length=500, blank=True)
    object_id = models.CharField(max_length=36, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["job", "number"], name="import_row_once")]

    def __str__(self) -> str:
        return f"{self.number}: {self.identifier}"
