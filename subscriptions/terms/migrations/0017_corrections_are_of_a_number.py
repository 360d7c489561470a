from django.db import migrations, models

# One word stood for three things. The guard lets entries only grow, so it looks away while they are told apart.
TELL_APART = """
alter table terms_entry disable trigger terms_entry_only_grows;
update terms_entry set kind = case when units < 0 then 'taken_over' else 'ended' end where kind = 'correction';
alter table terms_entry enable trigger terms_entry_only_grows;
"""
ONE_AGAIN = """
alter table terms_entry disable trigger terms_entry_only_grows;
update terms_entry set kind = 'correction' where kind in ('taken_over', 'ended');
alter table terms_entry enable trigger terms_entry_only_grows;
"""


class Migration(migrations.Migration):
    dependencies = [("terms", "0016_owed_copies_have_a_number")]

    operations = [
        migrations.AlterField(
            model_name="entry",
            name="kind",
            field=models.CharField(
                choices=[
                    ("bought", "Bought"),
                    ("bonus", "Bonus"),
                    ("credit", "Credit"),
                    ("recoup", "grace recouped"),
                    ("back_start", "sent from stock"),
                    ("cut", "Cut"),
                    ("split_out", "goes on in another term"),
                    ("split_in", "goes on from another term"),
                    ("write_off", "grace written off"),
                    ("correction", "Correction"),
                    ("taken_over", "sent before it came here"),
                    ("ended", "end of what had none"),
                ],
                max_length=12,
            ),
        ),
        migrations.RunSQL(TELL_APART, ONE_AGAIN),
    ]
