from pathlib import Path
from typing import Any

from django.db import migrations

FORWARD = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
BACK = """
drop index term_released;
drop trigger terms_term_ends_once on terms_term;
drop function terms_term_ends_once();
"""
# code, use, what staff see, what readers see (empty: not for them), what it does to the term
REASONS = [
    ("never_came", "extension", "A copy never came", "", "credit"),
    ("came_back", "extension", "A copy came back", "", "credit"),
    ("late", "extension", "A copy came late", "", "bonus"),
    ("goodwill", "extension", "Goodwill", "", "bonus"),
    ("spread", "extension", "More issues for the money that is left", "", "split"),
    ("missing", "claim", "Missing", "It never came", "credit"),
    ("came_late", "claim", "Late", "It came very late", "bonus"),
    ("damaged", "claim", "Damaged", "It came damaged", "credit"),
    ("not_reading", "cancel", "No time to read it", "I do not find the time to read it", ""),
    ("too_dear", "cancel", "Too dear", "It costs too much", ""),
    ("content", "cancel", "Does not like what is in it", "I do not like what is in it", ""),
    ("delivery", "cancel", "Trouble with delivery", "It does not arrive as it should", ""),
    ("moving", "cancel", "Moves away", "I am moving away", ""),
    ("other", "cancel", "Another reason", "Another reason", ""),
    ("died", "cancel", "The reader has died", "", ""),
    ("twice", "cancel", "Had it twice", "", ""),
    ("unpaid", "cancel", "Never paid", "", ""),
    ("by_house", "cancel", "Ended by the house", "", ""),
    ("strike", "hold", "Strike of the post", "", ""),
    ("flood", "hold", "Flood or storm", "", ""),
    ("household", "hold", "One copy is enough for the household", "", ""),
    ("by_house_hold", "hold", "Another reason of the house", "", ""),
]


def add_reasons(apps: Any, schema_editor: Any) -> None:
    reason = apps.get_model("terms", "ServiceReason")
    reason.objects.bulk_create(
        reason(code=code, use=use, name=name, words=words, effect=effect, position=place)
        for place, (code, use, name, words, effect) in enumerate(REASONS)
    )


class Migration(migrations.Migration):
    """A term ends once; and the reasons that a house begins with."""

    dependencies = [("terms", "0003_the_life_of_a_subscription")]

    operations = [migrations.RunSQL(FORWARD, BACK), migrations.RunPython(add_reasons, migrations.RunPython.noop)]
