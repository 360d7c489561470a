from django.db import migrations, models


class Migration(migrations.Migration):
    """0004 took this constraint away together with the one on issues, though digital access has a copy as well."""

    dependencies = [("checkout", "0006_refunds_of_gift_codes")]

    operations = [
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.CheckConstraint(condition=models.Q(("copies__gte", 1)), name="line_has_copies"),
        ),
    ]
