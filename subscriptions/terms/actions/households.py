"""One copy for a household: the others' are held back and stay owed (domain 4.33), because a clerk says so."""

import datetime as dt

from django.db import transaction
from django.db.models import QuerySet

from foundation.actors import Actor
from foundation.errors import DomainError
from subscriptions.catalog import actions as catalog
from subscriptions.readers import queries as readers
from subscriptions.terms.actions.holds import hold
from subscriptions.terms.actions.subscriptions import lock
from subscriptions.terms.models import Pause, ServiceReason, Subscription
from subscriptions.terms.queries.promises import expire

HOUSEHOLD = "household"


class NobodyElseGetsIt(DomainError):
    code = "nobody_else_gets_it"


class CopyIsHeldAlready(DomainError):
    code = "copy_is_held_already"


@transaction.atomic
def hold_for_household(*, subscription_id: int, by: Actor, now: dt.datetime) -> Pause:
    """Hold this reader's copies back from the next issue on, as another of the household gets the magazine.

    Nothing is consumed meanwhile; ending the hold sends everything that is owed.

    :raises NobodyElseGetsIt: when no other of the household gets a copy of this magazine
    :raises CopyIsHeldAlready: when it is held for the household, until further notice
    """
    magazine_id = Subscription.objects.values_list("magazine_id", flat=True).get(pk=subscription_id)
    first = catalog.keep_issue_open(magazine_id=magazine_id, now=now, counting=False)
    subscription = lock(subscription_id)
    reason = ServiceReason.objects.get(code=HOUSEHOLD, use=ServiceReason.Use.HOLD)
    if _open_pauses(reason).filter(subscription=subscription).exists():
        raise CopyIsHeldAlready("Its copies are held back for the household already.")
    if not _others_that_come(subscription, reason):
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


def _others_that_come(subscription: Subscription, reason: ServiceReason) -> bool:
    lines = Subscription.objects.filter(
        reader__in=readers.household_of(subscription.reader), magazine_id=subscription.magazine_id
    )
    unheld = lines.exclude(pk__in=_open_pauses(reason).values("subscription"))
    return any(expire(line.pk).units_left != 0 for line in unheld)


def _open_pauses(reason: ServiceReason) -> QuerySet[Pause]:
    return Pause.objects.filter(reason=Pause.Reason.IMPOSED, note=reason.name, until_issue__isnull=True)
