"""Laying terms one behind the other: first in, first out."""

from collections.abc import Sequence
from dataclasses import replace

from subscriptions.terms.rules.clock import clock_at, served_walk
from subscriptions.terms.rules.spans import IssueRow, PauseSpan, TermSpan


def lay(
    calendar: Sequence[IssueRow], pauses: Sequence[PauseSpan], terms: Sequence[TermSpan], start_clock: int
) -> list[TermSpan]:
    """Lay terms that have not begun one behind the other, first in, first out, from `start_clock` on.

    A pinned term waits for its issue. A term starts at the issue after a double that the one before it pays for.

    :raises ValueError: when a term waits behind a perpetual one
    """
    laid: list[TermSpan] = []
    cursor: int | None = start_clock
    for term in terms:
        if cursor is None:
            raise ValueError("Nothing can wait behind a perpetual term.")
        pinned = 0 if term.pin_ordinal is None else clock_at(calendar, pauses, term.pin_ordinal)
        laid.append(replace(term, c_from=_next_boundary(calendar, pauses, max(cursor, pinned))))
        cursor = laid[-1].c_to
    return laid


def queue_start(
    calendar: Sequence[IssueRow], pauses: Sequence[PauseSpan], terms: Sequence[TermSpan], start_ordinal: int
) -> int:
    """Where a new term begins on the clock: at its start issue, or behind everything that the subscription has.

    :raises ValueError: when the subscription has a perpetual term
    """
    ends = [term.c_to for term in terms]
    if None in ends:
        raise ValueError("Nothing can wait behind a perpetual term.")
    behind = max((end for end in ends if end is not None), default=0)
    return _next_boundary(calendar, pauses, max(clock_at(calendar, pauses, start_ordinal), behind))


def _next_boundary(calendar: Sequence[IssueRow], pauses: Sequence[PauseSpan], clock: int) -> int:
    """The clock itself, or the end of the double whose second unit it points at."""
    for issue, begins in served_walk(calendar, pauses):
        if begins < clock < begins + issue.units:
            return begins + issue.units
    return clock
