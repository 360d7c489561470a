from pathlib import Path

from django.db import migrations

FORWARD = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
BACK = """
drop trigger audit_entry_is_never_changed on audit_auditentry;
drop trigger audit_trail_is_never_emptied on audit_auditentry;
drop function audit_is_append_only();
"""


class Migration(migrations.Migration):
    """The audit trail only grows."""

    dependencies = [("audit", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACK)]
