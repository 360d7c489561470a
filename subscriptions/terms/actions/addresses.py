"""Where the copies go, from which issue on."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from foundation.actors import Actor
from foundation.audit import actions as audit
from foundation.errors import DomainError
from subscriptions.catalog import actions as catalog
from subscriptions.catalog import queries as calendars
from subscriptions.catalog.models import Issue
from subscriptions.terms.actions.holds import resume_at_new_address
from subscriptions.terms.actions.subscriptions import AddressOfSomeoneElse, lock, refuse_foreign_address
from subscriptions.terms.models import FOREVER, AwayIssue, ShipTo, Subscription
from subscriptions.terms.queries import holds
from subscriptions.terms.queries.life import as_told, life_of

__all__ = ["AddressChange", "AddressOfSomeoneElse", "ChangeTakesOneStart", "change_address"]


class ChangeTakesOneStart(DomainError):
    code = "change_takes_one_start"


@dataclass(frozen=True, slots=True)
class AddressChange:
    """What a change of address does from `first_issue` on, and of which issues that can be told.

    Told are those that come: not what is held back, is not owed, or goes to a stay away. `first_coming` is the first of
    them to the new address, None where none is due; `still_old` are on their way to the old one, and `meanwhile` is
    what a change for later leaves to it. Until `holds_until` another change reaches the first of them. `replaced`: an
    earlier change, which no issue has followed yet, is given up.
    """

    first_issue: Issue
    at_once: bool
    first_coming: Issue | None
    still_old: list[Issue]
    meanwhile: list[Issue]
    replaced: bool

    @property
    def holds_until(self) -> dt.datetime:
        return (self.first_coming or self.first_issue).pull_at


@transaction.atomic
def change_address(
    *,
    subscription_id: int,
    address_id: int,
    by: Actor,
    now: dt.datetime,
    from_on: dt.date | None = None,
    from_issue_id: int | None = None,
    told_on: dt.date | None = None,
) -> AddressChange:
    """Send everything to another address of this reader: at once, from a day on, or from an issue on.

    What was held because mail came back from the old one goes on with the first issue to the new one.

    At once means from the first issue whose pull time has not come; a day means the first issue whose in-home window
    begins on it or later. A change for later follows the calendar until it is reached.

    :param told_on: for its reader's eyes: nothing is told of gifts that are announced later than on that day
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
    return _answer(subscription_id, first, reach=reach, replaced=replaced, now=now, told_on=told_on)


def _answer(
    subscription_id: int, first: Issue, *, reach: Issue, replaced: bool, now: dt.datetime, told_on: dt.date | None
) -> AddressChange:
    life = as_told(life_of(subscription_id), told_on)
    away = set(AwayIssue.objects.filter(subscription_id=subscription_id).values_list("issue", flat=True))
    planned = calendars.planned_issues(first.magazine_id).filter(ordinal__gte=reach.ordinal)
    coming = [issue for issue in planned if issue.pk not in away and life.gets(issue)]
    on_the_way = holds.on_the_way(life, magazine_id=first.magazine_id, before=first.ordinal, now=now)
    return AddressChange(
        first_issue=first,
        at_once=first.ordinal <= reach.ordinal,
        first_coming=next((issue for issue in coming if issue.ordinal >= first.ordinal), None),
        still_old=[issue for issue in on_the_way if issue.pk not in away],
        meanwhile=[issue for issue in coming if issue.ordinal < first.ordinal],
        replaced=replaced,
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
