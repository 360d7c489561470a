import datetime as dt

import pytest

from orders.ledger import actions as ledger
from orders.ledger import queries as books
from orders.revenue import actions, queries
from subscriptions.terms.models import Term
from tests.house import House
from tests.orders.revenue.entries import credit, end, recoup
from tests.orders.revenue.printing import mail_issue, post_sale

pytestmark = pytest.mark.django_db

FEBRUARY, MARCH, APRIL, MAY = (dt.date(2026, month, 1) for month in (2, 3, 4, 5))


@pytest.fixture
def spring(house: House) -> House:
    """Two terms of 1995 + 500 postage sold on 20 February; 504 mailed in March, 505 in April and only to the first."""
    first, second = (house.term(house.subscription(), postage_cents=500) for _ in range(2))
    for term in (first, second):
        post_sale(term)
    mail_issue(504, [first, second], on="2026-03-20")
    mail_issue(505, [first], on="2026-04-20")
    actions.post_mailed_runs(now=house.at("2026-04-20"))
    return house


def test_each_month_opens_where_the_last_one_closed(spring: House):
    report = queries.roll_forward(from_day=FEBRUARY, until=MAY)

    figures = [
        (row.opening_cents, row.sales_cents, row.earned_magazine_cents, row.earned_postage_cents, row.closing_cents)
        for row in report.rows
    ]
    assert figures == [
        (0, 4990, 0, 0, 4990),
        (4990, 0, -398, -100, 4492),
        (4492, 0, -200, -50, 4242),
    ]
    assert report.is_in_balance
    assert report.rows[-1].subledger_closing_cents == -books.balance("2100") == 4242


def test_counts_issues_beside_the_cents(spring: House):
    rows = queries.roll_forward(from_day=MARCH, until=MAY).rows

    figures = [(r.opening_issues, r.sold_issues, r.served_issues, r.closing_issues) for r in rows]
    assert figures == [(20, 0, -2, 18), (18, 0, -1, 17)]


def test_begins_and_ends_in_mid_month(spring: House):
    rows = queries.roll_forward(from_day=dt.date(2026, 3, 21), until=dt.date(2026, 4, 20)).rows

    assert [(row.first_day.day, row.opening_cents, row.closing_cents) for row in rows] == [
        (21, 4492, 4492),
        (1, 4492, 4492),
    ]


def test_a_term_that_goes_on_in_another_is_no_sale_and_changes_nothing(spring: House):
    first = Term.objects.earliest("pk")
    old = end(first, at_clock=5, on="2026-04-25", kind="split_out")
    spring.term(
        first.subscription, first=506, units=8, cents=1596, postage_cents=400, sold_on=dt.date(2026, 4, 25),
        split_from=old, entries=[("split_in", 8)],
    )  # fmt: skip

    row = queries.roll_forward(from_day=APRIL, until=MAY).rows[0]

    assert (row.sales_cents, row.earned_magazine_cents, row.closing_cents, row.difference_cents) == (0, -200, 4242, 0)
    assert (row.sold_issues, row.extended_issues, row.cancelled_issues, row.closing_issues) == (0, 0, 0, 17)


def test_a_cancelled_term_lets_go_of_its_rest_against_its_refund(spring: House):
    end(Term.objects.earliest("pk"), at_clock=5, on="2026-04-25")
    ledger.post(
        posting_key="refund:1:approved",
        kind="refund",
        book_date=dt.date(2026, 4, 25),
        currency="usd",
        lines=[ledger.Posting("2100", 1996, magazine="lantern"), ledger.Posting("2300", -1996, magazine="lantern")],
    )

    row = queries.roll_forward(from_day=APRIL, until=MAY).rows[0]

    assert (row.refunds_cents, row.closing_cents, row.difference_cents) == (-1996, 2246, 0)
    assert (row.cancelled_issues, row.closing_issues) == (-8, 9)


def test_entries_are_earned_in_the_month_of_their_posting(spring: House):
    first, second = Term.objects.order_by("pk")
    recoup(first, 503, on="2026-04-02")
    credit(second, 504, on="2026-05-02")
    actions.post_entries(now=spring.at("2026-05-02"))

    rows = queries.roll_forward(from_day=MARCH, until=dt.date(2026, 6, 1)).rows

    assert [(row.earned_magazine_cents, row.difference_cents) for row in rows] == [(-398, 0), (-399, 0), (199, 0)]
    assert [(row.served_issues, row.extended_issues) for row in rows] == [(-2, 0), (-2, 0), (0, 1)]


def test_looks_at_one_magazine(spring: House):
    assert queries.roll_forward(from_day=FEBRUARY, until=MAY, magazine="lantern").rows[-1].closing_cents == 4242
    assert queries.roll_forward(from_day=FEBRUARY, until=MAY, magazine="other").rows[-1].closing_cents == 0


def test_a_sale_without_its_journal_shows_as_a_difference(spring: House):
    spring.term(spring.subscription(), sold_on=APRIL)

    differences = [row.difference_cents for row in queries.roll_forward(from_day=MARCH, until=MAY).rows]

    assert differences == [0, -1995]


def test_a_mailed_run_that_is_not_posted_shows_as_a_difference(spring: House):
    term = spring.term(spring.subscription(), first=506)
    post_sale(term)
    mail_issue(506, [term], on="2026-05-20")

    assert queries.roll_forward(from_day=MAY, until=dt.date(2026, 6, 1)).rows[0].difference_cents == 199


def test_a_run_booked_late_is_counted_in_the_month_it_is_booked_in(house: House):
    term = house.term(house.subscription())
    post_sale(term)
    mail_issue(504, [term], on="2026-03-20")
    ledger.open_periods(until=APRIL)
    for month in (FEBRUARY, MARCH):
        ledger.close_period(first_day=month, by=actions.BY, now=house.at("2026-04-02"))

    actions.post_mailed_runs(now=house.at("2026-04-02"))

    rows = queries.roll_forward(from_day=MARCH, until=MAY).rows
    assert [(row.earned_magazine_cents, row.difference_cents) for row in rows] == [(0, 0), (-199, 0)]


def test_what_no_column_names_is_shown_as_other_and_still_closes(spring: House):
    ledger.post(
        posting_key="correction:1",
        kind="correction",
        book_date=MARCH,
        currency="usd",
        lines=[ledger.Posting("2100", 42, magazine="lantern"), ledger.Posting("4190", -42, magazine="lantern")],
    )

    row = queries.roll_forward(from_day=MARCH, until=APRIL).rows[0]

    assert (row.other_cents, row.closing_cents, row.difference_cents) == (-42, 4450, -42)


def test_perpetual_and_complimentary_terms_never_move(house: House):
    forever = house.term(house.subscription(), units=None, cents=10000)
    gift = house.term(house.subscription(), cents=0, copy_class="comp")
    post_sale(forever)
    mail_issue(504, [forever, gift], on="2026-03-20")
    actions.post_mailed_runs(now=house.at("2026-03-20"))

    row = queries.roll_forward(from_day=MARCH, until=APRIL).rows[0]

    assert (row.closing_cents, row.difference_cents) == (10000, 0)


@pytest.mark.parametrize(
    ("from_day", "until"),
    [
        pytest.param(MARCH, MARCH, id="empty"),
        pytest.param(MARCH, FEBRUARY, id="backwards"),
        pytest.param(dt.date.min, MARCH, id="two thousand years"),
        pytest.param(dt.date(9998, 1, 1), dt.date.max, id="the end of time"),
    ],
)
def test_refuses_a_span_that_is_empty_or_endless(from_day: dt.date, until: dt.date):
    with pytest.raises(queries.SpanIsWrong):
        queries.roll_forward(from_day=from_day, until=until)
