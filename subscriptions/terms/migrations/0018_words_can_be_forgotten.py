from pathlib import Path

from django.db import migrations

FORWARD = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
# The function before it lets nothing through; the migration that made it takes it away.
BACK = migrations.RunSQL.noop


class Migration(migrations.Migration):
    """The expire ledger still only grows, but an erasure reaches the words in it."""

    dependencies = [("terms", "0017_corrections_are_of_a_number")]

    operations = [migrations.RunSQL(FORWARD, BACK)]
