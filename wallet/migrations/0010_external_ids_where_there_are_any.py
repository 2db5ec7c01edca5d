"""Keep external ids unique without an index entry for each of the many transfers that have none.

PostgreSQL writes every index entry of a row anew when a batch changes: one less for each spend and each expiry.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("wallet", "0009_closed_wallets")]
    operations = [
        migrations.RemoveConstraint("pointstransfer", "transfer_external_id_once_for_ever"),
        migrations.AddConstraint(
            "pointstransfer",
            models.UniqueConstraint(
                fields=["store", "source", "external_id"],
                condition=models.Q(external_id__isnull=False),
                name="transfer_external_id_once_for_ever",
            ),
        ),
    ]
