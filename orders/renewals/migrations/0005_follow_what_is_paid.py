from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0009_label_files_are_kept_a_month"),
        ("checkout", "0011_orders_may_start_later"),
        ("renewals", "0004_cycles_keep_their_copies"),
        ("terms", "0016_owed_copies_have_a_number"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="cycle",
            index=models.Index(
                condition=models.Q(("order__isnull", False), ("state__in", ["dunning", "stopped", "lapsed"])),
                fields=["order"],
                name="cycle_given_up",
            ),
        ),
        migrations.AddIndex(
            model_name="cycle",
            index=models.Index(
                condition=models.Q(("state__in", ["charging", "needs_reader"])),
                fields=["state"],
                name="cycle_charged",
            ),
        ),
    ]
