"""Movements of points.

A *transfer* is a movement the outside world can name. An adding transfer that still has points to give is a *batch*.
A *draw* says which batch gave how much to which spending or block, so that undoing it returns exactly that. A *ledger
entry* is one change of one of a wallet's balances; entries are only ever appended (a trigger in both databases
refuses anything else), and their sum is the balance.
"""

import uuid

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from loyalty.fields import MoneyField, PointsField
from loyalty.models import Store
from wallet.models.wallets import Wallet


class PointsTransfer(models.Model):
    """One movement of points, and for adding kinds the batch it made."""

    class Kind(models.TextChoices):
        ADDING = "adding"
        SPENDING = "spending"
        P2P_ADDING = "p2p_adding"
        P2P_SPENDING = "p2p_spending"
        BLOCKED = "blocked"

    class State(models.TextChoices):
        PENDING = "pending"
        ACTIVE = "active"
        EXPIRED = "expired"
        CANCELED = "canceled"

    ADDING_KINDS = (Kind.ADDING, Kind.P2P_ADDING)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Without indexes of their own: those below begin with the same columns.
    wallet = models.ForeignKey(Wallet, on_delete=models.PROTECT, related_name="transfers", db_index=False)
    store = models.ForeignKey(
        Store, on_delete=models.PROTECT, related_name="points_transfers", db_index=False
    )
    kind = models.CharField(max_length=16, choices=Kind.choices)
    state = models.CharField(max_length=16, choices=State.choices, default=State.ACTIVE)
    value = PointsField()
    remaining = PointsField()
    locked_until = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    price = MoneyField(null=True, blank=True, default=None)  # type: ignore[misc]  # one type per field
    issuer = models.CharField(max_length=16)
    comment = models.CharField(max_length=1000, blank=True)
    source = models.CharField(max_length=32)
    external_id = models.CharField(max_length=255, null=True, blank=True)
    purchase_id = models.UUIDField(null=True, blank=True)
    revised_purchase_id = models.UUIDField(null=True, blank=True)
    reward_id = models.UUIDField(null=True, blank=True)
    voucher_id = models.UUIDField(null=True, blank=True)
    reasons = models.JSONField(default=list, blank=True, encoder=DjangoJSONEncoder)
    order_number = models.CharField(max_length=64, blank=True)
    venue = models.CharField(max_length=255, blank=True)
    extra = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at", "id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(value__gt=0), name="transfer_value_positive"),
            models.CheckConstraint(
                condition=models.Q(remaining__gte=0) & models.Q(remaining__lte=models.F("value")),
                name="transfer_remaining_within_value",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["adding", "p2p_adding"]) | models.Q(remaining=0),
                name="only_batches_have_remaining",
            ),
            # Most transfers have none: nothing is kept of them, or written anew each time one changes.
            models.UniqueConstraint(
                fields=["store", "source", "external_id"],
                condition=models.Q(external_id__isnull=False),
                name="transfer_external_id_once_for_ever",
            ),
        ]
        indexes = [
            models.Index(fields=["wallet", "-created_at", "id"], name="transfer_of_wallet"),
            # Both columns one way, as lists of a store ask: an import makes very many at one moment.
            models.Index(fields=["store", "created_at", "id"], name="transfer_of_store"),
            # The rare ones, which a list that is narrowed to them would look for among all.
            models.Index(
                fields=["store", "created_at", "id"],
                condition=models.Q(state="canceled"),
                name="transfer_canceled",
            ),
            models.Index(
                fields=["store", "created_at", "id"],
                condition=models.Q(kind="blocked"),
                name="transfer_blocked",
            ),
            models.Index(
                fields=["wallet", "expires_at", "created_at", "id"],
                condition=models.Q(remaining__gt=0),
                name="batch_to_draw",
            ),
            models.Index(
                fields=["expires_at", "wallet"],
                condition=models.Q(remaining__gt=0, state="active"),
                name="batch_to_expire",
            ),
            models.Index(
                fields=["locked_until", "wallet"],
                condition=models.Q(state="pending"),
                name="batch_to_unlock",
            ),
            models.Index(
                fields=["store", "venue", "created_at"],
                condition=~models.Q(venue=""),
                name="transfer_of_venue",
            ),
            # What was sold and has expired, by month.
            models.Index(
                fields=["store", "ended_at"],
                condition=models.Q(price__isnull=False, state="expired"),
                name="paid_batch_expired",
            ),
            models.Index(
                fields=["purchase_id"],
                condition=models.Q(purchase_id__isnull=False),
                name="transfer_of_purchase",
            ),
            models.Index(
                fields=["revised_purchase_id"],
                condition=models.Q(revised_purchase_id__isnull=False),
                name="transfer_of_revised_purchase",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.value}"

    @property
    def is_adding(self) -> bool:
        return self.kind in self.ADDING_KINDS


class Draw(models.Model):
    """How much one batch gave to one spending or block; `returned` is what a reversal put back."""

    id = models.BigAutoField(primary_key=True)
    spending = models.ForeignKey(PointsTransfer, on_delete=models.PROTECT, related_name="draws")
    batch = models.ForeignKey(PointsTransfer, on_delete=models.PROTECT, related_name="drawn")
    value = PointsField()
    returned = PointsField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(value__gt=0), name="draw_value_positive"),
            models.CheckConstraint(
                condition=models.Q(returned__gte=0) & models.Q(returned__lte=models.F("value")),
                name="draw_returned_within_value",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.value} from {self.batch_id}"


class LedgerEntry(models.Model):
    """One change of one balance of a wallet. Never updated, never deleted while its customer exists."""

    class Balance(models.TextChoices):
        AVAILABLE = "available"
        PENDING = "pending"
        BLOCKED = "blocked"

    class Reason(models.TextChoices):
        ADDED = "added"
        UNLOCKED = "unlocked"
        SPENT = "spent"
        SENT = "sent"
        RECEIVED = "received"
        EXPIRED = "expired"
        CANCELED = "canceled"
        BLOCKED = "blocked"
        RELEASED = "released"
        RETURNED = "returned"
        REVERSED = "reversed"

    id = models.BigAutoField(primary_key=True)
    wallet = models.ForeignKey(Wallet, on_delete=models.PROTECT, related_name="entries", db_index=False)
    transfer = models.ForeignKey(PointsTransfer, on_delete=models.PROTECT, related_name="entries")
    balance = models.CharField(max_length=16, choices=Balance.choices)
    reason = models.CharField(max_length=16, choices=Reason.choices)
    change = PointsField()
    balance_after = PointsField()
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "ledger entries"
        constraints = [
            models.CheckConstraint(condition=~models.Q(change=0), name="entry_changes_something"),
            models.CheckConstraint(
                condition=models.Q(balance_after__gte=0), name="entry_balance_not_negative"
            ),
        ]
        indexes = [models.Index(fields=["wallet", "id"], name="entry_of_wallet")]

    def __str__(self) -> str:
        return f"{self.balance} {self.change:+}"
