"""What an address is found by when somebody like its reader comes along: PostgreSQL derives it from the label.

The keys only narrow the search; who is alike is decided by `rules/likeness.py`. As generated columns they stand with
every address, whoever wrote the row. The two functions stand in the migration `0002_duplicate_keys.sql`.
"""

from django.db.models import F, Func, TextField

_AREA = ("label_zip5", "label_postcode", "label_city")


def door_key() -> Func:
    """`60647|2040`: area and house or box number; where there is no number, the whole line."""
    return Func(*map(F, (*_AREA, "label_addr1")), function="readers_door_key", output_field=TextField())


def name_key() -> Func:
    """`60647|FIELD|A`: area, surname and initial. A company alone has none and is never found by it."""
    return Func(*map(F, (*_AREA, "label_name")), function="readers_name_key", output_field=TextField())
