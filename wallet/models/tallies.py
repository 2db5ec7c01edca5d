"""How many transfers a store has, by kind and state; kept as `loyalty.models.tallies` says."""

from typing import Any

from django.db import models

from loyalty.models.tallies import Tally
from wallet.models.transfers import PointsTransfer


class TransferTally(Tally):
    """A change of the number of transfers of a store of one kind and in one state."""

    kind = models.CharField(max_length=16)
    state = models.CharField(max_length=16)

    class Meta:
        verbose_name_plural = "transfer tallies"
        indexes = [models.Index(fields=["store_id"], name="transfer_tally_of_store")]

    @classmethod
    def counted(cls) -> "models.QuerySet[Any]":
        return PointsTransfer.objects.all()
