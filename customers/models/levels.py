"""What customers climb: levels with a threshold and a reward."""

import uuid

from django.db import models

from loyalty.models import Store


class Level(models.Model):
    """A rung. `condition_value` is points or purchase money, as the store's settings say; `reward_value` a fraction.

    `special_rewards` are told to customers and have no effect: id, name, value (a fraction), code, active, createdAt,
    startAt, endAt.
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
