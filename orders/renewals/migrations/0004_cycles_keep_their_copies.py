from django.db import migrations, models

# As they were read until now whenever a charge was made: those of what the payer had last.
COPIES = """
update renewals_cycle c set copies = coalesce((
    select t.copies from terms_term t
     where t.subscription_id = c.subscription_id
       and t.payer_id = (select a.payer_id from checkout_autorenewconsent a where a.id = c.consent_id)
     order by t.c_from desc, t.id desc limit 1
), 1)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("renewals", "0003_cycles_kept_true"),
        ("checkout", "0010_order_imports"),
        ("terms", "0014_skips_enter_lightly"),
    ]

    operations = [
        migrations.AddField(
            model_name="cycle",
            name="copies",
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.RunSQL(COPIES, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="cycle",
            constraint=models.CheckConstraint(condition=models.Q(("copies__gte", 1)), name="cycle_renews_copies"),
        ),
    ]
