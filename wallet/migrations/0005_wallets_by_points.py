"""Find a store's wallets in order of what they hold; the store's own index, with which that one begins, goes.

Only the index goes: on SQLite a changed column would make the table anew.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("wallet", "0004_due_wallets_in_order")]
    operations = [
        migrations.AddIndex("wallet", models.Index(fields=["store", "available", "customer"], name="wallet_by_points")),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "DROP INDEX wallet_wallet_store_id_3c661c16",
                    "CREATE INDEX wallet_wallet_store_id_3c661c16 ON wallet_wallet (store_id)",
                )
            ],
            state_operations=[
                migrations.AlterField("wallet", "store", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="wallets", to="loyalty.store")),
            ],
        ),
    ]
