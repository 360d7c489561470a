from orders.revenue.actions.closing import DeferredRevenueDoesNotTie, RunsAreNotPosted, close_month
from orders.revenue.actions.nightly import nightly_check
from orders.revenue.actions.posting import BY, CopiesAreMissing, post_mailed_runs, post_run

__all__ = [
    "BY",
    "CopiesAreMissing",
    "DeferredRevenueDoesNotTie",
    "RunsAreNotPosted",
    "close_month",
    "nightly_check",
    "post_mailed_runs",
    "post_run",
]
