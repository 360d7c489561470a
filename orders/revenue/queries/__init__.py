"""Reading what was earned and what is still owed."""

from orders.revenue.queries.access import AccessMonth, access_earned, access_months
from orders.revenue.queries.earned import EarnedByIssue, EarnedRow, earned_by_issue
from orders.revenue.queries.entries import entries_to_post, entry_day, standing_of, unparked_entries_to_post
from orders.revenue.queries.roll_forward import RollForward, RollForwardRow, SpanIsWrong, roll_forward
from orders.revenue.queries.runs import Cohort, cohorts_of, runs_to_post, runs_without_posting
from orders.revenue.queries.snapshot import give_room
from orders.revenue.queries.subledger import liability_cents

__all__ = [
    "AccessMonth",
    "Cohort",
    "EarnedByIssue",
    "EarnedRow",
    "RollForward",
    "RollForwardRow",
    "SpanIsWrong",
    "access_earned",
    "access_months",
    "cohorts_of",
    "earned_by_issue",
    "entries_to_post",
    "entry_day",
    "give_room",
    "liability_cents",
    "roll_forward",
    "runs_to_post",
    "runs_without_posting",
    "standing_of",
    "unparked_entries_to_post",
]
