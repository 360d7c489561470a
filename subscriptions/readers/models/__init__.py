"""People and organisations, their addresses, and what may be done with them."""

from .addresses import Address
from .duplicates import PossibleDuplicate
from .people import Reader

__all__ = ["Address", "PossibleDuplicate", "Reader"]
