"""How many customers a store has, by level, the deleted left out; kept as `loyalty.models.tallies` says."""

from typing import Any

from django.db import models

from customers.models.customers import Customer
from loyalty.models.tallies import Tally


class CustomerTally(Tally):
    """A change of the number of customers of a store on a level."""

    level_id = models.UUIDField(null=True)

    class Meta:
        indexes = [models.Index(fields=["store_id", "level_id"], name="tally_of_store")]

    @classmethod
    def counted(cls) -> "models.QuerySet[Any]":
        return Customer.objects.exclude(status=Customer.Status.DELETED)
