"""People and organisations, their addresses, and what may be done with them."""

from .addresses import Address
from .duplicates import PossibleDuplicate
from .former import FormerDetails
from .merges import MergeTick, ReaderMerge
from .people import Household, Reader
from .privacy import PrivacyRequest, PrivacyTick
from .wishes import ContactPreference, ReaderNote

__all__ = [
    "Address",
    "ContactPreference",
    "FormerDetails",
    "Household",
    "MergeTick",
    "PossibleDuplicate",
    "PrivacyRequest",
    "PrivacyTick",
    "Reader",
    "ReaderMerge",
    "ReaderNote",
]
