"""Who takes part: customers, their labels, and what they have bought so far in sums.

E-mail, phone and card number are each unique within a store. E-mail is compared without case, a phone is kept in
E.164, so `email_key` and `phone` are what uniqueness and look-ups use. The sums of purchases are kept by the orders
floor through `customers.spending`, because levels, lists and segments read them all the time.
"""

import uuid
from typing import Any

from django.db import models
from django.db.models.functions import Cast, NullIf, Replace, Upper

from loyalty.actors import ActorKind
from loyalty.fields import MoneyField
from loyalty.models import Credentials, PointOfSale, Seller, Store
from loyalty.principals import Principal

_TWO = models.Value(2, output_field=models.BigIntegerField())


def _whole(column: str) -> Cast:
    return Cast(column, models.BigIntegerField())


# What a customer spends per purchase in hundredths, rounded half up; NULL before the first purchase.
AVERAGE = models.ExpressionWrapper(
    (_whole("purchases_amount") * _TWO + _whole("purchases_count"))
    / NullIf(_whole("purchases_count") * _TWO, 0),
    output_field=models.BigIntegerField(),
)


def _list_index(column: str, *, name: str) -> models.Index:
    """Make the index of one order of a store's customers, the deleted left out."""
    return models.Index(fields=["store", column, "id"], condition=~models.Q(status="deleted"), name=name)


class Customer(Credentials):
    """A member of a store's programme. The wallet has the same id."""

    class Status(models.TextChoices):
        NEW = "new"
        ACTIVE = "active"
        BLOCKED = "blocked"
        DELETED = "deleted"

    class CardState(models.TextChoices):
        NO_CARD = "no-card"
        CARD_SENT = "card-sent"
        WITH_CARD = "with-card"

    class Gender(models.TextChoices):
        MALE = "male"
        FEMALE = "female"
        NOT_DISCLOSED = "not_disclosed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Without an index of its own: those below begin with the store.
    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="customers", db_index=False)

    status = models.CharField(max_length=16, choices=Status.choices, default=Status.NEW)
    card_state = models.CharField(max_length=16, choices=CardState.choices, default=CardState.NO_CARD)

    first_name = models.CharField(max_length=255, blank=True)
    last_name = models.CharField(max_length=255, blank=True)
    gender = models.CharField(max_length=16, choices=Gender.choices, blank=True)
    birth_date = models.DateField(null=True, blank=True)
    email = models.CharField(max_length=254, blank=True)
    email_key = models.CharField(max_length=254, null=True, blank=True, editable=False)
    phone = models.CharField(max_length=32, null=True, blank=True)
    card_number = models.CharField(max_length=128, null=True, blank=True)

    street = models.CharField(max_length=255, blank=True)
    address1 = models.CharField(max_length=255, blank=True)
    address2 = models.CharField(max_length=255, blank=True)
    postal = models.CharField(max_length=32, blank=True)
    city = models.CharField(max_length=255, blank=True)
    province = models.CharField(max_length=255, blank=True)
    country = models.CharField(max_length=255, blank=True)
    company_name = models.CharField(max_length=255, blank=True)
    company_tax_id = models.CharField(max_length=64, blank=True)

    agreement1 = models.BooleanField(default=False)
    agreement2 = models.BooleanField(default=False)
    agreement3 = models.BooleanField(default=False)
    came_by_invitation = models.BooleanField(default=False)
    is_unsubscribed = models.BooleanField(default=False)
    subscribed_at = models.DateTimeField(null=True, blank=True)
    avatar = models.ImageField(upload_to="avatars/", blank=True)
    # When every personal value was taken out; what is left is history without a name.
    anonymized_at = models.DateTimeField(null=True, blank=True)

    level = models.ForeignKey(
        "Level", on_delete=models.PROTECT, null=True, blank=True, related_name="customers"
    )
    level_is_manual = models.BooleanField(default=False)
    level_changed_at = models.DateTimeField(null=True, blank=True)
    point_of_sale = models.ForeignKey(
        PointOfSale, on_delete=models.SET_NULL, null=True, blank=True, related_name="customers"
    )
    seller = models.ForeignKey(
        Seller, on_delete=models.SET_NULL, null=True, blank=True, related_name="customers"
    )

    purchases_count = models.PositiveIntegerField(default=0)
    purchases_amount = MoneyField()
    purchases_amount_without_delivery = MoneyField()
    amount_excluded_for_level = MoneyField()
    first_purchase_at = models.DateTimeField(null=True, blank=True)
    last_purchase_at = models.DateTimeField(null=True, blank=True)

    created_at = models.DateTimeField()
    updated_at = models.DateTimeField(auto_now=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["store", "email_key"], name="customer_email_once_per_store"),
            models.UniqueConstraint(fields=["store", "phone"], name="customer_phone_once_per_store"),
            models.UniqueConstraint(fields=["store", "card_number"], name="customer_card_once_per_store"),
            # Cards are kept as they are printed; letter case and blanks make no second one.
            models.UniqueConstraint(
                models.F("store"),
                Upper(Replace("card_number", models.Value(" "), models.Value(""))),
                name="customer_card_in_one_spelling",
            ),
        ]
        indexes = [
            # Lists show everybody but the deleted, in any order: each index is one order, ended by the id so that
            # every page is a stretch of it (docs/performance.md).
            _list_index("created_at", name="customer_by_age"),
            _list_index("first_name", name="customer_by_first_name"),
            _list_index("last_name", name="customer_by_name"),
            _list_index("birth_date", name="customer_by_birth_date"),
            _list_index("gender", name="customer_by_gender"),
            _list_index("city", name="customer_by_city"),
            _list_index("status", name="customer_by_status"),
            _list_index("level", name="customer_by_level"),
            _list_index("point_of_sale", name="customer_by_point_of_sale"),
            _list_index("purchases_count", name="customer_by_count"),
            _list_index("purchases_amount", name="customer_by_amount"),
            _list_index("purchases_amount_without_delivery", name="customer_by_amount_net"),
            _list_index("amount_excluded_for_level", name="customer_by_excluded_amount"),
            _list_index("last_purchase_at", name="customer_by_last_purchase"),
            # With what it is computed from: counting by it needs nothing but the index.
            models.Index(
                "store",
                AVERAGE,
                "id",
                "purchases_amount",
                "purchases_count",
                condition=~models.Q(status="deleted"),
                name="customer_by_average",
            ),
            # The deleted too: segments follow who has changed, and who has gone.
            models.Index(fields=["store", "updated_at", "id", "status"], name="customer_by_update"),
        ]

    def __str__(self) -> str:
        known = self.full_name or self.email or self.phone or self.card_number
        return known or ("Anonymous customer" if self.anonymized_at else str(self.id))

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def is_active(self) -> bool:
        return self.status == self.Status.ACTIVE

    @property
    def is_active_principal(self) -> bool:
        return self.is_active

    def as_principal(self) -> Principal:
        """Give the principal that requests of this customer act as."""
        return Principal(
            kind=ActorKind.CUSTOMER, id=str(self.id), store_ids=frozenset({self.store_id}), home=self.store
        )


class CustomerLabel(models.Model):
    """A key and value that the programme hangs on a customer, for filters and segments.

    The store is the customer's, and a deleted customer has no labels (`customers.erasure`): counting labels counts
    a store's customers.
    """

    id = models.BigAutoField(primary_key=True)
    # Neither has an index of its own: others begin with the same column.
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="labels", db_index=False)
    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=128)
    value = models.CharField(max_length=255, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["customer", "key", "value"], name="customer_label_once")
        ]
        indexes = [
            models.Index(fields=["key", "value", "customer", "store"], name="customer_label_value"),
            # Whoever has any value of a key is counted once.
            models.Index(fields=["store", "key", "customer"], name="customer_label_key"),
        ]

    def __str__(self) -> str:
        return f"{self.key}:{self.value}"

    def save(self, **options: Any) -> None:
        if self._state.adding:
            self.store_id = self.customer.store_id
        super().save(**options)


class PushToken(models.Model):
    """The address of an app on a customer's device, to which push messages go."""

    id = models.BigAutoField(primary_key=True)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="push_tokens")
    token = models.CharField(max_length=255)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["customer", "token"], name="push_token_once")]

    def __str__(self) -> str:
        return f"device {self.pk}"
