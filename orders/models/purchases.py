"""What was bought: till documents, their lines and labels.

A sale or a return (`document_type`) with its lines. A sale's document number is unique in its store. `customer_*` is
what the till knew of the buyer, kept for matching later and blanked on erasure. Excluded SKUs and categories are
stamped at registration, so that later changes of settings do not rewrite history.
"""

import uuid

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from customers.models import Customer
from loyalty.fields import MoneyField
from loyalty.models import PointOfSale, Store


class Purchase(models.Model):
    """One till document. `gross_value` of a return is positive."""

    class DocumentType(models.TextChoices):
        SELL = "sell"
        RETURN = "return"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Store and customer have no indexes of their own: those below begin with the same columns.
    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="purchases", db_index=False)
    document_number = models.CharField(max_length=255)
    document_type = models.CharField(max_length=8, choices=DocumentType.choices)
    revised = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="returns"
    )
    purchased_at = models.DateTimeField()
    purchase_place = models.CharField(max_length=255, blank=True)
    point_of_sale = models.ForeignKey(
        PointOfSale, on_delete=models.SET_NULL, null=True, blank=True, related_name="purchases"
    )
    customer = models.ForeignKey(
        Customer,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="purchases",
        db_index=False,
    )
    assigned_at = models.DateTimeField(null=True, blank=True)
    gross_value = MoneyField()

    customer_name = models.CharField(max_length=255, blank=True)
    customer_email = models.CharField(max_length=254, blank=True)
    customer_phone = models.CharField(max_length=64, blank=True)
    customer_card_number = models.CharField(max_length=128, blank=True)
    customer_tax_id = models.CharField(max_length=64, blank=True)
    customer_address = models.JSONField(default=dict, blank=True)

    excluded_delivery_skus = models.JSONField(default=list, blank=True)
    excluded_level_skus = models.JSONField(default=list, blank=True)
    excluded_level_categories = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-purchased_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["store", "document_number"],
                condition=models.Q(document_type="sell"),
                name="sale_document_once_per_store",
            ),
            models.CheckConstraint(
                condition=models.Q(gross_value__gte=0), name="purchase_gross_not_negative"
            ),
        ]
        indexes = [
            models.Index(fields=["store", "-purchased_at", "id"], name="purchase_of_store"),
            models.Index(fields=["customer", "-purchased_at"], name="purchase_of_customer"),
            models.Index(fields=["store", "document_number"], name="purchase_by_document"),
        ]

    def __str__(self) -> str:
        return self.document_number


class PurchaseLine(models.Model):
    """One line of a document; `gross_value` is the line's total, whatever the quantity."""

    id = models.BigAutoField(primary_key=True)
    purchase = models.ForeignKey(Purchase, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField()
    sku = models.CharField(max_length=255)
    name = models.CharField(max_length=255)
    quantity = models.DecimalField(max_digits=14, decimal_places=3)
    gross_value = MoneyField()
    category = models.CharField(max_length=255, blank=True)
    maker = models.CharField(max_length=255, blank=True)
    labels = models.JSONField(default=list, blank=True, encoder=DjangoJSONEncoder)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["purchase", "position"], name="line_position_once")]

    def __str__(self) -> str:
        return self.name


class PurchaseLabel(models.Model):
    """A key and value hung on a document."""

    id = models.BigAutoField(primary_key=True)
    purchase = models.ForeignKey(Purchase, on_delete=models.CASCADE, related_name="labels")
    key = models.CharField(max_length=128)
    value = models.CharField(max_length=255, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["purchase", "key", "value"], name="purchase_label_once")
        ]
        indexes = [models.Index(fields=["key", "value"], name="purchase_label_value")]

    def __str__(self) -> str:
        return f"{self.key}:{self.value}"


class ItemLabel(models.Model):
    """Every key and value that lines of a store's purchases ever carried: what a form may offer."""

    id = models.BigAutoField(primary_key=True)
    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="item_labels")
    key = models.CharField(max_length=128)
    value = models.CharField(max_length=255, blank=True)

    class Meta:
        ordering = ["key", "value"]
        constraints = [
            models.UniqueConstraint(fields=["store", "key", "value"], name="item_label_once_per_store")
        ]

    def __str__(self) -> str:
        return f"{self.key}:{self.value}"
