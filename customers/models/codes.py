"""Single-use codes that prove a customer reads the e-mail or the phone they gave."""

import uuid

from django.db import models

from customers.models.customers import Customer


class OneTimeCode(models.Model):
    """A code or link token bound to one customer and one purpose; only its keyed digest is kept."""

    class Purpose(models.TextChoices):
        ACTIVATE = "activate"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="codes")
    purpose = models.CharField(max_length=16, choices=Purpose.choices)
    digest = models.CharField(max_length=64, db_index=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.purpose} of {self.customer_id}"
