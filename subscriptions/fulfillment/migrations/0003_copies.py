from pathlib import Path

from django.db import migrations

FORWARD = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
BACK = """
alter function skip_at(bigint, int) parallel unsafe;
drop function fulfillment_check_digit(bigint);
drop table fulfillment_copy;
drop function fulfillment_copy_is_frozen();
"""


class Migration(migrations.Migration):
    """The partitioned table of copies, which never change, and the check digit in SQL."""

    dependencies = [("fulfillment", "0002_pulled_runs"), ("terms", "0002_guards")]

    operations = [migrations.RunSQL(FORWARD, BACK)]
