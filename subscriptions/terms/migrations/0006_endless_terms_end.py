from pathlib import Path

from django.db import migrations

FORWARD = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    """A term without an end gets one when it is ended: the units that it has served."""

    dependencies = [("terms", "0005_merges_remember_renewal")]

    operations = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]
