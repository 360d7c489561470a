"""One copy for a household: the others' are held back and stay owed (domain 4.33), because a clerk says so."""

import datetime as dt

from django.db import transaction
from django.db.models import QuerySet

from foundation.actors import Actor
from foundation.errors import DomainError
from subscriptions.catalog import actions as catalog
from subscriptions.catalog.models import Issue
from subscriptions.readers import queries as readers
from subscriptions.terms import rules
from subscriptions.terms.actions.holds import hold
from subscriptions.terms.actions.subscriptions import lock, lock_all
from subscriptions.terms.models import Pause, ServiceReason, Subscription
from subscriptions.terms.queries.life import life_of_line

HOUSEHOLD = "household"


class NobodyElseGetsIt(DomainError):
    code = "nobody_else_gets_it"


class CopyIsHeldAlready(DomainError):
    code = "copy_is_held_already"


@transaction.atomic
def hold_for_household(*, subscription_id: int, by: Actor, now: dt.datetime) -> Pause:
    """Hold this reader's copies back from the next issue on, as another of the household gets the magazine.

    Nothing is consumed meanwhile; ending the hold sends everything that is owed.

    :raises NobodyElseGetsIt: when no other of the household gets the next issue of this magazine, or only in hope
    :raises CopyIsHeldAlready: when it is held for the household, until further notice
    """
    magazine_id = Subscription.objects.values_list("magazine_id", flat=True).get(pk=subscription_id)
    first = catalog.keep_issue_open(magazine_id=magazine_id, now=now, counting=False)
    # All of them, so that two clerks at once do not hold back one copy each.
    lines = _household_lines(Subscription.objects.get(pk=subscription_id))
    lock_all([subscription_id, *lines.values_list("pk", flat=True)])
    subscription = lock(subscription_id)
    reason = ServiceReason.objects.get(code=HOUSEHOLD, use=ServiceReason.Use.HOLD)
    if _open_pauses(reason).filter(subscription=subscription).exists():
        raise CopyIsHeldAlready("Its copies are held back for the household already.")
    if not any(_gets(line, first) for line in _household_lines(subscription)):
        raise NobodyElseGetsIt(
            f"Nobody else of {subscription.reader.shown_name}'s household gets {subscription.magazine.name}, so one "
            "copy has to come."
        )
    return hold(
        subscription_id=subscription.pk,
        from_issue_id=first.pk,
        until_issue_id=None,
        reason=Pause.Reason.IMPOSED,
        by=by,
        now=now,
        note=reason.name,
    )


def _household_lines(subscription: Subscription) -> QuerySet[Subscription]:
    """The others'."""
    return Subscription.objects.filter(
        reader__in=readers.household_of(subscription.reader), magazine_id=subscription.magazine_id
    )


def _gets(line: Subscription, issue: Issue) -> bool:
    """A line that is held, for whatever reason, has issues left and brings none."""
    life = life_of_line(line)
    served = rules.serving(life.calendar, life.pauses, life.spans, issue.ordinal)
    return served is not None and not served.is_grace


def _open_pauses(reason: ServiceReason) -> QuerySet[Pause]:
    return Pause.objects.filter(reason=Pause.Reason.IMPOSED, note=reason.name, until_issue__isnull=True)
