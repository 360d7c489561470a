from pathlib import Path

from django.db import migrations

FORWARD = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
BACK = """
create or replace function fulfillment_copy_is_frozen() returns trigger language plpgsql as $$
begin
  raise exception 'the copies of issue % are frozen', old.issue_id
    using errcode = 'integrity_constraint_violation', constraint = 'copies_are_frozen';
end $$;
"""


class Migration(migrations.Migration):
    """Supplements and claims runs may take their own copies back until hand-over."""

    dependencies = [("fulfillment", "0004_run_purposes")]

    operations = [migrations.RunSQL(FORWARD, BACK)]
