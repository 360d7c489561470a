"""The expire issue: derived by walking the calendar as it is planned today, never stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Literal

from subscriptions.terms.rules.clock import clock_at, clock_now, served_walk
from subscriptions.terms.rules.spans import IssueRow, PauseSpan, TermSpan

Reason = Literal["dated", "perpetual", "open_hold", "beyond_calendar", "ended"]


@dataclass(frozen=True, slots=True)
class ExpireAnswer:
    """The last issue of all terms, or why there is none; and the units still to come, None when without end.

    `dated` names the issue. `ended` names the last one that was served, if any. `open_hold` and `beyond_calendar` (not
    laid out that far) name none but count what is left.
    """

    issue: IssueRow | None
    reason: Reason
    units_left: int | None


def units_left(terms: Sequence[TermSpan], clock: int) -> int | None:
    """The units of all terms from this clock on; None when one is perpetual."""
    left = 0
    for term in terms:
        if term.c_to is None:
            return None
        left += max(0, term.c_to - max(term.c_from, clock))
    return left


def expire_issue(calendar: Sequence[IssueRow], pauses: Sequence[PauseSpan], terms: Sequence[TermSpan]) -> ExpireAnswer:
    """The last issue that the terms cover, walked on the calendar as it is planned today. Grace does not count.

    :raises ValueError: as `clock_at`
    """
    left = units_left(terms, clock_now(calendar, pauses))
    if left is None:
        return ExpireAnswer(None, "perpetual", None)
    end = max((term.c_to for term in terms if term.c_to is not None), default=0)
    covered = [
        issue
        for issue, clock in served_walk(calendar, pauses)
        if issue.units and any(term.covers(clock) for term in terms)
    ]
    last = covered[-1] if covered else None
    if left == 0:
        return ExpireAnswer(last, "ended", 0)
    if clock_at(calendar, pauses, calendar[-1].ordinal + 1) >= end:
        return ExpireAnswer(last, "dated", left)
    held_for_good = any(pause.until_ordinal is None and pause.from_ordinal <= calendar[-1].ordinal for pause in pauses)
    return ExpireAnswer(None, "open_hold" if held_for_good else "beyond_calendar", left)


def paid_through(calendar: Sequence[IssueRow], pauses: Sequence[PauseSpan], terms: Sequence[TermSpan]) -> ExpireAnswer:
    """The last issue of the leading run of paid terms, for the label. Unpaid terms that are over do not count."""
    now = clock_now(calendar, pauses)
    in_order = sorted(terms, key=lambda term: term.c_from)
    in_question = [term for term in in_order if term.is_paid or term.c_to is None or term.c_to > now]
    return expire_issue(calendar, pauses, list(takewhile(lambda term: term.is_paid, in_question)))
