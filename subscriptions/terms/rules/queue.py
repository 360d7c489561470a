"""Laying terms one behind the other: first in, first out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from subscriptions.terms.rules.clock import clock_at, clock_now, served_walk
from subscriptions.terms.rules.spans import IssueRow, PauseSpan, TermSpan


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """A term in its queue, with the issues that hold its place there, as ordinals.

    `reachable` is the first that its order could reach: while it waits it may move up as far as that. A term that came
    from another system does not say; `start` is the first issue that was promised.
    """

    span: TermSpan
    is_ended: bool = False
    reachable: int | None = None
    start: int | None = None

    @property
    def waits_as(self) -> TermSpan:
        """Not before the issue it is pinned to, nor before the first that its order could reach."""
        if self.reachable is None:
            return self.span
        return replace(self.span, pin_ordinal=max(self.span.pin_ordinal or 0, self.reachable))


def lay_again(calendar: Sequence[IssueRow], pauses: Sequence[PauseSpan], queue: Sequence[Queued]) -> list[int]:
    """Where each term begins when those that wait are laid where the calendar puts them now; what has begun stays.

    So does what has ended and is on its way: issues that are cut off and not pulled may be of several terms.

    :param queue: all terms of a subscription by their beginnings, those that are over too
    """
    clock = clock_now(calendar, pauses)
    spans = [term.span for term in queue]
    for places in _that_wait_together(queue, clock=clock):
        ends = [end for end in _ends(spans[: places[0]]) if end is not None]
        first = _first_begins(calendar, pauses, queue[places[0]], clock=clock, behind=max(ends, default=None))
        laid = lay(calendar, pauses, [queue[place].waits_as for place in places], first)
        for place, span in zip(places, laid, strict=True):
            spans[place] = span
    return [span.c_from for span in spans]


def _that_wait_together(queue: Sequence[Queued], *, clock: int) -> list[list[int]]:
    """The places of terms that wait, parted by those that have ended and are on their way."""
    groups: list[list[int]] = [[]]
    for place, term in enumerate(queue):
        if term.span.c_from < clock:
            continue
        if not term.is_ended:
            groups[-1].append(place)
        elif term.span.c_to != term.span.c_from:
            groups.append([])
    return [group for group in groups if group]


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
    ends = _ends(terms)
    if None in ends:
        raise ValueError("Nothing can wait behind a perpetual term.")
    behind = max((end for end in ends if end is not None), default=0)
    return _next_boundary(calendar, pauses, max(clock_at(calendar, pauses, start_ordinal), behind))


def _ends(terms: Sequence[TermSpan]) -> list[int | None]:
    """What the next term waits behind. Nothing waits behind a term with nothing in its range: it ended before it began,
    at a clock that may have gone back since."""
    return [term.c_to for term in terms if term.c_to != term.c_from]


def _first_begins(
    calendar: Sequence[IssueRow], pauses: Sequence[PauseSpan], term: Queued, *, clock: int, behind: int | None
) -> int:
    """Behind what has begun. What came from another system says by its place, or its start, what it could reach."""
    own = term.span.c_from
    if term.reachable is not None or term.span.pin_ordinal is not None:
        return max(clock, behind or 0)
    if behind is None or own - behind > 1:
        return own
    if own == behind:
        return max(behind, clock)
    # One unit apart: the second half of a double, or an issue that its order came too late for.
    promised = own if term.start is None else clock_at(calendar, pauses, term.start)
    return max(behind, min(own, promised), clock)


def _next_boundary(calendar: Sequence[IssueRow], pauses: Sequence[PauseSpan], clock: int) -> int:
    """The clock itself, or the end of the double whose second unit it points at."""
    for issue, begins in served_walk(calendar, pauses):
        if begins < clock < begins + issue.units:
            return begins + issue.units
    return clock
