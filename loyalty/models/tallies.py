"""How many rows there are, kept as changes, so that a total does not have to count a million of them.

Where the database does it (PostgreSQL), triggers on the counted rows add a line for what each statement added, removed
or moved: by how many the rows of a store became more or fewer, by what they are told apart by. The sum of a store's
lines is exactly the number of its rows, in every transaction's own sight, and writers never wait for each other.
`loyalty.tallies` reads the sums, from time to time adds lines up, and proves them against the rows.
"""

from typing import Any

from django.db import models


class Tally(models.Model):
    """A change of a number of rows of a store. What further columns a subclass has is what they are told apart by.

    No foreign keys: the sum outlives its rows.
    """

    id = models.BigAutoField(primary_key=True)
    store_id = models.UUIDField()
    change = models.IntegerField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.change:+}"

    @classmethod
    def counted(cls) -> "models.QuerySet[Any]":
        """Give the rows whose numbers these are, of every store."""
        raise NotImplementedError
