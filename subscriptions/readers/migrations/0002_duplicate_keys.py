from pathlib import Path

from django.db import migrations, models

FORWARD = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
BACK = """
drop function readers_door_key(text, text, text, text);
drop function readers_name_key(text, text, text, text);
"""


def key(function: str, *columns: str, null: bool = False) -> models.GeneratedField:
    return models.GeneratedField(
        db_persist=True,
        expression=models.Func(*map(models.F, columns), function=function, output_field=models.TextField()),
        output_field=models.TextField(null=null),
    )


class Migration(migrations.Migration):
    """What look-alikes are found by, for every address on file and every one to come."""

    dependencies = [("readers", "0001_initial")]

    operations = [
        migrations.RunSQL(FORWARD, BACK),
        migrations.AddField(
            model_name="address",
            name="door_key",
            field=key("readers_door_key", "label_zip5", "label_postcode", "label_city", "label_addr1"),
        ),
        migrations.AddField(
            model_name="address",
            name="name_key",
            field=key("readers_name_key", "label_zip5", "label_postcode", "label_city", "label_name", null=True),
        ),
        migrations.AddIndex(model_name="address", index=models.Index(fields=["door_key"], name="address_door")),
        migrations.AddIndex(model_name="address", index=models.Index(fields=["name_key"], name="address_name")),
    ]
