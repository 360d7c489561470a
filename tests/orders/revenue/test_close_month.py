import datetime as dt

import pytest
from django.db import transaction

from foundation.actors import Actor
from orders.ledger.actions import EarlierMonthIsOpen, open_periods
from orders.ledger.models import Period
from orders.revenue import actions
from orders.revenue.actions import DeferredRevenueDoesNotTie, EntriesAreNotPosted, RunsAreNotPosted
from tests.house import House
from tests.orders.revenue.entries import credit
from tests.orders.revenue.printing import mail_issue, post_sale

pytestmark = pytest.mark.django_db

FEBRUARY, MARCH = dt.date(2026, 2, 1), dt.date(2026, 3, 1)
BOOKKEEPER = Actor("staff", "7")


def close(house: House, month: dt.date) -> Period:
    with transaction.atomic():
        return actions.close_month(first_day=month, by=BOOKKEEPER, now=house.at("2026-05-01"))


def test_closes_a_month_in_which_everything_ties(house: House):
    term = house.term(house.subscription())
    post_sale(term)
    mail_issue(504, [term], on="2026-03-20")
    actions.post_mailed_runs(now=house.at("2026-03-20"))

    assert close(house, FEBRUARY).state == close(house, MARCH).state == "closed"


def test_waits_for_a_run_mailed_in_the_month(house: House):
    term = house.term(house.subscription())
    post_sale(term)
    mail_issue(504, [term], on="2026-02-27")

    with pytest.raises(RunsAreNotPosted, match="1 mailed runs"):
        close(house, FEBRUARY)
    assert Period.objects.get().is_open


def test_waits_for_an_entry_written_in_the_month(house: House):
    term = house.term(house.subscription())
    post_sale(term)
    credit(term, 504, on="2026-02-27")

    with pytest.raises(EntriesAreNotPosted, match="1 entries of the expire ledger"):
        close(house, FEBRUARY)
    assert Period.objects.get().is_open

    actions.post_entries(now=house.at("2026-03-01"))
    assert close(house, FEBRUARY).state == "closed"


def test_does_not_wait_for_an_entry_of_the_next_month(house: House):
    term = house.term(house.subscription())
    post_sale(term)
    credit(term, 504, on="2026-03-01")

    assert close(house, FEBRUARY).state == "closed"


def test_refuses_while_deferred_revenue_is_not_what_terms_still_owe(house: House):
    post_sale(house.term(house.subscription()))
    house.term(house.subscription(), first=505)

    with pytest.raises(DeferredRevenueDoesNotTie, match=r"holds 1995 cents \(usd\), the terms still owe 3990"):
        close(house, FEBRUARY)
    assert Period.objects.get().is_open


def test_refuses_what_the_ledger_refuses(house: House):
    open_periods(until=FEBRUARY)
    open_periods(until=MARCH)

    with pytest.raises(EarlierMonthIsOpen):
        close(house, MARCH)
