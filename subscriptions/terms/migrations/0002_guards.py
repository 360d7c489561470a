from pathlib import Path

from django.db import migrations

FORWARD = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
BACK = """
drop trigger terms_pause_changes on terms_pause;
drop function terms_pause_changes();
drop trigger terms_pause_enters on terms_pause;
drop function terms_pause_enters();
drop trigger terms_term_stays on terms_term;
drop function terms_term_stays();
drop trigger terms_term_enters on terms_term;
drop function terms_term_enters();
drop trigger terms_entry_only_grows on terms_entry;
drop function terms_entry_only_grows();
drop function skip_at(bigint, int);
alter table terms_pause drop constraint a_skip_has_an_end;
drop index term_stepped;
alter table terms_term drop constraint term_ends_on_the_clock;
alter table terms_term drop constraint one_term_at_a_time;
"""


class Migration(migrations.Migration):
    """One term at a time, the ledger only grows, pauses leave pulled issues alone, and `skip_at`."""

    dependencies = [("terms", "0001_initial"), ("catalog", "0002_guards")]

    operations = [migrations.RunSQL(FORWARD, BACK)]
