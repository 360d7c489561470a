"""What can be done with the people on file."""

from .duplicates import MOST_LOOK_ALIKES, answer_duplicate, look_for_duplicates
from .filing import add_address, file_reader
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
    "NoHousehold",
    "NoSuchPreference",
    "NotTwoPeople",
    "SameFile",
    "add_address",
    "add_note",
    "answer_duplicate",
    "delete_note",
    "file_reader",
    "join_household",
    "leave_household",
    "look_for_duplicates",
    "merge_readers",
    "pin_note",
    "set_preferences",
    "tick_merge",
    "unmerge_readers",
]
