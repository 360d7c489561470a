from pathlib import Path

from django.db import migrations, models

HERE = Path(__file__)
FORWARD = HERE.with_suffix(".sql").read_text(encoding="utf-8")
BACK = (HERE.parent / "0005_extra_copies.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    """A person can be erased from copies that were mailed, and the run says so."""

    dependencies = [("fulfillment", "0007_claim_reasons")]

    operations = [
        migrations.AddField(
            model_name="labelrun",
            name="redacted_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RunSQL(FORWARD, BACK),
    ]
