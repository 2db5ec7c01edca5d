from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0002_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='level',
            name='special_rewards',
            field=models.JSONField(blank=True, default=list),
        ),
    ]
