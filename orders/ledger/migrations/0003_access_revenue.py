from typing import Any

from django.db import migrations


def add_account(apps: Any, schema_editor: Any) -> None:
    apps.get_model("ledger", "Account").objects.create(code="4140", name="Digital access revenue", kind="revenue")


class Migration(migrations.Migration):
    """The account of digital access, which is earned by the day."""

    dependencies = [("ledger", "0002_guards")]

    operations = [migrations.RunPython(add_account, migrations.RunPython.noop)]
