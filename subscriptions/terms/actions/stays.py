"""Addresses away from home: for a while, or every year. The address at home stays what it is."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction

from foundation.actors import Actor
from foundation.audit import actions as audit
from foundation.errors import DomainError
from subscriptions.catalog import actions as catalog
from subscriptions.catalog import queries as calendars
from subscriptions.catalog.models import Issue
from subscriptions.readers import actions as readers
from subscriptions.readers.models import Address
from subscriptions.readers.rules.address import TypedAddress
from subscriptions.terms import rules
from subscriptions.terms.actions.laying_away import lay_away, lay_moves
from subscriptions.terms.actions.subscriptions import lock, refuse_foreign_address
from subscriptions.terms.models import AwayAddress, AwayIssue, Subscription
from subscriptions.terms.queries import holds
from subscriptions.terms.queries.life import as_told, life_of


class StayRunsBackwards(DomainError):
    code = "stay_runs_backwards"


class NothingGoesThere(DomainError):
    code = "nothing_goes_there"


class NoSuchDay(DomainError):
    code = "no_such_day"


class StayIsOver(DomainError):
    code = "stay_is_over"


_DAYS = ("from_on", "until_on", "from_month", "from_day", "until_month", "until_day")
_PRINTED = [field.attname for field in Address._meta.concrete_fields if field.attname.startswith("label_")]


@dataclass(frozen=True, slots=True)
class StayAnswer:
    """What a stay, or its end, does to the issues that come: what is held back or is not owed is not among them.

    `issues` are the planned ones that go there, and `first_issue` the first that goes elsewhere than it would have;
    None where nothing planned is touched. `home_again` is the first from there on that comes home. `still_old` are out
    of reach and on their way: to the old address, or to this one where it ends.
    """

    away: AwayAddress
    first_issue: Issue | None
    issues: list[Issue]
    still_old: list[Issue]
    home_again: Issue | None

    @property
    def holds_until(self) -> dt.datetime | None:
        return self.first_issue.pull_at if self.first_issue else None


@transaction.atomic
def stay_at_typed(
    *,
    subscription_id: int,
    typed: TypedAddress,
    source: str,
    when: rules.Once | rules.EveryYear,
    by: Actor,
    now: dt.datetime,
    told_on: dt.date | None = None,
    path: str = "",
) -> StayAnswer:
    """Keep an address as it was typed, and send there what is expected during the stay, both or neither.

    :param told_on: for its reader's eyes: nothing is told of gifts that are announced later than on that day
    :param path: stands before the field names of a refusal
    :raises Invalid: when the address cannot be printed or delivered; else as `stay_away` and `stay_every_year`
    """
    reader_id = Subscription.objects.values_list("reader_id", flat=True).get(pk=subscription_id)
    address = readers.add_address(reader_id=reader_id, typed=typed, by=by, source=source, now=now, path=path)
    where: dict[str, Any] = {"subscription_id": subscription_id, "address_id": address.pk, "by": by, "now": now}
    where["told_on"] = told_on
    if isinstance(when, rules.Once):
        return stay_away(from_on=when.from_on, until_on=when.until_on, **where)
    return stay_every_year(first=when.first, last=when.last, **where)


@transaction.atomic
def stay_away(
    *,
    subscription_id: int,
    address_id: int,
    from_on: dt.date,
    until_on: dt.date,
    by: Actor,
    now: dt.datetime,
    told_on: dt.date | None = None,
) -> StayAnswer:
    """Send the issues expected in `[from, until)` to another address of this reader; `until` is the day of coming home.

    An issue expected so many days before the end as the magazine's margin says goes home already.

    :param told_on: as for `stay_at_typed`
    :raises StayRunsBackwards: when it ends before it begins
    :raises NothingGoesThere: when no issue that a change still reaches is expected there
    :raises AddressOfSomeoneElse: when the address is not one of this reader's
    """
    if until_on <= from_on:
        raise StayRunsBackwards("The day of coming home has to be after the day of leaving.")
    subscription, reach = _lock(subscription_id, address_id=address_id, now=now)
    away = AwayAddress(kind=AwayAddress.Kind.TEMPORARY, from_on=from_on, until_on=until_on)
    answer = _enter(away, subscription, address_id=address_id, reach=reach, by=by, now=now, told_on=told_on)
    if not _laid_for(answer.away) and until_on <= _last_expected(reach.magazine_id):
        raise NothingGoesThere(
            "No issue that a change still reaches is expected there between these days, or only just before the end."
        )
    return answer


@transaction.atomic
def stay_every_year(
    *,
    subscription_id: int,
    address_id: int,
    first: tuple[int, int],
    last: tuple[int, int],
    by: Actor,
    now: dt.datetime,
    told_on: dt.date | None = None,
) -> StayAnswer:
    """Every year from one day to another, (month, day) both included and over New Year if need be, send issues there.

    :param told_on: as for `stay_at_typed`
    :raises NoSuchDay: when no year has one of these days, or they are the same
    :raises AddressOfSomeoneElse: when the address is not one of this reader's
    """
    if not rules.is_day_of_some_year(*first) or not rules.is_day_of_some_year(*last) or first == last:
        raise NoSuchDay("Give two different days of the year, such as December 1 and March 31.")
    subscription, reach = _lock(subscription_id, address_id=address_id, now=now)
    away = AwayAddress(
        kind=AwayAddress.Kind.SEASONAL,
        from_month=first[0],
        from_day=first[1],
        until_month=last[0],
        until_day=last[1],
    )
    return _enter(away, subscription, address_id=address_id, reach=reach, by=by, now=now, told_on=told_on)


@transaction.atomic
def end_stay(*, away_id: int, by: Actor, now: dt.datetime, told_on: dt.date | None = None) -> StayAnswer:
    """From the first issue within reach on, nothing goes there any more: it goes home, or where another stay has it.

    What is on its way there stays so.

    :param told_on: as for `stay_at_typed`
    :raises StayIsOver: when it has been ended
    """
    subscription_id = AwayAddress.objects.values_list("subscription_id", flat=True).get(pk=away_id)
    subscription, _ = _lock(subscription_id, address_id=None, now=now)
    away = AwayAddress.objects.get(pk=away_id)
    if away.ended_at is not None:
        raise StayIsOver("This address was ended before.")
    before = _laid_for(away)
    away.ended_at, away.ended_by = now, by.reference
    away.save(update_fields=["ended_at", "ended_by"])
    lay_away([subscription_id], magazine=subscription.magazine, now=now)
    audit.record(by, "subscription.stay_ended", subscription, away=away.pk)
    answer = _answer(away, subscription, moved=before - _laid_for(away), now=now, told_on=told_on)
    return replace(answer, still_old=[issue for issue in answer.still_old if issue.pk in before])


@transaction.atomic
def lay_subscription(*, subscription_id: int, now: dt.datetime) -> int:
    """Lay the stays and the changes for later of one subscription again; how many rows moved."""
    subscription, _ = _lock(subscription_id, address_id=None, now=now)
    moved = lay_moves([subscription_id], magazine=subscription.magazine, now=now)
    return moved + lay_away([subscription_id], magazine=subscription.magazine, now=now)


def _lock(subscription_id: int, *, address_id: int | None, now: dt.datetime) -> tuple[Subscription, Issue]:
    magazine_id = Subscription.objects.values_list("magazine_id", flat=True).get(pk=subscription_id)
    reach = catalog.keep_issue_open(magazine_id=magazine_id, now=now, counting=False)
    subscription = lock(subscription_id)
    if address_id is not None:
        refuse_foreign_address(address_id=address_id, reader_id=subscription.reader_id)
    return subscription, reach


def _enter(
    away: AwayAddress,
    subscription: Subscription,
    *,
    address_id: int,
    reach: Issue,
    by: Actor,
    now: dt.datetime,
    told_on: dt.date | None,
) -> StayAnswer:
    """Entered again, it is the stay that stands: ending it has to send everything home."""
    away.subscription, away.address_id = subscription, address_id
    standing = _standing(away)
    if standing is None:
        away.entered_at, away.entered_by = now, by.reference
        away.save(force_insert=True)
        audit.record(by, "subscription.stay_entered", subscription, away=away.pk, kind=away.kind, address=address_id)
    lay_away([subscription.pk], magazine=reach.magazine, now=now)
    found = standing or away
    return _answer(found, subscription, moved=_laid_for(found), now=now, told_on=told_on)


def _standing(away: AwayAddress) -> AwayAddress | None:
    """The newest of its kind, which goes before those that were entered earlier, if it is the same in all."""
    live = AwayAddress.objects.filter(subscription=away.subscription, kind=away.kind, ended_at__isnull=True)
    last = live.select_related("address").order_by("-pk").first()
    if last is None or any(getattr(last, name) != getattr(away, name) for name in _DAYS):
        return None
    # An address that is typed again is a row of its own.
    printed = all(getattr(last.address, name) == getattr(away.address, name) for name in _PRINTED)
    return last if printed else None


def _answer(
    away: AwayAddress, subscription: Subscription, *, moved: Collection[int], now: dt.datetime, told_on: dt.date | None
) -> StayAnswer:
    """:param moved: the issues that go elsewhere than they would have, come they or not"""
    magazine_id = subscription.magazine_id
    life = as_told(life_of(subscription.pk), told_on)
    planned = calendars.planned_issues(magazine_id)
    coming = [issue for issue in planned if issue.takes_changes(now=now) and life.gets(issue)]
    there = _laid_for(away)
    not_home = set(AwayIssue.objects.filter(subscription=subscription).values_list("issue", flat=True))
    first = next((issue for issue in coming if issue.pk in moved), None)
    home = (issue for issue in coming if first and issue.ordinal >= first.ordinal and issue.pk not in not_home)
    return StayAnswer(
        away=away,
        first_issue=first,
        issues=[issue for issue in coming if issue.pk in there],
        still_old=holds.on_the_way(life, magazine_id=magazine_id, before=2**31 - 1, now=now),
        home_again=next(home, None),
    )


def _laid_for(away: AwayAddress) -> set[int]:
    return set(AwayIssue.objects.filter(away=away).values_list("issue", flat=True))


def _last_expected(magazine_id: int) -> dt.date:
    last = holds.appearing(magazine_id).last()
    return last.in_home_from if last else dt.date.max
