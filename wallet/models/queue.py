"""What partners have handed in and the ledger has not added yet."""

import uuid

from django.db import models

from loyalty.fields import MoneyField, PointsField
from wallet.models.wallets import Wallet


class QueuedBatch(models.Model):
    """A batch that was accepted and will be added in a moment, under this id. The row goes when it is.

    What the caller said waits here and not in the event: it may name a person, and events never do.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    wallet = models.ForeignKey(Wallet, on_delete=models.PROTECT, related_name="queued_batches")
    amount = PointsField()
    price = MoneyField(null=True, blank=True, default=None)  # type: ignore[misc]  # one type per field
    expires_at = models.DateTimeField(null=True, blank=True)
    source = models.CharField(max_length=32)
    order_number = models.CharField(max_length=64, blank=True)
    venue = models.CharField(max_length=255, blank=True)
    comment = models.CharField(max_length=1000, blank=True)
    extra = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "queued batches"
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="queued_amount_positive")
        ]

    def __str__(self) -> str:
        return f"batch {self.pk}"
