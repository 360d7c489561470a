"""The guards of the ledger and its chart of accounts: the SQL stands beside this file."""

from pathlib import Path

from django.db import migrations, models

TAKE_DOWN = """
DROP FUNCTION ledger_guard_journal, ledger_check_journal, ledger_guard_lines, ledger_append_only, ledger_guard_period,
    ledger_guard_account CASCADE;
ALTER TABLE ledger_period DROP CONSTRAINT periods_do_not_overlap;
ALTER TABLE ledger_journal DROP COLUMN made_in;
DELETE FROM ledger_account;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [
        migrations.AddConstraint(
            model_name="journal",
            constraint=models.CheckConstraint(name="journal_has_a_key", condition=~models.Q(posting_key="")),
        ),
        migrations.AddConstraint(
            model_name="journal",
            constraint=models.CheckConstraint(
                name="journal_has_one_currency", condition=models.Q(currency__regex="^[a-z]{3}$")
            ),
        ),
        migrations.AddConstraint(
            model_name="journal",
            constraint=models.CheckConstraint(
                name="journal_has_its_hash", condition=models.Q(content_sha256__regex="^[0-9a-f]{64}$")
            ),
        ),
        migrations.AddConstraint(
            model_name="period",
            constraint=models.CheckConstraint(
                name="closed_period_says_when_and_who",
                condition=~models.Q(state="closed") | (models.Q(closed_at__isnull=False) & ~models.Q(closed_by="")),
            ),
        ),
        migrations.RunSQL(Path(__file__).with_suffix(".sql").read_text(), TAKE_DOWN),
    ]
