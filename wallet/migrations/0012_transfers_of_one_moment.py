"""Put a store's transfers in the order in which lists ask for them: moment and id both one way.

With the id the other way round, the newest page read all transfers of the newest moment, and one import gives very
many the same. Cancelled transfers and blocks, which are rare, get an index that holds nothing else.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("wallet", "0011_tallies_of_transfers")]
    operations = [
        migrations.RemoveIndex(model_name="pointstransfer", name="transfer_of_store"),
        migrations.AddIndex(
            model_name="pointstransfer",
            index=models.Index(fields=["store", "created_at", "id"], name="transfer_of_store"),
        ),
        migrations.AddIndex(
            model_name="pointstransfer",
            index=models.Index(
                condition=models.Q(("state", "canceled")),
                fields=["store", "created_at", "id"],
                name="transfer_canceled",
            ),
        ),
        migrations.AddIndex(
            model_name="pointstransfer",
            index=models.Index(
                condition=models.Q(("kind", "blocked")),
                fields=["store", "created_at", "id"],
                name="transfer_blocked",
            ),
        ),
    ]
