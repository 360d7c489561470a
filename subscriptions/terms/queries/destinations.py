"""Where each of the next issues goes: home, or to where the reader is when it comes."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from subscriptions.catalog import queries as catalog
from subscriptions.catalog.models import Issue
from subscriptions.readers.models import Address
from subscriptions.terms import rules
from subscriptions.terms.models import AwayAddress, AwayIssue, ShipTo, Subscription
from subscriptions.terms.queries.life import as_told, life_of

SHOWN = 12


@dataclass(frozen=True, slots=True)
class Destination:
    """One planned issue and where it goes. `why`: it comes, is held back, or is no longer owed.

    `is_open`: whether a change of this moment still reaches it, which it does until its pull time.
    """

    issue: Issue
    address: Address | None
    away: AwayAddress | None
    why: str
    is_open: bool

    @property
    def comes(self) -> bool:
        return self.why == "comes"


def destinations(
    subscription_id: int, now: dt.datetime, count: int = SHOWN, *, told_on: dt.date | None = None
) -> list[Destination]:
    """The next issues that have not been pulled, with the address that each label will have as things stand.

    :param told_on: for its reader's eyes: without gifts that are announced later than on that day
    """
    magazine_id = Subscription.objects.values_list("magazine_id", flat=True).get(pk=subscription_id)
    life = as_told(life_of(subscription_id), told_on)
    issues = list(catalog.planned_issues(magazine_id)[:count])
    found = addresses_of(subscription_id, issues)
    seen = []
    for issue in issues:
        served = rules.serving(life.calendar, life.pauses, life.spans, issue.ordinal)
        held = rules.is_paused(life.pauses, issue.ordinal)
        address, away = found[issue.pk]
        why = "comes" if served else "held" if held else "not_owed"
        seen.append(Destination(issue, address, away, why, is_open=issue.takes_changes(now=now)))
    return seen


def addresses_of(
    subscription_id: int, issues: Sequence[Issue]
) -> Mapping[int, tuple[Address | None, AwayAddress | None]]:
    """For each issue, by its id: the address that it goes to, and the stay away that it goes there for."""
    home = list(ShipTo.objects.filter(subscription_id=subscription_id).select_related("address"))
    laid = AwayIssue.objects.filter(subscription_id=subscription_id, issue__in=[issue.pk for issue in issues])
    away = {row.issue_id: row for row in laid.select_related("address", "away")}
    return {
        issue.pk: (away[issue.pk].address, away[issue.pk].away) if issue.pk in away else (home_at(home, issue), None)
        for issue in issues
    }


def home_at(addresses: Sequence[ShipTo], issue: Issue | None) -> Address | None:
    """Where the issue would go if the reader were at home."""
    if issue is None:
        return None
    return next((s.address for s in addresses if s.from_ordinal <= issue.ordinal < s.until_ordinal), None)


def away_addresses(subscription_id: int, today: dt.date) -> list[AwayAddress]:
    """Those that have not been ended and are not over, the one entered last first."""
    live = AwayAddress.objects.filter(subscription_id=subscription_id, ended_at__isnull=True).select_related("address")
    return [away for away in live.order_by("-pk") if away.until_on is None or away.until_on > today]
