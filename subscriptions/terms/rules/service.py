"""Which issue is served from which term, and how much of a term that has used up."""

from collections.abc import Sequence
from dataclasses import dataclass

from subscriptions.terms.rules.clock import clock_at, served_walk
from subscriptions.terms.rules.spans import IssueRow, PauseSpan, TermSpan


@dataclass(frozen=True, slots=True)
class Serving:
    """The term an issue is served from (its place in the list), the units used up, and whether it is a grace copy."""

    place: int
    units: int
    is_grace: bool


def serving(
    calendar: Sequence[IssueRow], pauses: Sequence[PauseSpan], terms: Sequence[TermSpan], ordinal: int
) -> Serving | None:
    """From which term the issue at `ordinal` is served: the one that holds its first unit, else one in its grace.

    A double over the end of a term is one copy, on that term, and its shortfall is forgiven.
    """
    found = next(((issue, clock) for issue, clock in served_walk(calendar, pauses) if issue.ordinal == ordinal), None)
    if found is None:
        return None
    issue, clock = found
    for place, term in enumerate(terms):
        if term.covers(clock) and (term.pin_ordinal is None or term.pin_ordinal <= ordinal):
            return Serving(place, issue.units if term.c_to is None else min(issue.units, term.c_to - clock), False)
    for place, term in enumerate(terms):
        if term.c_to is not None and term.c_to <= clock < term.c_to + term.grace:
            return Serving(place, issue.units, True)
    return None


def first_issue_of(calendar: Sequence[IssueRow], pauses: Sequence[PauseSpan], term: TermSpan) -> IssueRow | None:
    """The first issue that counts for this term; None while it is held for good or lies beyond the calendar."""
    return next((issue for issue, clock in served_walk(calendar, pauses) if issue.units and term.covers(clock)), None)


def served_units(
    calendar: Sequence[IssueRow], pauses: Sequence[PauseSpan], term: TermSpan, pointer_ordinal: int
) -> int:
    """The units of a term's range that lie before the pointer (the next issue to be pulled, or to be mailed)."""
    passed = max(0, clock_at(calendar, pauses, pointer_ordinal) - term.c_from)
    return passed if term.c_to is None else min(passed, term.c_to - term.c_from)


def grace_used(term: TermSpan, clock: int) -> int:
    """The units of a term's grace that have been served when its subscription's clock has come to `clock`."""
    return 0 if term.c_to is None else min(term.grace, max(0, clock - term.c_to))


def earning_units(term: TermSpan, served: int, owed: int = 0) -> int:
    """The k of `ledger.rules.earned_cents`: what was carried and served, less what came back or is still owed, up to N.

    :raises ValueError: for a perpetual term, which earns nothing by the issue
    """
    if term.units is None:
        raise ValueError("A perpetual term has no units to earn by.")
    return max(0, min(term.units, term.carried + served - term.credit - owed))
