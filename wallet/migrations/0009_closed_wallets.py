from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.utils import timezone


def close_wallets_of_nobody(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Wallets of customers who were deleted before wallets could be closed."""
    wallets = apps.get_model("wallet", "Wallet").objects
    wallets.filter(customer__status="deleted").update(closed_at=timezone.now())


class Migration(migrations.Migration):
    dependencies = [("wallet", "0008_batches_in_the_queue")]

    operations = [
        migrations.AddField(
            model_name="wallet",
            name="closed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RunPython(close_wallets_of_nobody, migrations.RunPython.noop, elidable=True),
    ]
