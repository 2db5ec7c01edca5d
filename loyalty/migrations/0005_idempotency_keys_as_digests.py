"""Idempotency keys are kept as digests: callers make them of names. Keys of the last days keep working."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from loyalty.idempotency import stored_key


def digest_keys(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    keys = apps.get_model("loyalty", "IdempotencyKey").objects
    last = keys.order_by("-pk").values_list("pk", flat=True).first()
    for pk, scope, key in keys.filter(pk__lte=last or 0).values_list("pk", "scope", "key").iterator():
        keys.filter(pk=pk).update(key=stored_key(scope, key))


class Migration(migrations.Migration):
    dependencies = [("loyalty", "0004_fewer_indexes")]
    operations = [migrations.RunPython(digest_keys, migrations.RunPython.noop)]
