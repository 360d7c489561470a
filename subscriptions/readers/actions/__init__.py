"""What can be done with the people on file."""

from .copies_of_everything import FileIsGone, forget_old_files, make_waiting_files, open_file
from .deliverability import mark_deliverable, mark_undeliverable
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
    MergeIsOver,
    SameFile,
    give_back_addresses,
    merge_readers,
    tick_merge,
    unmerge_readers,
)
from .notes import LONGEST_NOTE, add_note, delete_note, pin_note
from .own_part import follow_privacy_requests
from .preferences import NoSuchPreference, set_preferences
from .privacy import (
    ErasureIsUnderWay,
    FileIsMerged,
    Part,
    ReaderIsErased,
    RequestIsClosed,
    RequestIsOpen,
    ask_privacy,
    close_request,
    follow,
    start_erasure,
)
from .putting_right import Corrected, correct_reader

__all__ = [
    "CAN_BE_UNDONE_FOR",
    "LONGEST_NOTE",
    "MOST_LOOK_ALIKES",
    "Corrected",
    "ErasureIsUnderWay",
    "FileIsGone",
    "FileIsMerged",
    "MergeIsOver",
    "NewAddress",
    "NewReader",
    "NoHousehold",
    "NoSuchPreference",
    "NotTwoPeople",
    "Part",
    "ReaderIsErased",
    "RequestIsClosed",
    "RequestIsOpen",
    "SameFile",
    "add_address",
    "add_addresses",
    "add_note",
    "answer_duplicate",
    "ask_about_duplicates",
    "ask_privacy",
    "close_request",
    "correct_reader",
    "delete_note",
    "file_reader",
    "file_readers",
    "follow",
    "follow_privacy_requests",
    "forget_old_files",
    "give_back_addresses",
    "join_household",
    "leave_household",
    "look_for_duplicates",
    "make_waiting_files",
    "mark_deliverable",
    "mark_undeliverable",
    "merge_readers",
    "new_addresses",
    "new_readers",
    "open_file",
    "pin_note",
    "record_added",
    "record_filed",
    "set_preferences",
    "start_erasure",
    "tick_merge",
    "unmerge_readers",
]
