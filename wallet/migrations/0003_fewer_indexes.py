"""Drop the indexes of one column that longer ones begin with: every movement of points wrote them for nothing.

Only the indexes go: on SQLite a changed column would make the table anew, and its triggers would be lost.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("wallet", "0002_append_only")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "DROP INDEX wallet_ledgerentry_wallet_id_1f2d8dce",
                    "CREATE INDEX wallet_ledgerentry_wallet_id_1f2d8dce ON wallet_ledgerentry (wallet_id)",
                )
            ],
            state_operations=[
                migrations.AlterField("ledgerentry", "wallet", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="entries", to="wallet.wallet")),
            ],
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "DROP INDEX wallet_pointstransfer_wallet_id_fc966479",
                    "CREATE INDEX wallet_pointstransfer_wallet_id_fc966479 ON wallet_pointstransfer (wallet_id)",
                )
            ],
            state_operations=[
                migrations.AlterField("pointstransfer", "wallet", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="transfers", to="wallet.wallet")),
            ],
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "DROP INDEX wallet_pointstransfer_store_id_359b1e61",
                    "CREATE INDEX wallet_pointstransfer_store_id_359b1e61 ON wallet_pointstransfer (store_id)",
                )
            ],
            state_operations=[
                migrations.AlterField("pointstransfer", "store", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="points_transfers", to="loyalty.store")),
            ],
        ),
    ]
