"""Addresses away from home: for a while, or every year. The address at home stays what it is."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from foundation.actors import Actor
from foundation.audit import actions as audit
from foundation.errors import DomainError
from subscriptions.catalog import actions as catalog
from subscriptions.catalog.models import Issue
from subscriptions.readers import actions as readers
from subscriptions.readers.rules.address import TypedAddress
from subscriptions.terms import rules
from subscriptions.terms.actions.laying_away import lay_away, lay_moves
from subscriptions.terms.actions.subscriptions import lock, refuse_foreign_address
from subscriptions.terms.models import AwayAddress, AwayIssue, Subscription
from subscriptions.terms.queries import holds
from subscriptions.terms.queries.life import life_of


class StayRunsBackwards(DomainError):
    code = "stay_runs_backwards"


class NothingGoesThere(DomainError):
    code = "nothing_goes_there"


class NoSuchDay(DomainError):
    code = "no_such_day"


class StayIsOver(DomainError):
    code = "stay_is_over"


@dataclass(frozen=True, slots=True)
class StayAnswer:
    """The planned issues that go there, those out of reach that still go to the old address, and until when it holds.

    `issues` is empty where the calendar has none yet that would go there. `holds_until` is the pull time of the first.
    """

    away: AwayAddress
    issues: list[Issue]
    still_old: list[Issue]
    home_again: Issue | None
    holds_until: dt.datetime | None


@transaction.atomic
def stay_at_typed(
    *,
    subscription_id: int,
    typed: TypedAddress,
    source: str,
    when: rules.Once | rules.EveryYear,
    by: Actor,
    now: dt.datetime,
    path: str = "",
) -> StayAnswer:
    """Keep an address as it was typed, and send there what is expected during the stay, both or neither.

    :param path: stands before the field names of a refusal
    :raises Invalid: when the address cannot be printed or delivered; else as `stay_away` and `stay_every_year`
    """
    reader_id = Subscription.objects.values_list("reader_id", flat=True).get(pk=subscription_id)
    address = readers.add_address(reader_id=reader_id, typed=typed, by=by, source=source, now=now, path=path)
    where: dict[str, Any] = {"subscription_id": subscription_id, "address_id": address.pk, "by": by, "now": now}
    if isinstance(when, rules.Once):
        return stay_away(from_on=when.from_on, until_on=when.until_on, **where)
    return stay_every_year(first=when.first, last=when.last, **where)


@transaction.atomic
def stay_away(
    *, subscription_id: int, address_id: int, from_on: dt.date, until_on: dt.date, by: Actor, now: dt.datetime
) -> StayAnswer:
    """Send the issues expected in `[from, until)` to another address of this reader; `until` is the day of coming home.

    An issue expected so many days before the end as the magazine's margin says goes home already.

    :raises StayRunsBackwards: when it ends before it begins
    :raises NothingGoesThere: when no issue that a change still reaches is expected there
    :raises AddressOfSomeoneElse: when the address is not one of this reader's
    """
    if until_on <= from_on:
        raise StayRunsBackwards("The day of coming home has to be after the day of leaving.")
    subscription, reach = _lock(subscription_id, address_id=address_id, now=now)
    away = AwayAddress(kind=AwayAddress.Kind.TEMPORARY, from_on=from_on, until_on=until_on)
    answer = _enter(away, subscription, address_id=address_id, reach=reach, by=by, now=now)
    if not answer.issues and until_on <= _last_expected(reach.magazine_id):
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
) -> StayAnswer:
    """Every year from one day to another, (month, day) both included and over New Year if need be, send issues there.

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
    return _enter(away, subscription, address_id=address_id, reach=reach, by=by, now=now)


@transaction.atomic
def end_stay(*, away_id: int, by: Actor, now: dt.datetime) -> StayAnswer:
    """From the first issue within reach on, everything goes home again. What is on its way there stays so.

    :raises StayIsOver: when it has been ended
    """
    subscription_id = AwayAddress.objects.values_list("subscription_id", flat=True).get(pk=away_id)
    subscription, _ = _lock(subscription_id, address_id=None, now=now)
    away = AwayAddress.objects.get(pk=away_id)
    if away.ended_at is not None:
        raise StayIsOver("This address was ended before.")
    away.ended_at, away.ended_by = now, by.reference
    away.save(update_fields=["ended_at", "ended_by"])
    lay_away([subscription_id], magazine=subscription.magazine, now=now)
    audit.record(by, "subscription.stay_ended", subscription, away=away.pk)
    return _answer(away, subscription, now=now)


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
    away: AwayAddress, subscription: Subscription, *, address_id: int, reach: Issue, by: Actor, now: dt.datetime
) -> StayAnswer:
    away.subscription, away.address_id = subscription, address_id
    away.entered_at, away.entered_by = now, by.reference
    away.save(force_insert=True)
    lay_away([subscription.pk], magazine=reach.magazine, now=now)
    audit.record(by, "subscription.stay_entered", subscription, away=away.pk, kind=away.kind, address=address_id)
    return _answer(away, subscription, now=now)


def _answer(away: AwayAddress, subscription: Subscription, *, now: dt.datetime) -> StayAnswer:
    magazine_id = subscription.magazine_id
    laid = AwayIssue.objects.filter(away=away).values("issue")
    planned = holds.appearing(magazine_id).filter(state=Issue.State.PLANNED)
    issues = [issue for issue in planned.filter(pk__in=laid) if issue.takes_changes(now=now)]
    home = planned.exclude(pk__in=AwayIssue.objects.filter(subscription=subscription).values("issue"))
    return StayAnswer(
        away=away,
        issues=issues,
        still_old=holds.on_the_way(life_of(subscription.pk), magazine_id=magazine_id, before=2**31 - 1, now=now),
        home_again=home.filter(ordinal__gt=issues[0].ordinal).first() if issues else None,
        holds_until=issues[0].pull_at if issues else None,
    )


def _last_expected(magazine_id: int) -> dt.date:
    last = holds.appearing(magazine_id).last()
    return last.in_home_from if last else dt.date.max
