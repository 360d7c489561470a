from pathlib import Path

from django.db import migrations

FORWARD = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
BACK = """
drop trigger catalog_stockmovement_only_grows on catalog_stockmovement;
drop function catalog_stockmovement_only_grows();
"""


class Migration(migrations.Migration):
    """Movements of stock only grow."""

    dependencies = [("catalog", "0003_stock_and_policies")]

    operations = [migrations.RunSQL(FORWARD, BACK)]
