from orders.revenue.actions.access import post_access
from orders.revenue.actions.closing import (
    AccessIsNotPosted,
    DeferredRevenueDoesNotTie,
    EntriesAreNotPosted,
    RunsAreNotPosted,
    close_month,
)
from orders.revenue.actions.entries import post_entries, post_entry
from orders.revenue.actions.nightly import nightly_check
from orders.revenue.actions.posting import CopiesAreMissing, post_mailed_runs, post_run
from orders.revenue.actions.turns import BY

__all__ = [
    "BY",
    "AccessIsNotPosted",
    "CopiesAreMissing",
    "DeferredRevenueDoesNotTie",
    "EntriesAreNotPosted",
    "RunsAreNotPosted",
    "close_month",
    "nightly_check",
    "post_access",
    "post_entries",
    "post_entry",
    "post_mailed_runs",
    "post_run",
]
