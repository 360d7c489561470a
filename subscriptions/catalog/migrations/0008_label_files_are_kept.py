from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0007_surcharges_fall_due"),
    ]

    operations = [
        migrations.AddField(
            model_name="magazine",
            name="keep_label_files_days",
            field=models.PositiveSmallIntegerField(db_default=365, default=365),
        ),
    ]
