"""Closing a book month: the checks that need terms and copies, then the ledger's own."""

import datetime as dt

from django.db import transaction

from foundation.actors import Actor
from foundation.errors import DomainError
from orders.ledger import actions as ledger
from orders.ledger import queries as books
from orders.ledger.models import AccountCode, Period
from orders.revenue import queries
from subscriptions.catalog.models import Magazine
from subscriptions.fulfillment.models import LabelRun
from subscriptions.terms.models import Term


class RunsAreNotPosted(DomainError):
    code = "runs_are_not_posted"


class EntriesAreNotPosted(DomainError):
    code = "entries_are_not_posted"


class AccessIsNotPosted(DomainError):
    code = "access_is_not_posted"


class DeferredRevenueDoesNotTie(DomainError):
    code = "deferred_revenue_does_not_tie"


@transaction.atomic
def close_month(*, first_day: dt.date, by: Actor, now: dt.datetime) -> Period:
    """Close a book month for good, once everything mailed in it is posted and account 2100 is what terms still owe.

    :raises RunsAreNotPosted: when a run mailed before the end of the month has no posting
    :raises EntriesAreNotPosted: when a credit, a recouped copy or a back issue of the month has no posting
    :raises AccessIsNotPosted: when a month of digital access has no posting
    :raises DeferredRevenueDoesNotTie: when account 2100 and the terms differ at the end of the month (check J3)
    :raises PeriodIsClosed, MonthIsNotOver, EarlierMonthIsOpen, BooksDoNotBalance, NotFound: as `ledger.close_period`
    """
    period = ledger.close_period(first_day=first_day, by=by, now=now)
    waiting = queries.runs_without_posting().filter(state=LabelRun.State.MAILED, mailed_on__lt=period.until).count()
    if waiting:
        raise RunsAreNotPosted(f"{waiting} mailed runs are not in the books yet. Look at the parked ones.")
    unposted = queries.entries_to_post().select_related("term__subscription__magazine", "owed_copy")
    late = sum(queries.entry_day(entry) < period.until for entry in unposted)
    if late:
        raise EntriesAreNotPosted(f"{late} entries of the expire ledger are not in the books yet. Post them first.")
    for magazine in Magazine.objects.order_by("pk"):
        if month := next(queries.access_months(until=period.until, magazine=magazine), None):
            raise AccessIsNotPosted(
                f"Digital access in {month.first_day:%B %Y} is not in the books yet. Post it first."
            )
    for currency in Term.objects.values_list("currency", flat=True).distinct().order_by("currency"):
        owed = queries.liability_cents(until=period.until, currency=currency)
        deferred = -books.balance(AccountCode.DEFERRED_SUBSCRIPTIONS, until=period.until, currency=currency)
        if owed != deferred:
            raise DeferredRevenueDoesNotTie(
                f"At the end of {period} account 2100 holds {deferred} cents ({currency}), the terms still owe {owed}."
            )
    return period
