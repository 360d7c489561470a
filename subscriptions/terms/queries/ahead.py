"""What is still to come before the issues of a term, as its reader may know it."""

import datetime as dt
from dataclasses import dataclass
from itertools import takewhile

from subscriptions.terms import rules
from subscriptions.terms.queries.life import Life, is_told, life_of


@dataclass(frozen=True, slots=True)
class Ahead:
    """Whether something is ahead that the reader knows of, and whether a gift is that is announced later."""

    known: bool
    secret: bool


def ahead_of(subscription_id: int, *, told_on: dt.date, term_id: int | None = None) -> Ahead:
    """What comes before a term, or before what is bought now.

    The first issue of what comes behind a secret tells of it. Left out there alone, it would tell of it, too: whoever
    has something ahead is told in words that it comes behind that, secret or none.
    """
    return issues_ahead(life_of(subscription_id), told_on, term_id=term_id)


def issues_ahead(life: Life, told_on: dt.date, *, term_id: int | None = None) -> Ahead:
    if not life.calendar:
        return Ahead(known=False, secret=False)
    earlier = takewhile(lambda pair: pair[0].pk != term_id, zip(life.terms, life.spans, strict=True))
    told = [is_told(term, told_on) for term, span in earlier if rules.units_left([span], life.clock) != 0]
    return Ahead(known=any(told), secret=not all(told))
