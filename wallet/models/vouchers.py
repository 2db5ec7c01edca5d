"""Vouchers: points that wait for somebody to claim them, once."""

import uuid

from django.db import models

from loyalty.fields import MoneyField, PointsField
from loyalty.models import Store
from wallet.models.wallets import Wallet


class Voucher(models.Model):
    """Points on paper: whoever knows the id or the code turns it into a batch, once, before it expires.

    `for_wallet` names the only wallet that may use it; `points_expire_in_days` how long the points live from the day
    of use, otherwise the programme says. `series` names the vouchers that were made together.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="vouchers", db_index=False)
    code = models.CharField(max_length=16)
    series = models.CharField(max_length=64, blank=True)
    amount = PointsField()
    price = MoneyField(null=True, blank=True, default=None)  # type: ignore[misc]  # one type per field
    for_wallet = models.ForeignKey(
        Wallet, on_delete=models.PROTECT, null=True, blank=True, related_name="vouchers"
    )
    points_expire_in_days = models.PositiveIntegerField(null=True, blank=True)
    extra = models.JSONField(default=dict, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    used_by = models.ForeignKey(
        Wallet, on_delete=models.PROTECT, null=True, blank=True, related_name="used_vouchers"
    )

    class Meta:
        ordering = ["-created_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["store", "code"], name="voucher_code_once_per_store"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="voucher_amount_positive"),
            models.CheckConstraint(
                condition=models.Q(used_at__isnull=True, used_by__isnull=True)
                | models.Q(used_at__isnull=False, used_by__isnull=False),
                name="voucher_used_by_somebody_or_nobody",
            ),
        ]
        indexes = [models.Index(fields=["store", "-created_at", "id"], name="voucher_of_store")]

    def __str__(self) -> str:
        return f"voucher {self.pk}"
