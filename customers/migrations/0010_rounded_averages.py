"""Order and count averages of purchases as they are shown, rounded, in the index alone."""

import django.db.models.expressions
import django.db.models.functions.comparison
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0009_one_spelling_of_cards"),
        ("loyalty", "0005_idempotency_keys_as_digests"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="customer",
            name="customer_by_average",
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                models.F("store"),
                models.ExpressionWrapper(
                    django.db.models.expressions.CombinedExpression(
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.functions.comparison.Cast(
                                    "purchases_amount", models.BigIntegerField()
                                ),
                                "*",
                                models.Value(2, output_field=models.BigIntegerField()),
                            ),
                            "+",
                            django.db.models.functions.comparison.Cast(
                                "purchases_count", models.BigIntegerField()
                            ),
                        ),
                        "/",
                        django.db.models.functions.comparison.NullIf(
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.functions.comparison.Cast(
                                    "purchases_count", models.BigIntegerField()
                                ),
                                "*",
                                models.Value(2, output_field=models.BigIntegerField()),
                            ),
                            0,
                        ),
                    ),
                    output_field=models.BigIntegerField(),
                ),
                models.F("id"),
                models.F("purchases_amount"),
                models.F("purchases_count"),
                condition=models.Q(("status", "deleted"), _negated=True),
                name="customer_by_average",
            ),
        ),
    ]
