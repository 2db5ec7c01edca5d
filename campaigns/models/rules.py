"""What is offered for purchases: earning rules, whom they are for, and when they hold."""

import uuid

from django.db import models

from customers.models import Level, Segment
from loyalty.fields import MoneyField
from loyalty.models import PointOfSale, Store


class EarningRule(models.Model):
    """A rule that turns a purchase into points. Which of the optional fields matter depends on `kind`."""

    class Kind(models.TextChoices):
        GENERAL_SPENDING = "points", "General spending"
        PRODUCT_PURCHASE = "product_purchase", "Product purchase"
        MULTIPLY_FOR_PRODUCT = "multiply_for_product", "Multiply for product"
        MULTIPLY_BY_LABELS = "multiply_by_product_labels", "Multiply by product labels"

    class LabelsInclusion(models.TextChoices):
        NONE = "none_labels", "All products"
        INCLUDE = "include_labels", "Only products with these labels"
        EXCLUDE = "exclude_labels", "All but products with these labels"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="earning_rules")
    kind = models.CharField(max_length=32, choices=Kind.choices)
    name = models.CharField(max_length=255)
    description = models.TextField(blank=True)
    is_active = models.BooleanField(default=False)
    is_all_time_active = models.BooleanField(default=True)
    start_at = models.DateTimeField(null=True, blank=True)
    end_at = models.DateTimeField(null=True, blank=True)
    levels = models.ManyToManyField(Level, blank=True, related_name="earning_rules")
    segments = models.ManyToManyField(Segment, blank=True, related_name="earning_rules")
    points_of_sale = models.ManyToManyField(PointOfSale, blank=True, related_name="earning_rules")
    is_last_executed = models.BooleanField(default=False)

    points_per_unit = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    points_amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    multiplier = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True)
    skus = models.JSONField(default=list, blank=True)
    labels = models.JSONField(default=list, blank=True)
    label_multipliers = models.JSONField(default=list, blank=True)
    min_order_value = MoneyField(null=True, blank=True, default=None)  # type: ignore[misc]  # one type per field
    excludes_delivery_cost = models.BooleanField(default=True)
    excluded_skus = models.JSONField(default=list, blank=True)
    labels_inclusion = models.CharField(
        max_length=16, choices=LabelsInclusion.choices, default=LabelsInclusion.NONE
    )
    included_labels = models.JSONField(default=list, blank=True)
    excluded_labels = models.JSONField(default=list, blank=True)

    photo = models.ImageField(upload_to="earning-rules/", blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["created_at", "id"]
        indexes = [models.Index(fields=["store", "is_active"], name="rule_of_store")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_all_time_active=True)
                | models.Q(start_at__isnull=False, end_at__isnull=False, end_at__gte=models.F("start_at")),
                name="rule_window_is_whole",
            )
        ]

    def __str__(self) -> str:
        return self.name
