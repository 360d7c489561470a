"""Who is on file. Reads only."""

from .look_alikes import address_printed, addresses_at, readers_like
from .merges import ever_merged_into, is_followed, merges_of, merges_to_follow, standing_merge, times_of_merges
from .people import (
    file_with_email,
    files_of,
    household_of,
    mail_address_now,
    newest_address,
    open_duplicates,
    reader_in_force,
    readers_with_email,
    typed_address,
)
from .privacy import Person, apps_to_come, files_past_keeping, open_requests, person, privacy_to_follow, requests_of
from .wishes import latest_preferences, may_contact, notes_of, preferences_of, wishes_it

__all__ = [
    "Person",
    "address_printed",
    "addresses_at",
    "apps_to_come",
    "ever_merged_into",
    "file_with_email",
    "files_of",
    "files_past_keeping",
    "household_of",
    "is_followed",
    "latest_preferences",
    "mail_address_now",
    "may_contact",
    "merges_of",
    "merges_to_follow",
    "newest_address",
    "notes_of",
    "open_duplicates",
    "open_requests",
    "person",
    "preferences_of",
    "privacy_to_follow",
    "reader_in_force",
    "readers_like",
    "readers_with_email",
    "requests_of",
    "standing_merge",
    "times_of_merges",
    "typed_address",
    "wishes_it",
]
