"""What each term covers, counted on the subscription's own clock.

The clock at an issue is the units published before it, less the units that the subscription's pauses skipped. A term is
a range `[c_from, c_to)` on that clock; nothing in it changes when an issue is pulled. A calendar is every issue in
order, from the first pause or term on.

Whatever moves the clock under terms that wait (a pause, an issue made a double, a cut, an extension) asks for `lay`
once more; a term that has begun is never laid again.
"""

from subscriptions.terms.rules.away import EveryYear, Once, Stay, is_day_of_some_year, stay_on
from subscriptions.terms.rules.clock import clock_at, clock_now, first_reachable, is_paused, served_walk, skipped_before
from subscriptions.terms.rules.ending import left_at, released_cents
from subscriptions.terms.rules.expected import Expected, first_expected, held_by_year, year_with_too_many
from subscriptions.terms.rules.expire import ExpireAnswer, Reason, expire_issue, paid_through, units_left
from subscriptions.terms.rules.queue import Queued, lay, lay_again, queue_start
from subscriptions.terms.rules.service import (
    Serving,
    earning_units,
    first_issue_of,
    grace_used,
    served_units,
    serving,
)
from subscriptions.terms.rules.spans import IssueRow, PauseSpan, TermSpan

__all__ = [
    "EveryYear",
    "Expected",
    "ExpireAnswer",
    "IssueRow",
    "Once",
    "PauseSpan",
    "Queued",
    "Reason",
    "Serving",
    "Stay",
    "TermSpan",
    "clock_at",
    "clock_now",
    "earning_units",
    "expire_issue",
    "first_expected",
    "first_issue_of",
    "first_reachable",
    "grace_used",
    "held_by_year",
    "is_day_of_some_year",
    "is_paused",
    "lay",
    "lay_again",
    "left_at",
    "paid_through",
    "queue_start",
    "released_cents",
    "served_units",
    "served_walk",
    "serving",
    "skipped_before",
    "stay_on",
    "units_left",
    "year_with_too_many",
]
