"""Segments: named groups of customers, found by what they bought, when, where and what hangs on them.

A segment has parts, and a customer is in it who meets every part; a part has criteria, and one of them is enough.
Members and figures are computed from the parts (`customers.segments`) and kept, because lists and rules read them.
"""

import uuid

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from customers.models.customers import Customer
from loyalty.fields import MoneyField
from loyalty.models import Store


class Segment(models.Model):
    """A group of one store's customers. `parts` is the checked form that `customers.segments` writes.

    The averages are over the members: money of one purchase, purchases of one customer, money of one customer.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="segments")
    name = models.CharField(max_length=255)
    description = models.TextField(blank=True)
    is_active = models.BooleanField(default=True)
    parts = models.JSONField(default=list, blank=True, encoder=DjangoJSONEncoder)
    customers_count = models.PositiveIntegerField(default=0)
    average_purchase_amount = MoneyField()
    average_purchases = models.FloatField(default=0)
    average_customer_value = MoneyField()
    refreshed_at = models.DateTimeField(null=True, blank=True)
    # Changes of customers up to here are taken into account.
    followed_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        permissions = [
            ("view_segmentexport", "Can export segments"),
            ("add_segmentexport", "Can make exports of segments"),
            ("change_segmentexport", "Can change exports of segments"),
            ("delete_segmentexport", "Can delete exports of segments"),
        ]

    def __str__(self) -> str:
        return self.name


class SegmentMember(models.Model):
    """A customer in a segment.

    Computed, in one statement for any number of customers, from rows that exist at that moment: the database does not
    check each reference again, which would take longer than finding the members.
    """

    id = models.BigAutoField(primary_key=True)
    # The constraint's index begins with it.
    segment = models.ForeignKey(
        Segment, on_delete=models.CASCADE, related_name="members", db_index=False, db_constraint=False
    )
    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="segment_memberships", db_constraint=False
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["segment", "customer"], name="segment_member_once")]

    def __str__(self) -> str:
        return f"{self.customer_id} in {self.segment_id}"
