"""Book months: opened as needed, closed in order, never reopened."""

import datetime as dt
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from foundation.actors import Actor
from foundation.audit import actions as audit
from foundation.errors import DomainError, NotFound
from orders.ledger import queries
from orders.ledger.models import Period

COVERING = "SELECT * FROM ledger_period WHERE first_day <= %s AND until > %s FOR SHARE"


class PeriodIsClosed(DomainError):
    code = "period_is_closed"


class EarlierMonthIsOpen(DomainError):
    code = "earlier_month_is_open"


class MonthIsNotOver(DomainError):
    code = "month_is_not_over"


class BooksDoNotBalance(DomainError):
    code = "books_do_not_balance"


def first_open_day(book_date: dt.date) -> dt.date:
    """The day itself, or the first day after the closed months when it lies in or before one of them."""
    closed_until = Period.objects.filter(state=Period.State.CLOSED).aggregate(day=Max("until"))["day"]
    return book_date if closed_until is None else max(book_date, closed_until)


def open_periods(*, until: dt.date) -> list[Period]:
    """Open the months that are missing up to the one that holds `until`, and return those now open, oldest first."""
    latest = Period.objects.aggregate(day=Max("until"))["day"]
    month = latest or until.replace(day=1)
    missing = []
    while month <= until:
        missing.append(Period(first_day=month, until=month_after(month)))
        month = month_after(month)
    # Two workers may open the same month; the loser's row is dropped.
    Period.objects.bulk_create(missing, ignore_conflicts=True)
    return list(Period.objects.filter(state=Period.State.OPEN).order_by("first_day"))


@transaction.atomic
def close_period(*, first_day: dt.date, by: Actor, now: dt.datetime) -> Period:
    """Close the month that begins on `first_day`, for good. Waits for postings under way; later ones are refused.

    :raises MonthIsNotOver: while its last day is not over in the book time zone
    :raises EarlierMonthIsOpen: when months would not close in order
    :raises BooksDoNotBalance: when a journal of the month fails the checks J1 and J2 of the nightly list
    """
    period = Period.objects.select_for_update().filter(first_day=first_day).first()
    if period is None:
        raise NotFound(f"There is no book month that begins on {first_day}.")
    if not period.is_open:
        raise PeriodIsClosed(f"{period} has been closed.")
    if now.astimezone(ZoneInfo(settings.BOOK_TIME_ZONE)).date() < period.until:
        raise MonthIsNotOver(f"{period} can be closed from {period.until} on.")
    if earlier := Period.objects.filter(first_day__lt=first_day, state=Period.State.OPEN).order_by("first_day").first():
        raise EarlierMonthIsOpen(f"Close {earlier} first.")
    if broken := queries.unbalanced_journals(period_id=period.pk):
        raise BooksDoNotBalance(f"{len(broken)} journals of {period} do not balance, the first is {broken[0]}.")
    period.close(by=by.reference, now=now)
    audit.record(by, "period.closed", period)
    return period


def lock_open_period(*, book_date: dt.date) -> Period:
    """The open month of the day, opened if it is missing and locked against a close until the transaction ends.

    :raises PeriodIsClosed: when it is closed, or lies before one that is
    """
    period = next(iter(Period.objects.raw(COVERING, [book_date, book_date])), None)
    if period is None and first_open_day(book_date) == book_date:
        month = book_date.replace(day=1)
        Period.objects.bulk_create([Period(first_day=month, until=month_after(month))], ignore_conflicts=True)
        period = next(iter(Period.objects.raw(COVERING, [book_date, book_date])), None)
    if period is None or not period.is_open:
        raise PeriodIsClosed(f"The book month of {book_date} is closed.")
    return period


def month_after(day: dt.date) -> dt.date:
    return (day.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
