from django.db import migrations, models


class Migration(migrations.Migration):
    """So many copies were owed as the term had, which may since have gone on with another number."""

    dependencies = [
        ("terms", "0015_bulk_extensions_stand_once"),
    ]

    operations = [
        migrations.AddField(
            model_name="owedcopy",
            name="copies",
            field=models.PositiveSmallIntegerField(db_default=1, default=1),
        ),
        migrations.AddConstraint(
            model_name="owedcopy",
            constraint=models.CheckConstraint(
                condition=models.Q(("copies__gte", 1)), name="an_owed_copy_is_one_at_least"
            ),
        ),
        migrations.RunSQL(
            sql="UPDATE terms_owedcopy o SET copies = t.copies FROM terms_term t WHERE t.id = o.term_id",
            reverse_sql=migrations.RunSQL.noop,
        ),
    ]
