"""When a subscription runs out: what the renewal timetable hangs on."""

from subscriptions.catalog.models import Issue
from subscriptions.terms import rules
from subscriptions.terms.queries.life import life_of


def issue_that_leaves(*, subscription_id: int, units: int) -> Issue | None:
    """The issue whose pull leaves at most so many units of all that is queued; None while no date can be told.

    None for a perpetual term, an open hold, and an end beyond the calendar. An issue that is pulled already may be the
    answer: then the moment has passed.
    """
    life = life_of(subscription_id)
    if not life.spans or any(span.c_to is None for span in life.spans):
        return None
    end = max(span.c_to for span in life.spans if span.c_to is not None)
    for issue, clock in rules.served_walk(life.calendar, life.pauses):
        if end - (clock + issue.units) <= units:
            return life.row_of(issue)
    return None
