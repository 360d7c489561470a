"""Why a run says no."""

from foundation.errors import DomainError, NotFound


class NoSuchRun(NotFound):
    code = "no_such_run"


class RunStandsElsewhere(DomainError):
    code = "run_in_other_state"


class RunIsBusy(DomainError):
    code = "run_is_busy"


class IssueHasARun(DomainError):
    code = "issue_has_a_run"


class IssueIsDropped(DomainError):
    code = "issue_is_dropped"


class IssueIsPulled(DomainError):
    code = "issue_is_pulled"


class IssueHasLaterRuns(DomainError):
    code = "issue_has_later_runs"


class IssueIsNotPulled(DomainError):
    code = "issue_is_not_pulled"


class NothingWaits(DomainError):
    code = "nothing_waits"


class BeforePullTime(DomainError):
    code = "before_pull_time"


class NotTheNextIssue(DomainError):
    code = "not_the_next_issue"


class RehearsalFailed(DomainError):
    code = "rehearsal_failed"


class RehearsalIsStale(DomainError):
    code = "rehearsal_is_stale"


class VoidNeedsAReason(DomainError):
    code = "void_needs_a_reason"


class LaterIssuePulled(DomainError):
    code = "later_issue_pulled"


class MailingDateIsOdd(DomainError):
    code = "mailing_date_is_odd"


class CalendarTooShort(DomainError):
    code = "calendar_too_short"


class PullDoesNotAddUp(DomainError):
    code = "pull_does_not_add_up"


class SerialsAreUsedUp(DomainError):
    code = "serials_are_used_up"


class FileIsNotTheSame(DomainError):
    code = "file_is_not_the_same"


class RunIsRedacted(DomainError):
    code = "run_is_redacted"
