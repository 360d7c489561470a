"""What can happen to the issue calendar."""

from .changes import add_issue, drop_issue, move_pull, recount_units, restore_issue, set_weight
from .layout import CalendarGoesOn, CalendarRuleIsOdd, NumberIsTaken, lay_out
from .pointers import (
    CalendarIsOver,
    IssueIsPulled,
    IssueOutOfOrder,
    PullNotDue,
    keep_issue_open,
    keep_issues_open,
    mark_mailed,
    mark_pulled,
    mark_unpulled,
)
from .stock import NoStock, QuantityIsOdd, count_stock, give_back_stock, lock_stock, receive_stock, take_stock

__all__ = [
    "CalendarGoesOn",
    "CalendarIsOver",
    "CalendarRuleIsOdd",
    "IssueIsPulled",
    "IssueOutOfOrder",
    "NoStock",
    "NumberIsTaken",
    "PullNotDue",
    "QuantityIsOdd",
    "add_issue",
    "count_stock",
    "drop_issue",
    "give_back_stock",
    "keep_issue_open",
    "keep_issues_open",
    "lay_out",
    "lock_stock",
    "mark_mailed",
    "mark_pulled",
    "mark_unpulled",
    "move_pull",
    "receive_stock",
    "recount_units",
    "restore_issue",
    "set_weight",
    "take_stock",
]
