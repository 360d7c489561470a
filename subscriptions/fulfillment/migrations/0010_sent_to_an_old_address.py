from typing import Any

from django.db import migrations


def add_reason(apps: Any, schema_editor: Any) -> None:
    reason, _ = apps.get_model("terms", "ServiceReason").objects.get_or_create(
        code="old_address",
        defaults={"use": "claim", "name": "Went to an old address", "effect": "credit", "position": 91},
    )
    if reason.use == "claim":
        # There is nothing to wait for, and it is no miss.
        rules = apps.get_model("fulfillment", "ClaimReason").objects
        rules.get_or_create(reason=reason, defaults={"copy_arrived": True, "may_be_replaced": True})


class Migration(migrations.Migration):
    """The reason for a copy that went to an address which is no longer good (domain 4.22). Only staff give it."""

    dependencies = [("fulfillment", "0009_label_files_are_kept"), ("terms", "0004_ended_terms")]

    operations = [migrations.RunPython(add_reason, migrations.RunPython.noop)]
