from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0004_indexes"),
        ("readers", "0005_search"),
    ]

    operations = [
        migrations.AddField(
            model_name="paymentattempt",
            name="card_last4",
            field=models.CharField(blank=True, db_default="", default="", max_length=4),
        ),
        migrations.AddIndex(
            model_name="paymentattempt",
            index=models.Index(
                condition=models.Q(("card_last4", ""), _negated=True), fields=["card_last4"], name="attempt_by_card"
            ),
        ),
    ]
