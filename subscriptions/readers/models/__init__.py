"""People and organisations, their addresses, and what may be done with them."""

from .addresses import Address
from .duplicates import PossibleDuplicate
from .merges import MergeTick, ReaderMerge
from .people import Household, Reader
from .privacy import PrivacyRequest, PrivacyTick
from .wishes import ContactPreference, ReaderNote

__all__ = [
    "Address",
    "ContactPreference",
    "Household",
    "MergeTick",
    "PossibleDuplicate",
    "PrivacyRequest",
    "PrivacyTick",
    "Reader",
    "ReaderMerge",
    "ReaderNote",
]
