import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0006_gift_tiers"),
        ("checkout", "0010_order_imports"),
    ]

    operations = [
        migrations.AddField(
            model_name="orderline",
            name="start_issue",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="catalog.issue",
            ),
        ),
    ]
