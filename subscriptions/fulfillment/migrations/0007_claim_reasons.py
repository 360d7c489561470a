from typing import Any

from django.db import migrations

# code of a claim's reason, the copy arrived, another copy helps
RULES = [("missing", False, True), ("damaged", True, True), ("came_late", True, False), ("returned", False, False)]


def say_what_they_mean(apps: Any, schema_editor: Any) -> None:
    reasons = apps.get_model("terms", "ServiceReason").objects
    reasons.create(code="returned", use="claim", name="Came back to us", words="", effect="credit", position=90)
    rules = apps.get_model("fulfillment", "ClaimReason")
    rules.objects.bulk_create(
        rules(reason=reasons.get(code=code), copy_arrived=arrived, may_be_replaced=replaced)
        for code, arrived, replaced in RULES
    )


class Migration(migrations.Migration):
    """What the reasons that a house begins with mean for a claimed copy, and the one for what the post brings back."""

    dependencies = [("fulfillment", "0006_claims"), ("terms", "0004_ended_terms")]

    operations = [migrations.RunPython(say_what_they_mean, migrations.RunPython.noop)]
