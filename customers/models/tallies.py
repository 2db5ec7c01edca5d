"""How many customers there are, kept as changes, so that a total does not have to count a million rows.

Where the database does it (PostgreSQL), triggers on the customers add a line for every statement that adds, removes,
deletes or moves customers: by how many the customers of a store on a level became more or fewer. The sum of a
store's lines is exactly the number of its customers who are not deleted, in every transaction's own sight, and
writers never wait for each other. `customers.tallies` reads the sums and from time to time adds lines up.
"""

from django.db import models


class CustomerTally(models.Model):
    """A change of the number of customers of a store on a level. No foreign keys: the sum outlives its rows."""

    id = models.BigAutoField(primary_key=True)
    store_id = models.UUIDField()
    level_id = models.UUIDField(null=True)
    change = models.IntegerField()

    class Meta:
        indexes = [models.Index(fields=["store_id", "level_id"], name="tally_of_store")]

    def __str__(self) -> str:
        return f"{self.change:+}"
