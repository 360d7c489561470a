"""What can happen to the issue calendar."""

from .changes import add_issue, drop_issue, move_pull, recount_units, restore_issue, set_weight
from .layout import CalendarGoesOn, CalendarRuleIsOdd, NumberIsTaken, lay_out
from .pointers import (
    CalendarIsOver,
    IssueIsPulled,
    IssueOutOfOrder,
    PullNotDue,
    keep_issue_open,
    mark_mailed,
    mark_pulled,
    mark_unpulled,
)

__all__ = [
    "CalendarGoesOn",
    "CalendarIsOver",
    "CalendarRuleIsOdd",
    "IssueIsPulled",
    "IssueOutOfOrder",
    "NumberIsTaken",
    "PullNotDue",
    "add_issue",
    "drop_issue",
    "keep_issue_open",
    "lay_out",
    "mark_mailed",
    "mark_pulled",
    "mark_unpulled",
    "move_pull",
    "recount_units",
    "restore_issue",
    "set_weight",
]
