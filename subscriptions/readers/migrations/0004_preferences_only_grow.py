from pathlib import Path

from django.db import migrations

FORWARD = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
BACK = """
drop trigger preference_is_never_changed on readers_contactpreference;
drop function readers_preferences_only_grow();
"""


class Migration(migrations.Migration):
    """A yes or no to being written to is added to, never changed."""

    dependencies = [("readers", "0003_merges_and_wishes")]

    operations = [migrations.RunSQL(FORWARD, BACK)]
