import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0008_label_files_are_kept"),
    ]

    operations = [
        migrations.RunSQL(
            sql="UPDATE catalog_magazine SET keep_label_files_days = 30 WHERE keep_label_files_days < 30",
            reverse_sql=migrations.RunSQL.noop,
        ),
        migrations.AlterField(
            model_name="magazine",
            name="keep_label_files_days",
            field=models.PositiveSmallIntegerField(
                db_default=365, default=365, validators=[django.core.validators.MinValueValidator(30)]
            ),
        ),
        migrations.AddConstraint(
            model_name="magazine",
            constraint=models.CheckConstraint(
                condition=models.Q(("keep_label_files_days__gte", 30)), name="label_files_are_kept_a_month"
            ),
        ),
    ]
