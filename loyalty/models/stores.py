"""Whose programme it is: a store (the tenant), its points of sale and its typed settings.

Every row of the house belongs to a store, directly or through its customer. A point of sale is a shop, a branch or
a web shop of that store.
"""

import uuid
from copy import deepcopy
from typing import Any

from django.db import models

from loyalty.programme import ProgrammeSettings


class Store(models.Model):
    """A tenant: one programme with its own customers, currency and settings."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=255)
    currency = models.CharField(max_length=3, default="EUR")
    is_active = models.BooleanField(default=True)
    settings = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    @property
    def programme(self) -> ProgrammeSettings:
        """The settings of this store's programme, defaults filled in."""
        # Asked for many times in one request: read the JSON once for as long as it says the same.
        read: tuple[dict[str, Any], ProgrammeSettings] | None = self.__dict__.get("_programme")
        if read is None or read[0] != self.settings:
            read = deepcopy(self.settings), ProgrammeSettings.from_json(self.settings)
            self.__dict__["_programme"] = read
        return read[1]


class PointOfSale(models.Model):
    """A place where a store sells."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="points_of_sale")
    identifier = models.CharField(max_length=128)
    name = models.CharField(max_length=255)
    description = models.TextField(blank=True)
    address = models.JSONField(default=dict, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "points of sale"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["store", "identifier"], name="pos_identifier_once_per_store")
        ]

    def __str__(self) -> str:
        return self.name
