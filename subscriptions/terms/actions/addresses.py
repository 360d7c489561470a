"""Where the copies go, from which issue on."""

import datetime as dt
from dataclasses import dataclass, field

from django.db import transaction

from foundation.actors import Actor
from foundation.audit import actions as audit
from foundation.errors import DomainError
from subscriptions.catalog import actions as catalog
from subscriptions.catalog import queries as calendars
from subscriptions.catalog.models import Issue
from subscriptions.terms.actions.holds import resume_at_new_address
from subscriptions.terms.actions.subscriptions import AddressOfSomeoneElse, lock, refuse_foreign_address
from subscriptions.terms.models import FOREVER, ShipTo, Subscription
from subscriptions.terms.queries import holds
from subscriptions.terms.queries.life import life_of

__all__ = ["AddressChange", "AddressOfSomeoneElse", "ChangeTakesOneStart", "change_address"]


class ChangeTakesOneStart(DomainError):
    code = "change_takes_one_start"


@dataclass(frozen=True, slots=True)
class AddressChange:
    """What a change of address does: the first issue to the new one, and those still on their way to the old one.

    Until `holds_until`, the first issue's pull time, another change replaces this one. `meanwhile` are the issues that
    a change for later leaves to the old address, and `replaced` says that an earlier change for later is given up.
    """

    first_issue: Issue
    still_old: list[Issue]
    holds_until: dt.datetime
    meanwhile: list[Issue] = field(default_factory=list)
    replaced: bool = False


@transaction.atomic
def change_address(
    *,
    subscription_id: int,
    address_id: int,
    by: Actor,
    now: dt.datetime,
    from_on: dt.date | None = None,
    from_issue_id: int | None = None,
) -> AddressChange:
    """Send everything to another address of this reader: at once, from a day on, or from an issue on.

    What was held because mail came back from the old one goes on with the first issue to the new one.

    At once means from the first issue whose pull time has not come; a day means the first issue whose in-home window
    begins on it or later. A change for later follows the calendar until it is reached.

    :raises AddressOfSomeoneElse: when the address is not one of this reader's
    :raises CalendarIsOver: when no issue is planned that far
    :raises IssueIsPulled: when the named issue is out of reach
    """
    if from_on is not None and from_issue_id is not None:
        raise ChangeTakesOneStart("Give a day or an issue from which the new address counts, not both.")
    magazine_id = Subscription.objects.values_list("magazine_id", flat=True).get(pk=subscription_id)
    reach = catalog.keep_issue_open(magazine_id=magazine_id, now=now, counting=False)
    subscription = lock(subscription_id)
    refuse_foreign_address(address_id=address_id, reader_id=subscription.reader_id)
    first = _first(reach, from_on=from_on, from_issue_id=from_issue_id, now=now)

    replaced = _gives_up(subscription_id, reach=reach, first=first, address_id=address_id)
    if _goes_elsewhere(subscription_id, first=first, address_id=address_id):
        later = first.ordinal > reach.ordinal
        row = ShipTo(subscription=subscription, address_id=address_id, entered_at=now, entered_by=by.reference)
        if later:
            row.from_on = from_on
            row.from_issue = first if from_issue_id is not None else None
        _ship_from(first, row)
        resume_at_new_address(subscription, first=first, by=by)
        audit.record(by, "subscription.address_changed", subscription, address=address_id, first_issue=first.number)
    return AddressChange(
        first,
        holds.on_the_way(life_of(subscription_id), magazine_id=magazine_id, before=first.ordinal, now=now),
        first.pull_at,
        list(calendars.planned_issues(magazine_id).filter(ordinal__gte=reach.ordinal, ordinal__lt=first.ordinal)),
        replaced,
    )


def _first(reach: Issue, *, from_on: dt.date | None, from_issue_id: int | None, now: dt.datetime) -> Issue:
    if from_on is not None:
        return holds.first_for_day(magazine_id=reach.magazine_id, day=from_on, now=now)
    if from_issue_id is None:
        return reach
    named = Issue.objects.filter(pk=from_issue_id, magazine_id=reach.magazine_id).first()
    if named is None or not named.takes_changes(now=now):
        raise catalog.IssueIsPulled(f"{named or 'That'} is out of reach; the first that a change reaches is {reach}.")
    return named


def _goes_elsewhere(subscription_id: int, *, first: Issue, address_id: int) -> bool:
    """Whether any issue from this one on goes to another address."""
    from_there = ShipTo.objects.filter(subscription_id=subscription_id, until_ordinal__gt=first.ordinal)
    return from_there.exclude(address_id=address_id).exists() or not from_there.exists()


def _gives_up(subscription_id: int, *, reach: Issue, first: Issue, address_id: int) -> bool:
    """Whether an earlier change that no issue has seen yet, to another address, is replaced by this one."""
    ahead = ShipTo.objects.filter(subscription_id=subscription_id, from_ordinal__gte=max(reach.ordinal, first.ordinal))
    return ahead.exclude(address_id=address_id).exists()


def _ship_from(first: Issue, row: ShipTo) -> None:
    addresses = ShipTo.objects.filter(subscription_id=row.subscription_id)
    # Earlier changes that no issue has seen yet: this one replaces them, and what was before them runs up to it.
    addresses.filter(from_ordinal__gte=first.ordinal).delete()
    before = addresses.filter(until_ordinal__gt=first.ordinal)
    if before.filter(address_id=row.address_id).update(until_ordinal=FOREVER):
        return
    before.update(until_ordinal=first.ordinal)
    row.from_ordinal = first.ordinal
    row.save(force_insert=True)
