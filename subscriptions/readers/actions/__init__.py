"""What can be done with the people on file."""

from .duplicates import MOST_LOOK_ALIKES, answer_duplicate, look_for_duplicates
from .filing import add_address, file_reader

__all__ = [
    "MOST_LOOK_ALIKES",
    "add_address",
    "answer_duplicate",
    "file_reader",
    "look_for_duplicates",
]
