"""Which issues go to an address away from home is laid down issue by issue, so that a pull only has to look it up.

It is laid again when the calendar moves or is laid out further. Only issues still open to changes are touched: what has
been pulled, or is past its pull time, keeps what it was promised.
"""

import datetime as dt
from collections.abc import Iterable, Sequence

import structlog
from django.db import transaction
from django.db.models import Q

from foundation.one_by_one import each
from subscriptions.catalog import actions as catalog
from subscriptions.catalog import queries as calendars
from subscriptions.catalog.models import Issue, Magazine
from subscriptions.terms import rules
from subscriptions.terms.models import AwayAddress, AwayIssue, ShipTo, Subscription
from subscriptions.terms.rules import EveryYear, Once, Stay

log = structlog.get_logger(__name__)
AT_A_TIME = 500


def lay_addresses_again(*, now: dt.datetime) -> int:
    """Lay every stay away, and every change of address for later, on the calendar as it is now; how many rows moved."""
    moved = 0
    for magazine in Magazine.objects.order_by("pk"):
        ids = _with_something_ahead(magazine, now=now)
        for place in range(0, len(ids), AT_A_TIME):
            moved += _lay_all_that_can_be(magazine, ids[place : place + AT_A_TIME], now=now)
    return moved


def lay_away(subscriptions: Iterable[int], *, magazine: Magazine, now: dt.datetime) -> int:
    """Lay the stays away of these subscriptions; how many rows were written. Needs their locks and the open issue's."""
    open_issues = _open_issues(magazine.pk, now=now)
    ids = list(subscriptions)
    stays: dict[int, list[AwayAddress]] = {}
    live = AwayAddress.objects.filter(subscription__in=ids, ended_at__isnull=True).order_by("pk")
    for away in live:
        stays.setdefault(away.subscription_id, []).append(away)
    laid: dict[int, dict[int, AwayIssue]] = {}
    for row in AwayIssue.objects.filter(subscription__in=ids, issue__in=[issue.pk for issue in open_issues]):
        laid.setdefault(row.subscription_id, {})[row.issue_id] = row

    gone: list[int] = []
    fresh: list[AwayIssue] = []
    for subscription_id in ids:
        wanted = _wanted(stays.get(subscription_id, []), open_issues, magazine.seasonal_margin_days)
        there = laid.get(subscription_id, {})
        gone += [row.pk for issue_id, row in there.items() if wanted.get(issue_id) != _place(row)]
        fresh += [
            AwayIssue(subscription_id=subscription_id, issue_id=issue_id, away_id=away_id, address_id=address_id)
            for issue_id, (away_id, address_id) in wanted.items()
            if issue_id not in there or _place(there[issue_id]) != (away_id, address_id)
        ]
    AwayIssue.objects.filter(pk__in=gone).delete()
    AwayIssue.objects.bulk_create(fresh)
    return len(gone) + len(fresh)


def lay_moves(subscriptions: Iterable[int], *, magazine: Magazine, now: dt.datetime) -> int:
    """Put changes of address that are still ahead where the calendar has their issue, or their day, now.

    Needs the locks that `lay_away` needs.
    """
    open_issues = _open_issues(magazine.pk, now=now)
    rows: dict[int, list[ShipTo]] = {}
    for row in (
        ShipTo.objects.filter(subscription__in=subscriptions).select_related("from_issue").order_by("from_ordinal")
    ):
        rows.setdefault(row.subscription_id, []).append(row)
    return sum(_lay_moves_of(each, open_issues) for each in rows.values())


def stay_of(away: AwayAddress) -> Stay:
    """The row as the rules take it; its constraint says which of the two it is."""
    if away.from_on is not None and away.until_on is not None:
        return Stay(away.pk, Once(away.from_on, away.until_on))
    first = (away.from_month or 1, away.from_day or 1)
    return Stay(away.pk, EveryYear(first, (away.until_month or 12, away.until_day or 31)))


def _with_something_ahead(magazine: Magazine, *, now: dt.datetime) -> list[int]:
    reach = calendars.first_open_issue(magazine_id=magazine.pk, now=now)
    if reach is None:
        return []
    for_later = Q(from_on__isnull=False) | Q(from_issue__isnull=False)
    moving = ShipTo.objects.filter(for_later, from_ordinal__gte=reach.ordinal, subscription__magazine=magazine)
    away = AwayAddress.objects.filter(ended_at__isnull=True, subscription__magazine=magazine)
    return sorted({*moving.values_list("subscription", flat=True), *away.values_list("subscription", flat=True)})


def _lay_all_that_can_be(magazine: Magazine, subscriptions: Sequence[int], *, now: dt.datetime) -> int:
    """All at once or, where that fails, one by one."""
    try:
        return _lay_batch(magazine, subscriptions, now=now)
    except Exception as error:  # One whose stay cannot be laid keeps nobody else at a place that they left.
        log.warning("laying_one_by_one", subscriptions=len(subscriptions), error=type(error).__name__)
    moved: list[int] = []
    each(subscriptions, lambda one: moved.append(_lay_batch(magazine, [one], now=now)), failed="addresses_not_laid")
    return sum(moved)


@transaction.atomic
def _lay_batch(magazine: Magazine, subscriptions: Sequence[int], *, now: dt.datetime) -> int:
    try:
        catalog.keep_issue_open(magazine_id=magazine.pk, now=now, counting=False)
    except catalog.CalendarIsOver:
        return 0  # No issue is open to changes, so there is nothing to lay.
    list(
        Subscription.objects.select_for_update(no_key=True)
        .filter(pk__in=subscriptions)
        .order_by("pk")
        .values_list("pk")
    )
    moved = lay_moves(subscriptions, magazine=magazine, now=now)
    return moved + lay_away(subscriptions, magazine=magazine, now=now)


def _open_issues(magazine_id: int, *, now: dt.datetime) -> list[Issue]:
    return [issue for issue in calendars.planned_issues(magazine_id) if issue.takes_changes(now=now)]


def _wanted(stays: Sequence[AwayAddress], issues: Sequence[Issue], margin_days: int) -> dict[int, tuple[int, int]]:
    """For each issue that goes away: the stay, and its address."""
    addresses = {away.pk: away.address_id for away in stays}
    in_rules = [stay_of(away) for away in stays]
    found = {issue.pk: rules.stay_on(in_rules, issue.in_home_from, margin_days) for issue in issues}
    return {issue_id: (stay.key, addresses[stay.key]) for issue_id, stay in found.items() if stay is not None}


def _place(row: AwayIssue) -> tuple[int, int]:
    return row.away_id, row.address_id


def _lay_moves_of(rows: Sequence[ShipTo], open_issues: Sequence[Issue]) -> int:
    """From the last change to the first, so that none is ever before the one that it follows; how many moved."""
    moved, reach = 0, open_issues[0].ordinal if open_issues else 0
    for place in range(len(rows) - 1, 0, -1):
        row, before = rows[place], rows[place - 1]
        wanted = _boundary(row, open_issues)
        if wanted is None or row.from_ordinal < reach or wanted == row.from_ordinal:
            continue
        wanted = min(wanted, row.until_ordinal - 1)
        if wanted <= before.from_ordinal:
            continue  # It would swallow the one before, which is for a person to look at.
        # Now it begins later, or earlier: the one before ends where it begins, and never do they overlap in between.
        row.from_ordinal = before.until_ordinal = wanted
        before.save(update_fields=["until_ordinal"])
        row.save(update_fields=["from_ordinal"])
        moved += 1
    return moved


def _boundary(row: ShipTo, open_issues: Sequence[Issue]) -> int | None:
    """The ordinal with which a change for later begins; None for one that was made for at once."""
    if row.from_issue is not None:
        return row.from_issue.ordinal
    if row.from_on is None:
        return None
    day = row.from_on
    return next((issue.ordinal for issue in open_issues if issue.in_home_from >= day), None)
