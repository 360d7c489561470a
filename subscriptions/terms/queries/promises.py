"""What a subscription will get: the start of a new term, the expire issue, where a copy goes."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from foundation.errors import DomainError
from subscriptions.catalog import queries as catalog
from subscriptions.catalog.models import Issue, Magazine
from subscriptions.readers.models import Address
from subscriptions.terms import rules
from subscriptions.terms.models import FOREVER, AwayIssue, ShipTo, Subscription
from subscriptions.terms.queries.ahead import issues_ahead
from subscriptions.terms.queries.carrying import back_issues_in_stock, graced_to_recoup
from subscriptions.terms.queries.life import Life, as_paid, as_told, life_of, life_of_nobody
from subscriptions.terms.rules import Reason, TermSpan

# Issues without weight or past their pull time, which do not count towards a term.
SPARE_ISSUES = 4


class TermNeverEnds(DomainError):
    code = "term_never_ends"


class NoAddressForIssue(DomainError):
    code = "no_address_for_issue"


@dataclass(frozen=True, slots=True)
class StartPreview:
    """What a term bought now would bring, as long as it is settled before `holds_until`, the first issue's pull time.

    An issue is None where the calendar is not laid out that far, or while the subscription is held without an end.
    """

    first_issue: Issue | None
    expire_issue: Issue | None
    holds_until: dt.datetime | None


@dataclass(frozen=True, slots=True)
class ExpireAnswer:
    """The last issue of all terms (None: `reason` says why), and the units still to come (None: without end)."""

    issue: Issue | None
    reason: Reason
    units_left: int | None


def preview_start(
    *,
    magazine_id: int,
    issues: int,
    now: dt.datetime,
    subscription_id: int | None = None,
    payer_id: int | None = None,
    back_issues: int = 0,
    start_issue_id: int | None = None,
    told_on: dt.date | None = None,
) -> StartPreview:
    """First and expire issue of a term of `issues` units ordered now, behind what the subscription has.

    What the term would use up before it begins counts: up to `back_issues` of those in stock (for a subscription, as
    its magazine allows), and the grace copies that this payer (its reader, unless said) renews.

    :param start_issue_id: it begins with this issue, or later
    :param payer_id: 0 for somebody who has paid for nothing here yet
    :param told_on: for its reader's eyes: no issue is named where a gift that is announced later stands before it
    :raises TermNeverEnds: when it would wait behind a perpetual term
    """
    if subscription_id is not None:
        line = Subscription.objects.select_related("magazine").get(pk=subscription_id)
        back = line.magazine.back_start_renewal
        payer = line.reader_id if payer_id is None else payer_id
        wanted = Wanted(magazine_id, issues, now, back, line.magazine, payer, start_issue_id)
        life = life_of(subscription_id)
        preview = _preview(life, wanted)
        return StartPreview(None, None, None) if told_on and issues_ahead(life, told_on).secret else preview
    wanted = Wanted(magazine_id, issues, now, back_issues, start_issue_id=start_issue_id)
    # Most calendars reach further than an order does, and every quote asks this.
    near = _preview(life_of_nobody(magazine_id, at_most=issues + SPARE_ISSUES), wanted)
    reaches = start_issue_id is None or (near.first_issue is not None and near.first_issue.pk == start_issue_id)
    return near if near.expire_issue and reaches else _preview(life_of_nobody(magazine_id), wanted)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A term that somebody thinks of buying; without a payer and their magazine there is no grace to pay for."""

    magazine_id: int
    issues: int
    now: dt.datetime
    back_issues: int
    magazine: Magazine | None = None
    payer_id: int | None = None
    start_issue_id: int | None = None


def _preview(life: Life, wanted: Wanted) -> StartPreview:
    # Every planned issue is in it.
    reachable = _start(life, now=wanted.now, start_issue_id=None)
    start = _start(life, now=wanted.now, start_issue_id=wanted.start_issue_id)
    if start is None or reachable is None:
        return StartPreview(None, None, None)
    asked = wanted.back_issues if start.pk == reachable.pk else 0  # as `start_term` has it
    back = back_issues_in_stock(life, wanted.magazine_id, asked=asked, units=wanted.issues)
    carried = sum(issue.weight for issue in (*_recouped(life, wanted, reachable), *back))
    term = TermSpan(
        c_from=start_clock(life, start=start), units=wanted.issues, carried=min(carried, max(0, wanted.issues - 1))
    )
    first = life.first_issue_of(term)
    last = rules.expire_issue(life.calendar, life.pauses, [*life.spans, term])
    return StartPreview(back[0] if back else first, life.row_of(last.issue), first.pull_at if first else None)


def _recouped(life: Life, wanted: Wanted, reachable: Issue) -> list[Issue]:
    if wanted.magazine is None or wanted.payer_id is None:
        return []
    return graced_to_recoup(life, wanted.magazine, start_ordinal=reachable.ordinal, payer_id=wanted.payer_id)


def span_to_be(life: Life, *, units: int, now: dt.datetime, start_issue_id: int | None = None) -> TermSpan | None:
    """Where a term ordered now would lie; None while there is no issue that it could start with.

    :raises TermNeverEnds: when nothing can wait behind what the subscription has
    """
    start = _start(life, now=now, start_issue_id=start_issue_id)
    return TermSpan(c_from=start_clock(life, start=start), units=units) if start else None


def _start(life: Life, *, now: dt.datetime, start_issue_id: int | None) -> Issue | None:
    """Where orders of this moment begin, or the later issue that was named. A life has every planned issue in it."""
    start = catalog.new_orders_issue(life.issues.values(), now=now)
    if start is None or start_issue_id is None:
        return start
    named = next((issue for issue in life.issues.values() if issue.pk == start_issue_id), start)
    return max(start, named, key=lambda issue: issue.ordinal)


def start_clock(life: Life, *, start: Issue) -> int:
    """:raises TermNeverEnds: when nothing can wait behind what the subscription has"""
    try:
        return life.start_behind_all(start=start)
    except ValueError as error:
        raise TermNeverEnds("This subscription has no end, so nothing can be added behind it.") from error


def expire(
    subscription_id: int, *, told_on: dt.date | None = None, payers: Collection[int] | None = None
) -> ExpireAnswer:
    """The last issue of all that the subscription has, as the calendar is planned today. Grace does not count.

    :param told_on: for its reader's eyes: without gifts that are announced later than on that day
    :param payers: for their eyes who pay for somebody else: of what they have paid for alone
    """
    return expire_of(as_paid(as_told(life_of(subscription_id), told_on), payers))


def expire_of(life: Life) -> ExpireAnswer:
    if not life.calendar:
        return ExpireAnswer(None, "ended", 0)
    return answer(life, rules.expire_issue(life.calendar, life.pauses, life.spans))


def paid_through(life: Life) -> ExpireAnswer:
    """The last issue of the leading paid terms: what a label may print."""
    if not life.calendar:
        return ExpireAnswer(None, "ended", 0)
    return answer(life, rules.paid_through(life.calendar, life.pauses, life.spans))


def answer(life: Life, found: rules.ExpireAnswer) -> ExpireAnswer:
    return ExpireAnswer(life.row_of(found.issue), found.reason, found.units_left)


def ship_to(subscription_id: int, ordinal: int) -> Address:
    """Where the issue with this ordinal goes: to where the reader is away, or home.

    :raises NoAddressForIssue: when the subscription has no address for it
    """
    away = AwayIssue.objects.filter(subscription_id=subscription_id, issue__ordinal=ordinal).select_related("address")
    for row in away:
        return row.address
    found = (
        ShipTo.objects.filter(subscription_id=subscription_id, from_ordinal__lte=ordinal, until_ordinal__gt=ordinal)
        .select_related("address")
        .first()
    )
    if found is None:
        raise NoAddressForIssue("This subscription has no address for that issue.")
    return found.address


def home_of(subscription_id: int) -> Address:
    """The address to which copies go until further notice, whoever is away for a while.

    :raises NoAddressForIssue: when the subscription has none
    """
    found = (
        ShipTo.objects.filter(subscription_id=subscription_id, until_ordinal=FOREVER).select_related("address").first()
    )
    if found is None:
        raise NoAddressForIssue("This subscription has no address.")
    return found.address


def homes_of(subscription_ids: Collection[int]) -> dict[int, Address]:
    """The same for many at once; without those that have none."""
    found = ShipTo.objects.filter(subscription__in=subscription_ids, until_ordinal=FOREVER).select_related("address")
    return {row.subscription_id: row.address for row in found}


def home_zone(subscription_id: int) -> str:
    """The postage zone of the address to which copies go until further notice.

    :raises NoAddressForIssue: when the subscription has none
    """
    return home_of(subscription_id).zone
