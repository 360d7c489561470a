"""The reader of rule 4.1: ten issues from 504, which end with 513."""

from collections.abc import Sequence

from subscriptions.terms.rules import (
    IssueRow,
    PauseSpan,
    TermSpan,
    clock_at,
    expire_issue,
    queue_start,
    serving,
)


def term_from(
    calendar: Sequence[IssueRow], number: int = 504, pauses: Sequence[PauseSpan] = (), **more: int
) -> TermSpan:
    return TermSpan(c_from=clock_at(calendar, pauses, number), **{"units": 10, **more})


def queued(
    calendar: Sequence[IssueRow], terms: list[TermSpan], number: int, pauses: Sequence[PauseSpan] = (), **more: int
) -> list[TermSpan]:
    """The terms with one more behind them, whose first reachable issue is `number`."""
    return [*terms, TermSpan(c_from=queue_start(calendar, pauses, terms, number), **{"units": 10, **more})]


def expires(calendar: Sequence[IssueRow], terms: Sequence[TermSpan], pauses: Sequence[PauseSpan] = ()) -> int | str:
    """The number of the expire issue, or the reason why there is none."""
    answer = expire_issue(calendar, pauses, terms)
    return answer.reason if answer.issue is None else answer.issue.number


def served_from(
    calendar: Sequence[IssueRow], terms: Sequence[TermSpan], pauses: Sequence[PauseSpan] = ()
) -> dict[int, list[int]]:
    """For each term, by its place, the numbers of the issues that are served from it, grace apart."""
    found: dict[int, list[int]] = {place: [] for place in range(len(terms))}
    for issue in calendar:
        copy = serving(calendar, pauses, terms, issue.ordinal)
        if copy is not None and not copy.is_grace:
            found[copy.place].append(issue.number)
    return found
