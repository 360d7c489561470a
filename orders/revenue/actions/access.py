"""Digital access, month by month: what its days have earned becomes one journal a month."""

import datetime as dt

from django.db import transaction

from foundation.audit import actions as audit
from foundation.one_by_one import each
from orders.ledger import actions as ledger
from orders.ledger.actions import Posting
from orders.ledger.models import AccountCode, Journal
from orders.revenue import queries
from orders.revenue.actions.turns import BY, take_turn
from orders.revenue.models import AccessPosting
from orders.revenue.queries import AccessMonth
from subscriptions.catalog.models import Magazine

# A sale of the last minute of a month may be committed in the next one, and has to be counted in its own.
LATE_SALES = dt.timedelta(hours=1)


def post_access(*, now: dt.datetime) -> int:
    """Post every month of digital access that has been over for an hour and is not posted; how many were."""
    months: list[AccessMonth] = []
    for magazine in Magazine.objects.order_by("pk"):
        months += queries.access_months(until=(now - LATE_SALES).astimezone(magazine.zone).date(), magazine=magazine)
    # Each month is counted for itself: one that cannot be posted changes nothing in those after it.
    return each(months, lambda month: post_access_month(month, now=now), failed="access_not_posted")


@transaction.atomic
def post_access_month(month: AccessMonth, *, now: dt.datetime) -> bool:
    """Post one month, once. The book date is its last day, or the first open day when it is closed."""
    take_turn(month.magazine.pk)
    known = AccessPosting.objects.filter(
        magazine=month.magazine, currency=month.currency, first_day=month.first_day
    ).exists()
    if known:
        return False
    cents = queries.access_earned(month)
    book_date = ledger.first_open_day(month.until - dt.timedelta(days=1))
    posting = AccessPosting.objects.create(
        magazine=month.magazine,
        currency=month.currency,
        first_day=month.first_day,
        until=month.until,
        cents=cents,
        journal=_post(month, cents, book_date=book_date),
        book_date=book_date,
        posted_at=now,
    )
    audit.record(BY, "access.posted", posting, cents=cents)
    return True


def _post(month: AccessMonth, cents: int, *, book_date: dt.date) -> Journal | None:
    if not cents:
        return None
    magazine = month.magazine.code
    key = f"access:{magazine}:{month.first_day:%Y-%m}"
    return ledger.post(
        # A second currency is the exception and says so; one journal has one currency.
        posting_key=key if month.currency == month.magazine.currency else f"{key}:{month.currency}",
        kind="earn",
        book_date=book_date,
        currency=month.currency,
        lines=[
            Posting(AccountCode.DEFERRED_SUBSCRIPTIONS, cents, magazine=magazine),
            Posting(AccountCode.ACCESS_REVENUE, -cents, magazine=magazine),
        ],
        memo=f"{month.first_day:%B %Y}",
    )
