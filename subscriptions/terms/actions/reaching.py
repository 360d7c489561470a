"""A subscription held still at the first issue that a change of this moment reaches."""

import datetime as dt
from dataclasses import dataclass

from subscriptions.catalog import actions as catalog
from subscriptions.catalog.models import Issue
from subscriptions.terms import rules
from subscriptions.terms.actions.subscriptions import lock, lock_all, lock_in_force
from subscriptions.terms.models import Subscription, Term
from subscriptions.terms.queries.life import Life, life_of_line
from subscriptions.terms.queries.merged import in_force


@dataclass(frozen=True, slots=True)
class Reach:
    """`clock` is the subscription's own at `first_issue`: what lies before it is served or on its way and stays."""

    subscription: Subscription
    first_issue: Issue
    life: Life
    clock: int
    now: dt.datetime

    @property
    def today(self) -> dt.date:
        """The book date of a change of this moment."""
        return self.now.astimezone(self.first_issue.magazine.zone).date()

    def units_left(self, term: Term) -> int | None:
        """What a change of this moment can still take off a term; None when it has no end."""
        return None if term.c_to is None else max(0, term.c_to - max(term.c_from, self.clock))

    def live_terms(self) -> list[Term]:
        """Terms of which something is left, in the order in which they are served."""
        return [term for term in self.life.terms if self.units_left(term) != 0 and term.ended_at is None]


def reach(subscription_id: int, *, now: dt.datetime) -> Reach:
    """Lock the issue and then the subscription, as a pull does, and see what is still to come.

    :raises CalendarIsOver: when no issue is planned that far
    """
    first_issue = _keep_issue_open(subscription_id, now=now)
    return reach_locked(lock(subscription_id), first_issue=first_issue, now=now)


def reach_in_force(subscription_id: int, *, now: dt.datetime) -> Reach:
    """The same for it or what it was merged into: where its copies come from.

    :raises CalendarIsOver: as `reach`
    """
    first_issue = _keep_issue_open(subscription_id, now=now)
    return reach_locked(lock_in_force(subscription_id), first_issue=first_issue, now=now)


def reach_with_the_one_in_force(subscription_id: int, *, now: dt.datetime) -> Reach:
    """The same for itself, where what follows may change the one that it was merged into, too: both are locked."""
    first_issue = _keep_issue_open(subscription_id, now=now)
    lock_all({subscription_id, in_force(subscription_id)})
    return reach_locked(lock(subscription_id), first_issue=first_issue, now=now)


def reach_locked(subscription: Subscription, *, first_issue: Issue, now: dt.datetime) -> Reach:
    """The same for a subscription, and an issue, that this transaction has locked already."""
    life = life_of_line(subscription)
    clock = rules.clock_at(life.calendar, life.pauses, first_issue.ordinal)
    return Reach(subscription, first_issue, life, clock, now)


def _keep_issue_open(subscription_id: int, *, now: dt.datetime) -> Issue:
    magazine_id = Subscription.objects.values_list("magazine_id", flat=True).get(pk=subscription_id)
    return catalog.keep_issue_open(magazine_id=magazine_id, now=now, counting=False)
