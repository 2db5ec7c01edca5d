"""Drop the indexes of one column of purchases that longer ones begin with."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_initial"), ("loyalty", "0001_initial"), ("orders", "0001_initial")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "DROP INDEX orders_purchase_customer_id_b766a661",
                    "CREATE INDEX orders_purchase_customer_id_b766a661 ON orders_purchase (customer_id)",
                ),
                migrations.RunSQL(
                    "DROP INDEX orders_purchase_store_id_f42154a5",
                    "CREATE INDEX orders_purchase_store_id_f42154a5 ON orders_purchase (store_id)",
                ),
            ],
            state_operations=[
                migrations.AlterField(
                    "purchase",
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="purchases",
                        to="customers.customer",
                    ),
                ),
                migrations.AlterField(
                    "purchase",
                    "store",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="purchases",
                        to="loyalty.store",
                    ),
                ),
            ],
        )
    ]
