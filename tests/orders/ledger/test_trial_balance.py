import datetime as dt

import pytest

from orders.ledger import actions, queries
from orders.ledger.actions import Posting

FEBRUARY, MARCH, APRIL = dt.date(2026, 2, 1), dt.date(2026, 3, 1), dt.date(2026, 4, 1)

pytestmark = pytest.mark.django_db


def post(key: str, day: dt.date, *lines: Posting, currency: str = "usd") -> None:
    actions.post(posting_key=key, kind="sale", book_date=day, currency=currency, lines=lines)


def test_shows_what_stood_there_what_moved_and_what_stands_there_now():
    post("february", FEBRUARY, Posting("1010", 1000), Posting("2100", -1000))
    post("march", MARCH, Posting("1010", 1995), Posting("2100", -1995))
    post("march fee", MARCH, Posting("5100", 88), Posting("1010", -88))
    post("march earned", MARCH, Posting("2100", 199), Posting("4100", -199))
    post("april", APRIL, Posting("1010", 7), Posting("2100", -7))

    trial = queries.trial_balance(from_day=MARCH, until=APRIL)

    figures = {
        row.account: (row.opening_cents, row.debit_cents, row.credit_cents, row.closing_cents) for row in trial.rows
    }
    assert figures == {
        "1010": (1000, 1995, 88, 2907),
        "2100": (-1000, 199, 1995, -2796),
        "4100": (0, 0, 199, -199),
        "5100": (0, 88, 0, 88),
    }
    assert trial.debit_cents == trial.credit_cents == 2282
    assert trial.net_income_cents == 199 - 88
    assert sum(row.closing_cents for row in trial.rows) == 0


def test_keeps_currencies_apart():
    post("dollars", MARCH, Posting("1010", 5), Posting("2100", -5))
    post("canadian", MARCH, Posting("1010", 7), Posting("2100", -7), currency="cad")

    canadian = queries.trial_balance(from_day=MARCH, until=APRIL, currency="cad")

    assert [row.closing_cents for row in canadian.rows] == [7, -7]
    assert queries.balance("1010", currency="usd") == 5


def test_a_balance_until_a_day_leaves_that_day_out():
    post("march", MARCH, Posting("1010", 5), Posting("2100", -5))

    assert queries.balance("1010", until=MARCH) == 0
    assert queries.balance("1010", until=APRIL) == 5
