"""What can happen to a label run."""

from .later_runs import plan_later_run, plan_waiting_runs
from .refusals import (
    BeforePullTime,
    CalendarTooShort,
    FileIsNotTheSame,
    IssueHasARun,
    IssueHasLaterRuns,
    IssueIsDropped,
    IssueIsNotPulled,
    IssueIsPulled,
    LaterIssuePulled,
    MailingDateIsOdd,
    NoSuchRun,
    NothingWaits,
    NotTheNextIssue,
    PullDoesNotAddUp,
    RehearsalFailed,
    RehearsalIsStale,
    RunIsBusy,
    RunStandsElsewhere,
    SerialsAreUsedUp,
    VoidNeedsAReason,
)
from .release import export_again
from .runs import approve, ask_rehearsal, ask_release, confirm_mailed, hand_over, plan_run, unapprove
from .sweep import work_off_runs
from .voiding import void

__all__ = [
    "BeforePullTime",
    "CalendarTooShort",
    "FileIsNotTheSame",
    "IssueHasARun",
    "IssueHasLaterRuns",
    "IssueIsDropped",
    "IssueIsNotPulled",
    "IssueIsPulled",
    "LaterIssuePulled",
    "MailingDateIsOdd",
    "NoSuchRun",
    "NotTheNextIssue",
    "NothingWaits",
    "PullDoesNotAddUp",
    "RehearsalFailed",
    "RehearsalIsStale",
    "RunIsBusy",
    "RunStandsElsewhere",
    "SerialsAreUsedUp",
    "VoidNeedsAReason",
    "approve",
    "ask_rehearsal",
    "ask_release",
    "confirm_mailed",
    "export_again",
    "hand_over",
    "plan_later_run",
    "plan_run",
    "plan_waiting_runs",
    "unapprove",
    "void",
    "work_off_runs",
]
