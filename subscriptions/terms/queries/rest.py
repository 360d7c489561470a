"""What is left of a term, in issues and in money, if something changed now."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from django.db.models import Sum

from foundation.errors import DomainError
from subscriptions.catalog import queries as catalog
from subscriptions.catalog.models import Issue
from subscriptions.terms import rules
from subscriptions.terms.models import OwedCopy, Term
from subscriptions.terms.queries.life import as_paid, as_told, life_of


class NothingIsPlanned(DomainError):
    code = "calendar_is_over"


@dataclass(frozen=True, slots=True)
class Rest:
    """What a change of this moment reaches: from `first_issue` on (for a term that waits, from its own first issue).

    Units and cents by component; `units` None for a term without an end. It holds until the issue's pull time.
    """

    term: Term
    first_issue: Issue
    units: int | None
    magazine_cents: int
    postage_cents: int

    @property
    def cents(self) -> int:
        return self.magazine_cents + self.postage_cents


def what_is_left(term_id: int, now: dt.datetime) -> Rest:
    """:raises NothingIsPlanned: when the calendar has no issue that a change could reach"""
    term = Term.objects.select_related("subscription").get(pk=term_id)
    return next(rest for rest in rests(term.subscription_id, now) if rest.term.pk == term_id)


def rests(subscription_id: int, now: dt.datetime) -> list[Rest]:
    """The rest of each term of a subscription, those that are over too, in the order in which they are served.

    :raises NothingIsPlanned: as `what_is_left`
    """
    return _rests(subscription_id, now, given_up={})


def rests_if_cancelled(subscription_id: int, now: dt.datetime) -> list[Rest]:
    """As `rests`, and the copies that are owed from stock and have not been sent are not sent either."""
    waiting = OwedCopy.objects.filter(term__subscription=subscription_id, state=OwedCopy.State.WAITING)
    return _rests(subscription_id, now, given_up=dict(waiting.values_list("term").annotate(units=Sum("units"))))


def _rests(subscription_id: int, now: dt.datetime, *, given_up: Mapping[int, int]) -> list[Rest]:
    """:param given_up: by term, units of what it has carried that it would not have had"""
    life = life_of(subscription_id)
    if not life.terms:
        return []
    first = catalog.first_open_issue(magazine_id=life.terms[0].subscription.magazine_id, now=now)
    if first is None:
        raise NothingIsPlanned("No issue is planned that a change could reach. Lay out the calendar first.")
    clock = rules.clock_at(life.calendar, life.pauses, first.ordinal)
    spans = [
        replace(span, carried=span.carried - given_up.get(term.pk, 0)) if rules.left_at(span, clock) else span
        for term, span in zip(life.terms, life.spans, strict=True)
    ]
    return [_rest(term, span, first, clock) for term, span in zip(life.terms, spans, strict=True)]


def last_served_before(
    subscription_id: int, issue: Issue, *, told_on: dt.date | None = None, payers: Collection[int] | None = None
) -> Issue | None:
    """The last issue before this one that was sent or is on its way, grace copies too. The rest as for `expire`."""
    life = as_paid(as_told(life_of(subscription_id), told_on), payers)
    earlier = (row for row in reversed(life.calendar) if row.ordinal < issue.ordinal)
    return next(
        (
            life.row_of(row)
            for row in earlier
            if rules.serving(life.calendar, life.pauses, life.spans, row.ordinal) is not None
        ),
        None,
    )


def _rest(term: Term, span: rules.TermSpan, first: Issue, clock: int) -> Rest:
    left = rules.left_at(span, clock)
    magazine_cents, postage_cents = (
        rules.released_cents(span, left=left, price_cents=price) if left else 0
        for price in (term.magazine_cents, term.postage_cents)
    )
    return Rest(term, first, left, magazine_cents, postage_cents)
