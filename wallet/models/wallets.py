"""What a customer is owed, in sums: one wallet per customer, with the same id.

The sums are a cache that `wallet.ledger` alone writes, on the locked row; `verify_ledger` recomputes them from the
entries and from the batches. The database refuses a negative sum.
"""

from django.db import models

from customers.models import Customer
from loyalty.fields import PointsField
from loyalty.models import Store


class Wallet(models.Model):
    """The points of one customer.

    `available` can be spent, `pending` waits for its day, `blocked` is set aside by staff. `earned`, `spent` and
    `expired` only grow, except that cancelling takes back what it undoes. `next_change_at` is the earliest moment at
    which time alone changes the sums (a batch unlocks or expires): until then they are right as they stand.
    `closed_at` is when its customer was deleted: no points come in any more.
    """

    customer = models.OneToOneField(
        Customer, on_delete=models.PROTECT, primary_key=True, related_name="wallet"
    )
    # No index of its own: `wallet_by_points` begins with it.
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="wallets", db_index=False)
    available = PointsField()
    pending = PointsField()
    blocked = PointsField()
    earned = PointsField()
    spent = PointsField()
    expired = PointsField()
    next_change_at = models.DateTimeField(null=True, blank=True)
    is_frozen = models.BooleanField(default=False)
    closed_at = models.DateTimeField(null=True, blank=True)
    # What partners keep beside the points, text by name. They open a wallet first; points do not need that.
    attributes = models.JSONField(default=dict, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    available__gte=0,
                    pending__gte=0,
                    blocked__gte=0,
                    earned__gte=0,
                    spent__gte=0,
                    expired__gte=0,
                ),
                name="wallet_sums_not_negative",
            )
        ]
        indexes = [
            models.Index(
                fields=["next_change_at", "customer"],
                condition=models.Q(next_change_at__isnull=False),
                name="wallet_next_change",
            ),
            # Customers in order of their points.
            models.Index(fields=["store", "available", "customer"], name="wallet_by_points"),
        ]

    def __str__(self) -> str:
        return f"wallet {self.pk}"


class ExpiryNotice(models.Model):
    """That a customer was told of points whose last valid day this is. Kept until the day has passed."""

    id = models.BigAutoField(primary_key=True)
    wallet = models.ForeignKey(
        Wallet, on_delete=models.CASCADE, related_name="expiry_notices", db_index=False
    )
    last_day = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["wallet", "last_day"], name="expiry_notice_once_per_day")
        ]

    def __str__(self) -> str:
        return f"{self.wallet_id} until {self.last_day}"
