from pathlib import Path

from django.db import migrations

FORWARD = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
BACK = """
drop index address_any_word;
drop index reader_phone;
drop index reader_email;
drop index reader_any_word;
drop index reader_words;
drop index reader_surname_first;
alter table readers_reader drop column surname_first, drop column words;
drop function phone_from_behind(text);
drop function address_words(text, text, text, text, text, text, text, text, text);
drop function surname_first(text);
drop function search_words(text);
"""


class Migration(migrations.Migration):
    """What the clerk's search reads: names as words, surname first, mail by its beginning, streets, telephones."""

    dependencies = [("readers", "0004_preferences_only_grow")]

    operations = [
        migrations.RemoveIndex("reader", "reader_email"),
        migrations.RemoveIndex("reader", "reader_name"),
        migrations.RunSQL(FORWARD, BACK),
    ]
