"""Triggers keep the tallies of customers on PostgreSQL; SQLite counts, and loses triggers when it rebuilds a table."""

from pathlib import Path

from django.db import migrations
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
    dependencies = [("customers", "0005_list_indexes")]
    operations = [migrations.RunPython(add_triggers, drop_triggers)]
