"""Who is on file. Reads only."""

from .merges import is_followed, merges_of, merges_to_follow, standing_merge
from .people import (
    file_with_email,
    files_of,
    household_of,
    newest_address,
    open_duplicates,
    reader_in_force,
    readers_with_email,
    typed_address,
)
from .wishes import latest_preferences, may_contact, notes_of, preferences_of, wishes_it

__all__ = [
    "file_with_email",
    "files_of",
    "household_of",
    "is_followed",
    "latest_preferences",
    "may_contact",
    "merges_of",
    "merges_to_follow",
    "newest_address",
    "notes_of",
    "open_duplicates",
    "preferences_of",
    "reader_in_force",
    "readers_with_email",
    "standing_merge",
    "typed_address",
    "wishes_it",
]
