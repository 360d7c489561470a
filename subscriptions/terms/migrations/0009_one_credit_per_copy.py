from pathlib import Path

from django.db import migrations, models
from django.db.models import Q

FORWARD = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
BACK = """
drop trigger terms_entry_one_credit on terms_entry;
drop function terms_entry_one_credit();
"""


class Migration(migrations.Migration):
    """A copy that was carried (grace recouped, sent from stock) may be lost in the post and credited like any other."""

    dependencies = [("terms", "0008_lines_follow_their_reader")]

    operations = [
        migrations.RemoveConstraint(model_name="entry", name="one_credit_per_copy"),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.UniqueConstraint(
                name="a_copy_is_carried_once",
                fields=["term", "copy_issue"],
                condition=Q(kind__in=["recoup", "back_start"]),
            ),
        ),
        migrations.RunSQL(FORWARD, BACK),
    ]
