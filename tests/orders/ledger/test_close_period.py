import datetime as dt

import pytest

from foundation.actors import Actor
from foundation.audit.models import AuditEntry
from foundation.errors import NotFound
from orders.ledger import actions
from orders.ledger.actions import EarlierMonthIsOpen, MonthIsNotOver, PeriodIsClosed, Posting
from orders.ledger.models import Period

FEBRUARY, MARCH, APRIL = dt.date(2026, 2, 1), dt.date(2026, 3, 1), dt.date(2026, 4, 1)
BOOKKEEPER = Actor("staff", "7")

pytestmark = pytest.mark.django_db


def noon(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(18), dt.UTC)


def test_closes_a_month_that_is_over():
    actions.open_periods(until=MARCH)

    period = actions.close_period(first_day=MARCH, by=BOOKKEEPER, now=noon(APRIL))

    assert (period.state, period.closed_by) == ("closed", "staff:7")
    assert AuditEntry.objects.get().action == "period.closed"


def test_closes_no_month_twice():
    actions.open_periods(until=MARCH)
    actions.close_period(first_day=MARCH, by=BOOKKEEPER, now=noon(APRIL))

    with pytest.raises(PeriodIsClosed):
        actions.close_period(first_day=MARCH, by=BOOKKEEPER, now=noon(APRIL))


def test_closes_no_month_before_its_last_day_is_over_in_the_book_time_zone():
    actions.open_periods(until=MARCH)
    evening_of_the_31st_in_chicago = dt.datetime(2026, 4, 1, 3, tzinfo=dt.UTC)

    with pytest.raises(MonthIsNotOver, match="2026-04-01"):
        actions.close_period(first_day=MARCH, by=BOOKKEEPER, now=evening_of_the_31st_in_chicago)


def test_closes_months_in_order():
    actions.open_periods(until=FEBRUARY)
    actions.open_periods(until=MARCH)

    with pytest.raises(EarlierMonthIsOpen, match="2026-02"):
        actions.close_period(first_day=MARCH, by=BOOKKEEPER, now=noon(APRIL))


def test_knows_no_month_that_was_never_opened():
    with pytest.raises(NotFound):
        actions.close_period(first_day=MARCH, by=BOOKKEEPER, now=noon(APRIL))


def test_opens_every_month_up_to_a_day_and_none_twice():
    actions.open_periods(until=FEBRUARY)

    months = actions.open_periods(until=dt.date(2026, 5, 15))
    again = actions.open_periods(until=dt.date(2026, 5, 31))

    assert [period.first_day.month for period in months] == [2, 3, 4, 5]
    assert again == months


def test_a_posting_opens_its_month():
    lines = [Posting("1010", 5), Posting("2100", -5)]

    actions.post(posting_key="k", kind="sale", book_date=dt.date(2026, 12, 31), currency="usd", lines=lines)

    period = Period.objects.get()
    assert (period.first_day, period.until) == (dt.date(2026, 12, 1), dt.date(2027, 1, 1))
