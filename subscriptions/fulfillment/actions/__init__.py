"""What can happen to a label run, and to a copy that is claimed."""

from .claim_answers import (
    AnswerNeedsWords,
    ClaimStandsElsewhere,
    NoSuchClaim,
    answer_claim,
    record_returned_copy,
    set_claim_policy,
    withdraw_claim,
)
from .claims import ClaimAnswer, CopyIsClaimed, CopyNeverSent, claim_copy
from .keeping_files import forget_old_label_files
from .later_runs import plan_later_run, plan_waiting_runs
from .lost_files import write_file_again
from .privacy import follow_privacy_requests
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
    RunIsRedacted,
    RunStandsElsewhere,
    SerialsAreUsedUp,
    VoidNeedsAReason,
)
from .release import export_again
from .runs import approve, ask_rehearsal, ask_release, confirm_mailed, hand_over, plan_run, unapprove
from .shelves import count_shelf
from .sweep import work_off_runs
from .voiding import void

__all__ = [
    "AnswerNeedsWords",
    "BeforePullTime",
    "CalendarTooShort",
    "ClaimAnswer",
    "ClaimStandsElsewhere",
    "CopyIsClaimed",
    "CopyNeverSent",
    "FileIsNotTheSame",
    "IssueHasARun",
    "IssueHasLaterRuns",
    "IssueIsDropped",
    "IssueIsNotPulled",
    "IssueIsPulled",
    "LaterIssuePulled",
    "MailingDateIsOdd",
    "NoSuchClaim",
    "NoSuchRun",
    "NotTheNextIssue",
    "NothingWaits",
    "PullDoesNotAddUp",
    "RehearsalFailed",
    "RehearsalIsStale",
    "RunIsBusy",
    "RunIsRedacted",
    "RunStandsElsewhere",
    "SerialsAreUsedUp",
    "VoidNeedsAReason",
    "answer_claim",
    "approve",
    "ask_rehearsal",
    "ask_release",
    "claim_copy",
    "confirm_mailed",
    "count_shelf",
    "export_again",
    "follow_privacy_requests",
    "forget_old_label_files",
    "hand_over",
    "plan_later_run",
    "plan_run",
    "plan_waiting_runs",
    "record_returned_copy",
    "set_claim_policy",
    "unapprove",
    "void",
    "withdraw_claim",
    "work_off_runs",
    "write_file_again",
]
