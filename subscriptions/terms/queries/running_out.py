"""When a subscription runs out: what the renewal timetable hangs on."""

import datetime as dt
from collections.abc import Sequence

from subscriptions.catalog.models import Issue
from subscriptions.terms import rules
from subscriptions.terms.queries.life import Life, life_of
from subscriptions.terms.queries.promises import span_to_be


def issue_that_leaves(*, subscription_id: int, units: int) -> Issue | None:
    """The issue whose pull leaves at most so many units of all that is queued; None while no date can be told.

    None for a perpetual term, an open hold, and an end beyond the calendar. An issue that is pulled already may be the
    answer: then the moment has passed.
    """
    life = life_of(subscription_id)
    return _leaving(life, life.spans, units=units)


def issue_that_would_leave(
    *, subscription_id: int, units: int, more: int, now: dt.datetime, start_issue_id: int | None = None
) -> Issue | None:
    """The same, if a term of `more` units were bought now.

    :raises TermNeverEnds: when it would wait behind a perpetual term
    """
    life = life_of(subscription_id)
    added = span_to_be(life, units=more, now=now, start_issue_id=start_issue_id)
    return _leaving(life, [*life.spans, *([added] if added else [])], units=units)


def _leaving(life: Life, spans: Sequence[rules.TermSpan], *, units: int) -> Issue | None:
    if not spans or any(span.c_to is None for span in spans):
        return None
    end = max(span.c_to for span in spans if span.c_to is not None)
    for issue, clock in rules.served_walk(life.calendar, life.pauses):
        if end - (clock + issue.units) <= units:
            return life.row_of(issue)
    return None
