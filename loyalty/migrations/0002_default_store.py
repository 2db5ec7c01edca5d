"""A new installation has the store DEFAULT; an installation that has stores already keeps to them."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def make_default_store(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    store = apps.get_model("loyalty", "Store")
    if not store.objects.exists():
        store.objects.create(code="DEFAULT", name="Default store", currency="EUR")


class Migration(migrations.Migration):
    dependencies = [("loyalty", "0001_initial")]
    operations = [migrations.RunPython(make_default_store, migrations.RunPython.noop)]
