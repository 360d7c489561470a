from pathlib import Path

from django.db import migrations

FORWARD = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
BACK = """
drop trigger catalog_issue_guard on catalog_issue;
drop function catalog_issue_guard();
"""


class Migration(migrations.Migration):
    """Pulled issues are frozen, and states move along their arrows only."""

    dependencies = [("catalog", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACK)]
