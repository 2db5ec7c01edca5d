"""On PostgreSQL an index of three-letter groups finds customers by a part of a name, e-mail, phone, card or town.

It needs the extension pg_trgm, which a role may install that may create in the database. A role that may not gets
the other indexes and a message; docs/operating.md says how to add this one later.
"""

import sys

from django.db import DatabaseError, migrations, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

_INDEX = """
CREATE INDEX IF NOT EXISTS customer_by_text ON customers_customer USING gin (
    UPPER(first_name) gin_trgm_ops,
    UPPER(last_name) gin_trgm_ops,
    email_key gin_trgm_ops,
    phone gin_trgm_ops,
    UPPER(card_number) gin_trgm_ops,
    UPPER(city) gin_trgm_ops,
    UPPER(postal) gin_trgm_ops
) WHERE status <> 'deleted'
"""


def add_index(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor != "postgresql":
        return
    try:
        with transaction.atomic():
            schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    except DatabaseError as error:
        sys.stderr.write(
            "\n  The extension pg_trgm could not be installed, so customers are searched by text without an index "
            f"(docs/operating.md): {str(error).strip()}\n"
        )
        return
    schema_editor.execute(_INDEX)


def drop_index(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX IF EXISTS customer_by_text")


class Migration(migrations.Migration):
    dependencies = [("customers", "0006_tallies")]
    operations = [migrations.RunPython(add_index, drop_index)]
