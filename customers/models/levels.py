"""What customers climb: levels with a threshold and a reward, and segments that group customers by what they do."""

import uuid

from django.db import models

from customers.models.customers import Customer
from loyalty.models import Store


class Level(models.Model):
    """A rung. `condition_value` is points or purchase money, as the store's settings say; `reward_value` a fraction.

    `special_rewards` are told to customers and have no effect: name, value (a fraction), code, active, startAt, endAt.
    `translations` holds name and description by language.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="levels")
    name = models.CharField(max_length=255)
    description = models.TextField(blank=True)
    translations = models.JSONField(default=dict, blank=True)
    is_active = models.BooleanField(default=True)
    condition_value = models.DecimalField(max_digits=14, decimal_places=2)
    min_order = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    reward_name = models.CharField(max_length=255, blank=True)
    reward_value = models.DecimalField(max_digits=7, decimal_places=4, default=0)
    reward_code = models.CharField(max_length=255, blank=True)
    special_rewards = models.JSONField(default=list, blank=True)
    photo = models.ImageField(upload_to="levels/", blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["condition_value"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(condition_value__gte=0), name="level_condition_not_negative"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Segment(models.Model):
    """A named group of customers that rules may aim at."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="segments")
    name = models.CharField(max_length=255)
    description = models.TextField(blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class SegmentMember(models.Model):
    """A customer in a segment."""

    id = models.BigAutoField(primary_key=True)
    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="members")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="segment_memberships")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["segment", "customer"], name="segment_member_once")]

    def __str__(self) -> str:
        return f"{self.customer_id} in {self.segment_id}"
