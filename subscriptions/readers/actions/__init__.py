"""What can be done with the people on file."""

from .duplicates import MOST_LOOK_ALIKES, answer_duplicate, ask_about_duplicates, look_for_duplicates
from .filing import (
    NewAddress,
    NewReader,
    add_address,
    add_addresses,
    file_reader,
    file_readers,
    new_addresses,
    new_readers,
    record_added,
    record_filed,
)
from .households import NoHousehold, NotTwoPeople, join_household, leave_household
from .merging import (
    CAN_BE_UNDONE_FOR,
    FileIsMerged,
    MergeIsOver,
    SameFile,
    merge_readers,
    tick_merge,
    unmerge_readers,
)
from .notes import LONGEST_NOTE, add_note, delete_note, pin_note
from .preferences import NoSuchPreference, set_preferences

__all__ = [
    "CAN_BE_UNDONE_FOR",
    "LONGEST_NOTE",
    "MOST_LOOK_ALIKES",
    "FileIsMerged",
    "MergeIsOver",
    "NewAddress",
    "NewReader",
    "NoHousehold",
    "NoSuchPreference",
    "NotTwoPeople",
    "SameFile",
    "add_address",
    "add_addresses",
    "add_note",
    "answer_duplicate",
    "ask_about_duplicates",
    "delete_note",
    "file_reader",
    "file_readers",
    "join_household",
    "leave_household",
    "look_for_duplicates",
    "merge_readers",
    "new_addresses",
    "new_readers",
    "pin_note",
    "record_added",
    "record_filed",
    "set_preferences",
    "tick_merge",
    "unmerge_readers",
]
