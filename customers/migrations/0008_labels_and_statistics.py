"""Find who has a label in the index alone; on PostgreSQL keep statistics of what searches compare.

Without them the planner takes every part of a text and every pair of a label for rare.
"""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

_STATISTICS = {
    "customer_text_first_name": "(UPPER(first_name)) FROM customers_customer",
    "customer_text_last_name": "(UPPER(last_name)) FROM customers_customer",
    "customer_text_city": "(UPPER(city)) FROM customers_customer",
    "customer_text_postal": "(UPPER(postal)) FROM customers_customer",
    "customer_label_pair": "key, value FROM customers_customerlabel",
}


def add_statistics(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        for name, subject in _STATISTICS.items():
            schema_editor.execute(f"CREATE STATISTICS IF NOT EXISTS {name} ON {subject}")


def drop_statistics(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        for name in _STATISTICS:
            schema_editor.execute(f"DROP STATISTICS IF EXISTS {name}")


class Migration(migrations.Migration):
    dependencies = [("customers", "0007_text_search")]
    operations = [
        migrations.RemoveIndex(model_name="customerlabel", name="customer_label_value"),
        migrations.AddIndex(
            model_name="customerlabel",
            index=models.Index(fields=["key", "value", "customer"], name="customer_label_value"),
        ),
        migrations.RunPython(add_statistics, drop_statistics),
    ]
