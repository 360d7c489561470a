"""Where the copies go, from which issue on."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from foundation.actors import Actor
from foundation.audit import actions as audit
from subscriptions.catalog import actions as catalog
from subscriptions.catalog import queries as calendars
from subscriptions.catalog.models import Issue
from subscriptions.terms import rules
from subscriptions.terms.actions.subscriptions import AddressOfSomeoneElse, lock, refuse_foreign_address
from subscriptions.terms.models import FOREVER, ShipTo, Subscription
from subscriptions.terms.queries.life import life_of

__all__ = ["AddressChange", "AddressOfSomeoneElse", "change_address"]


@dataclass(frozen=True, slots=True)
class AddressChange:
    """What a change of address does: the first issue to the new one, and those still on their way to the old one.

    Until `holds_until`, the first issue's pull time, another change replaces this one.
    """

    first_issue: Issue
    still_old: list[Issue]
    holds_until: dt.datetime


@transaction.atomic
def change_address(*, subscription_id: int, address_id: int, by: Actor, now: dt.datetime) -> AddressChange:
    """Send everything from the first issue whose pull time has not come to another address of this reader.

    :raises AddressOfSomeoneElse: when the address is not one of this reader's
    :raises CalendarIsOver: when no issue is planned that far
    """
    magazine_id = Subscription.objects.values_list("magazine_id", flat=True).get(pk=subscription_id)
    first = catalog.keep_issue_open(magazine_id=magazine_id, now=now, counting=False)
    subscription = lock(subscription_id)
    refuse_foreign_address(address_id=address_id, reader_id=subscription.reader_id)

    addresses = ShipTo.objects.filter(subscription=subscription)
    old = addresses.filter(until_ordinal=FOREVER).first()
    if old is None or old.address_id != address_id:
        _ship_from(first, subscription=subscription, address_id=address_id, by=by, now=now)
        audit.record(by, "subscription.address_changed", subscription, address=address_id, first_issue=first.number)
    return AddressChange(first, _still_old(subscription_id, first=first, now=now), first.pull_at)


def _ship_from(first: Issue, *, subscription: Subscription, address_id: int, by: Actor, now: dt.datetime) -> None:
    addresses = ShipTo.objects.filter(subscription=subscription)
    # Earlier changes that no issue has seen yet: this one replaces them, and what was before them runs up to it.
    addresses.filter(from_ordinal__gte=first.ordinal).delete()
    addresses.filter(until_ordinal__gt=first.ordinal).update(until_ordinal=first.ordinal)
    ShipTo.objects.create(
        subscription=subscription,
        address_id=address_id,
        from_ordinal=first.ordinal,
        entered_at=now,
        entered_by=by.reference,
    )


def _still_old(subscription_id: int, *, first: Issue, now: dt.datetime) -> list[Issue]:
    """Issues before the first that this subscription gets and that should not have arrived by today."""
    today = now.astimezone(first.magazine.zone).date()
    on_the_way = calendars.calendar(first.magazine_id).filter(ordinal__lt=first.ordinal, in_home_until__gt=today)
    life = life_of(subscription_id)
    return [
        issue
        for issue in on_the_way.exclude(state=Issue.State.DROPPED)
        if rules.serving(life.calendar, life.pauses, life.spans, issue.ordinal) is not None
    ]
