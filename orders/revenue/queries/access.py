"""Digital access by the day: what it has earned, and which months are over and not posted."""

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

from django.db.models import Count, Min

from orders.ledger.rules import earned_cents
from orders.revenue.models import AccessPosting
from subscriptions.catalog.models import Magazine
from subscriptions.terms.models import AccessTerm


class AccessMonth(NamedTuple):
    magazine: Magazine
    currency: str
    first_day: dt.date
    until: dt.date


def access_months(*, until: dt.date, magazine: Magazine) -> Iterator[AccessMonth]:
    """Every month that was over by `until`, from the first sale of access on, that has no posting. Oldest first."""
    sold = AccessTerm.objects.filter(magazine=magazine)
    for currency, first_sold in sold.values_list("currency").annotate(Min("sold_on")).order_by("currency"):
        posted = set(
            AccessPosting.objects.filter(magazine=magazine, currency=currency).values_list("first_day", flat=True)
        )
        first_day = first_sold.replace(day=1)
        while (after := month_after(first_day)) <= until:
            if first_day not in posted:
                yield AccessMonth(magazine, currency, first_day, after)
            first_day = after


def access_earned(month: AccessMonth) -> int:
    """The cents that all access has earned in the month: P * d // D at its end, less the same at its beginning."""
    alike = (
        AccessTerm.objects.filter(magazine=month.magazine, currency=month.currency, sold_on__lt=month.until)
        .values_list("price_cents", "from_on", "until_on", "ended_on", "sold_on")
        .annotate(Count("pk"))
        .order_by()
    )
    earned = 0
    for price, from_on, until_on, ended_on, sold_on, terms in alike.iterator():
        last = until_on if ended_on is None else min(until_on, ended_on)
        days = (until_on - from_on).days
        after = earned_cents(price, days, used(from_on, last, at=month.until))
        before = earned_cents(price, days, used(from_on, last, at=month.first_day)) if sold_on < month.first_day else 0
        earned += terms * (after - before)
    return earned


def used(from_on: dt.date, last: dt.date, *, at: dt.date) -> int:
    """The days of `[from, last)` before the day `at`."""
    return max(0, (min(last, at) - from_on).days)


def month_after(first_day: dt.date) -> dt.date:
    return (first_day + dt.timedelta(days=32)).replace(day=1)
