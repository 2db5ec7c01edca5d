"""Ledger entries may only be appended: a trigger refuses UPDATE and DELETE in both databases."""

from pathlib import Path

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

SQL = Path(__file__).parent


def add_triggers(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    run(schema_editor, SQL / f"append_only.{schema_editor.connection.vendor}.sql")


def drop_triggers(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    run(schema_editor, SQL / f"append_only.{schema_editor.connection.vendor}.down.sql")


def run(schema_editor: BaseDatabaseSchemaEditor, script: Path) -> None:
    for statement in script.read_text().split("--;"):
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("wallet", "0001_initial")]
    operations = [migrations.RunPython(add_triggers, drop_triggers)]
