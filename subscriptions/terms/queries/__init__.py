"""What subscriptions are owed. Reads only."""

from .checks import LedgerMismatch, broken_ledgers, stepped_mismatches
from .life import PAID_CLASSES, Life, life_of
from .overview import (
    LedgerLine,
    NextCopy,
    QueuedTerm,
    SubscriptionOverview,
    ledger,
    overview,
)
from .promises import (
    ExpireAnswer,
    NoAddressForIssue,
    StartPreview,
    TermNeverEnds,
    expire,
    preview_start,
    ship_to,
)
from .running_out import issue_that_leaves

__all__ = [
    "PAID_CLASSES",
    "ExpireAnswer",
    "LedgerLine",
    "LedgerMismatch",
    "Life",
    "NextCopy",
    "NoAddressForIssue",
    "QueuedTerm",
    "StartPreview",
    "SubscriptionOverview",
    "TermNeverEnds",
    "broken_ledgers",
    "expire",
    "issue_that_leaves",
    "ledger",
    "life_of",
    "overview",
    "preview_start",
    "ship_to",
    "stepped_mismatches",
]
