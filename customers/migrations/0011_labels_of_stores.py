"""Let labels say whose store they are of, so that counting them counts customers without looking at a customer.

Deleted customers have no labels; any that one has all the same go.
"""

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def fill_stores(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    customers = apps.get_model("customers", "Customer").objects
    labels = apps.get_model("customers", "CustomerLabel").objects
    labels.filter(customer__status="deleted").delete()
    owners = customers.filter(pk=models.OuterRef("customer_id"))
    labels.update(store_id=models.Subquery(owners.values("store_id")[:1]))


def keep(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Nothing to take back: the column goes."""


class Migration(migrations.Migration):
    dependencies = [
        ("loyalty", "0005_idempotency_keys_as_digests"),
        ("customers", "0010_rounded_averages"),
    ]
    operations = [
        migrations.RemoveIndex(model_name="customerlabel", name="customer_label_value"),
        migrations.AddField(
            model_name="customerlabel",
            name="store",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="loyalty.store",
            ),
        ),
        migrations.RunPython(fill_stores, keep),
        migrations.AlterField(
            model_name="customerlabel",
            name="store",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="loyalty.store",
            ),
        ),
        migrations.AlterField(
            model_name="customerlabel",
            name="customer",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="labels",
                to="customers.customer",
            ),
        ),
        migrations.AddIndex(
            model_name="customerlabel",
            index=models.Index(fields=["key", "value", "customer", "store"], name="customer_label_value"),
        ),
        migrations.AddIndex(
            model_name="customerlabel",
            index=models.Index(fields=["store", "key", "customer"], name="customer_label_key"),
        ),
    ]
