"""The subscription's own clock: units published, less the units that its pauses skipped.

Pauses stand in issue ordinals and are subtracted here at read; they are never added to a range.
"""

from collections.abc import Iterator, Sequence

from subscriptions.terms.rules.spans import IssueRow, PauseSpan


def is_paused(pauses: Sequence[PauseSpan], ordinal: int) -> bool:
    return any(pause.covers(ordinal) for pause in pauses)


def skipped_before(calendar: Sequence[IssueRow], pauses: Sequence[PauseSpan], ordinal: int) -> int:
    """The units that the pauses skip before an ordinal. Pauses that overlap count once.

    :raises ValueError: when the calendar does not reach back to the first pause
    """
    _refuse_short_calendar(calendar, pauses)
    return sum(issue.units for issue in calendar if issue.ordinal < ordinal and is_paused(pauses, issue.ordinal))


def clock_at(calendar: Sequence[IssueRow], pauses: Sequence[PauseSpan], ordinal: int) -> int:
    """The subscription's clock when the issue at `ordinal`, or the first after it, is next. Past the last: at the end.

    :raises ValueError: when the calendar is empty or does not reach back to the first pause
    """
    if not calendar:
        raise ValueError("The calendar has no issues.")
    last = calendar[-1]
    unit = next((issue.unit for issue in calendar if issue.ordinal >= ordinal), last.unit + last.units)
    return unit - skipped_before(calendar, pauses, ordinal)


def clock_now(calendar: Sequence[IssueRow], pauses: Sequence[PauseSpan]) -> int:
    """The clock at the next issue to be pulled.

    :raises ValueError: as `clock_at`
    """
    after_pulled = 1 + max((issue.ordinal for issue in calendar if issue.is_pulled), default=-1)
    return clock_at(calendar, pauses, after_pulled)


def served_walk(calendar: Sequence[IssueRow], pauses: Sequence[PauseSpan]) -> Iterator[tuple[IssueRow, int]]:
    """Every issue that is neither dropped nor paused, with the subscription's clock at it."""
    _refuse_short_calendar(calendar, pauses)
    skipped = 0
    for issue in calendar:
        if is_paused(pauses, issue.ordinal):
            skipped += issue.units
        elif not issue.is_dropped:
            yield issue, issue.unit - skipped


def first_reachable(calendar: Sequence[IssueRow]) -> IssueRow | None:
    """The first issue that a new order can still get: not pulled, not dropped, and one that counts."""
    return next((issue for issue in calendar if not issue.is_pulled and issue.units), None)


def _refuse_short_calendar(calendar: Sequence[IssueRow], pauses: Sequence[PauseSpan]) -> None:
    if calendar and any(pause.from_ordinal < calendar[0].ordinal for pause in pauses):
        raise ValueError("The calendar does not reach back to the first pause, so its skipped units cannot be counted.")
