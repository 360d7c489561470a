from pathlib import Path

from django.db import migrations

FORWARD = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
# The function before it says the same, more slowly; the migration that made it takes it away.
BACK = migrations.RunSQL.noop


class Migration(migrations.Migration):
    """A pull's skips are checked without the questions that concern holds alone."""

    dependencies = [("terms", "0013_ends_that_shift")]

    operations = [migrations.RunSQL(FORWARD, BACK)]
