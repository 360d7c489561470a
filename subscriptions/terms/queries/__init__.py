"""What subscriptions are owed. Reads only."""

from .access import access_goes_on_until, access_left_cents, access_left_of, access_of, access_to_come
from .ahead import Ahead, ahead_of
from .billing import BillingState, billing
from .bulk import BulkPreview, Where, preview_bulk_extension, preview_bulk_hold
from .cancelling import can_be_taken_up_again, is_cancelled_at_end
from .checks import LedgerMismatch, broken_ledgers, stepped_mismatches
from .destinations import Destination, addresses_of, away_addresses, destinations
from .entitlements import Entitlement, best_of, entitlement_of, entitlements_of, untold_lines
from .explanation import Explanation, Step, explain, explanation
from .grace import comes_in_hope
from .holds import (
    HoldAnswer,
    HoldRunsBackwards,
    HoldSeen,
    answer_of,
    chain_of,
    first_for_day,
    hold_answer,
    holds_of,
    stretch_for_days,
)
from .life import PAID_CLASSES, Life, life_of, lives_of
from .merged import lines_ever_of
from .neighbours import Neighbour, neighbours_of_typed, neighbours_with_magazine
from .overview import (
    LedgerLine,
    NextCopy,
    QueuedTerm,
    SubscriptionOverview,
    ledger,
    overview,
    queued,
)
from .owed import copies_owed
from .promises import (
    ExpireAnswer,
    NoAddressForIssue,
    StartPreview,
    TermNeverEnds,
    expire,
    home_of,
    home_zone,
    homes_of,
    preview_start,
    ship_to,
)
from .rest import NothingIsPlanned, Rest, last_served_before, rests, rests_if_cancelled, what_is_left
from .running_out import issue_that_leaves, issue_that_would_leave
from .touched import Touched, touched_by

__all__ = [
    "PAID_CLASSES",
    "Ahead",
    "BillingState",
    "BulkPreview",
    "Destination",
    "Entitlement",
    "ExpireAnswer",
    "Explanation",
    "HoldAnswer",
    "HoldRunsBackwards",
    "HoldSeen",
    "LedgerLine",
    "LedgerMismatch",
    "Life",
    "Neighbour",
    "NextCopy",
    "NoAddressForIssue",
    "NothingIsPlanned",
    "QueuedTerm",
    "Rest",
    "StartPreview",
    "Step",
    "SubscriptionOverview",
    "TermNeverEnds",
    "Touched",
    "Where",
    "access_goes_on_until",
    "access_left_cents",
    "access_left_of",
    "access_of",
    "access_to_come",
    "addresses_of",
    "ahead_of",
    "answer_of",
    "away_addresses",
    "best_of",
    "billing",
    "broken_ledgers",
    "can_be_taken_up_again",
    "chain_of",
    "comes_in_hope",
    "copies_owed",
    "destinations",
    "entitlement_of",
    "entitlements_of",
    "expire",
    "explain",
    "explanation",
    "first_for_day",
    "hold_answer",
    "holds_of",
    "home_of",
    "home_zone",
    "homes_of",
    "is_cancelled_at_end",
    "issue_that_leaves",
    "issue_that_would_leave",
    "last_served_before",
    "ledger",
    "life_of",
    "lines_ever_of",
    "lives_of",
    "neighbours_of_typed",
    "neighbours_with_magazine",
    "overview",
    "preview_bulk_extension",
    "preview_bulk_hold",
    "preview_start",
    "queued",
    "rests",
    "rests_if_cancelled",
    "ship_to",
    "stepped_mismatches",
    "stretch_for_days",
    "touched_by",
    "untold_lines",
    "what_is_left",
]
