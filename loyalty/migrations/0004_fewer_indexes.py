"""Drop the index of an event's store: two longer ones begin with it.

Only the indexes go: on SQLite a changed column would make the table anew, and its triggers would be lost.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("loyalty", "0003_codes_and_erasure")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "DROP INDEX loyalty_event_store_id_7fd66327",
                    "CREATE INDEX loyalty_event_store_id_7fd66327 ON loyalty_event (store_id)",
                )
            ],
            state_operations=[
                migrations.AlterField("event", "store", models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="loyalty.store")),
            ],
        ),
    ]
