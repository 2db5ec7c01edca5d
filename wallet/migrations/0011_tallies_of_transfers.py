"""Triggers keep the tallies of transfers on PostgreSQL; SQLite counts, and loses triggers when it rebuilds a table."""

from pathlib import Path

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

SQL = Path(__file__).parent


def add_triggers(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    run(schema_editor, SQL / "tallies.postgresql.sql")


def drop_triggers(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    run(schema_editor, SQL / "tallies.postgresql.down.sql")


def run(schema_editor: BaseDatabaseSchemaEditor, script: Path) -> None:
    if schema_editor.connection.vendor == "postgresql":
        for statement in script.read_text().split("--;"):
            schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("wallet", "0010_external_ids_where_there_are_any")]
    operations = [
        migrations.CreateModel(
            name="TransferTally",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("store_id", models.UUIDField()),
                ("change", models.IntegerField()),
                ("kind", models.CharField(max_length=16)),
                ("state", models.CharField(max_length=16)),
            ],
            options={
                "verbose_name_plural": "transfer tallies",
                "indexes": [models.Index(fields=["store_id"], name="transfer_tally_of_store")],
            },
        ),
        migrations.RunPython(add_triggers, drop_triggers),
    ]
