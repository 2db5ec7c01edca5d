"""Staff and sellers: the people who work with the programme, and how they log in.

Staff work in the cockpit and through the administrators' API; roles are Django groups. A seller stands at the till
of one point of sale. Customers live in the `customers` app.
"""

import uuid
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.models import PermissionsMixin
from django.db import models

from loyalty.actors import ActorKind
from loyalty.models.stores import PointOfSale, Store
from loyalty.principals import Principal


class StaffUserManager(BaseUserManager["StaffUser"]):
    """Makes staff users; the password is hashed here and nowhere else."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "StaffUser":
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> "StaffUser":
        return self.create_user(username, password, is_superuser=True, **fields)


class StaffUser(AbstractBaseUser, PermissionsMixin):
    """An administrator of the programme. Without `stores`, all stores."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    username = models.CharField(max_length=150, unique=True)
    email = models.EmailField(unique=True)
    first_name = models.CharField(max_length=150, blank=True)
    last_name = models.CharField(max_length=150, blank=True)
    phone = models.CharField(max_length=32, blank=True)
    is_active = models.BooleanField(default=True)
    stores = models.ManyToManyField(Store, blank=True, related_name="staff")
    token_version = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["email"]
    objects = StaffUserManager()

    class Meta:
        ordering = ["username"]

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    def set_password(self, raw_password: str | None) -> None:
        """Hash and keep a password, ending every open session. The caller saves."""
        super().set_password(raw_password)
        self.token_version += 1

    def get_full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def get_short_name(self) -> str:
        return self.first_name or self.username

    @property
    def is_staff(self) -> bool:
        """Whoever is in this table may open the cockpit; permissions decide what it shows."""
        return self.is_active

    @property
    def is_active_principal(self) -> bool:
        return self.is_active

    def as_principal(self) -> Principal:
        """Give the principal that requests of this person act as."""
        store_ids = frozenset(self.stores.values_list("id", flat=True)) or None
        return Principal(
            kind=ActorKind.ADMIN,
            id=str(self.id),
            name=self.username,
            store_ids=store_ids,
            permissions=self.get_all_permissions,
            is_superuser=self.is_superuser,
        )


class Credentials(models.Model):
    """A password and the version of every token given for it; raising the version ends all sessions at once."""

    password = models.CharField(max_length=128, blank=True)
    token_version = models.PositiveIntegerField(default=0)
    last_login_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    def set_password(self, raw: str) -> None:
        """Hash and keep a password, ending every open session. The caller saves."""
        self.password = make_password(raw)
        self.token_version += 1

    def check_password(self, raw: str) -> bool:
        """Tell whether the password is right; an account without one never says yes."""
        return bool(self.password) and check_password(raw, self.password)


class Seller(Credentials):
    """A merchant's person at the till of one point of sale."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="sellers")
    point_of_sale = models.ForeignKey(PointOfSale, on_delete=models.PROTECT, related_name="sellers")
    first_name = models.CharField(max_length=150)
    last_name = models.CharField(max_length=150)
    email = models.EmailField()
    phone = models.CharField(max_length=32, blank=True)
    is_active = models.BooleanField(default=True)
    is_deleted = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["last_name", "first_name"]
        constraints = [
            models.UniqueConstraint(
                fields=["store", "email"],
                condition=models.Q(is_deleted=False),
                name="seller_email_once_per_store",
            )
        ]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def is_active_principal(self) -> bool:
        return self.is_active and not self.is_deleted

    def as_principal(self) -> Principal:
        """Give the principal that requests of this person act as."""
        return Principal(
            kind=ActorKind.SELLER,
            id=str(self.id),
            name=self.email,
            store_ids=frozenset({self.store_id}),
            point_of_sale_id=self.point_of_sale_id,
            home=self.store,
        )
