"""Subscriptions and their terms, counted in issues on the subscription's own clock (docs/terms.md)."""

from .addresses import FOREVER, AwayAddress, AwayIssue, ShipTo
from .extensions import BulkExtension
from .ledger import Entry, OwedCopy
from .lines import LineMerge, Subscription
from .moves import MovedLine
from .pauses import BulkHold, Pause
from .reasons import ServiceReason
from .terms import AccessTerm, Comp, Term

__all__ = [
    "FOREVER",
    "AccessTerm",
    "AwayAddress",
    "AwayIssue",
    "BulkExtension",
    "BulkHold",
    "Comp",
    "Entry",
    "LineMerge",
    "MovedLine",
    "OwedCopy",
    "Pause",
    "ServiceReason",
    "ShipTo",
    "Subscription",
    "Term",
]
