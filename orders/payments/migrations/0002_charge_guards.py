from pathlib import Path

from django.db import migrations

UNDO = """
DROP TRIGGER demand_permit ON payments_paymentattempt;
DROP TRIGGER keep_paid ON payments_paymentattempt;
DROP TRIGGER keep_permit ON payments_chargepermit;
DROP FUNCTION payments_demand_permit();
DROP FUNCTION payments_keep_paid();
DROP FUNCTION payments_keep_permit();
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0001_initial")]
    operations = [migrations.RunSQL(Path(__file__).with_suffix(".sql").read_text(), UNDO)]
