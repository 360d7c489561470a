import datetime as dt

import pytest

from orders.revenue import actions, queries
from tests.house import House
from tests.orders.revenue.entries import credit, recoup, take_back
from tests.orders.revenue.printing import mail_issue

pytestmark = pytest.mark.django_db

MARCH, APRIL, MAY = (dt.date(2026, month, 1) for month in (3, 4, 5))


def test_one_row_per_mailed_run_with_its_copies_and_cents(house: House):
    paid = house.term(house.subscription(), postage_cents=500)
    gift = house.term(house.subscription(), copy_class="gift")
    comp = house.term(house.subscription(), copy_class="comp", cents=0)
    over = house.term(house.subscription(), first=503, units=1, grace=1)
    run = mail_issue(504, [paid, gift, comp, over], on="2026-03-20")
    mail_issue(505, [paid], on="2026-04-20")
    actions.post_mailed_runs(now=house.at("2026-04-20"))

    report = queries.earned_by_issue(from_day=MARCH, until=APRIL)

    (row,) = report.rows
    assert (row.issue, row.cover_label, row.run_uuid) == (504, "Apr 2026", str(run.uuid))
    assert (row.copies_paid, row.copies_grace, row.copies_comp, row.copies_credit) == (2, 1, 1, 0)
    assert (row.magazine_cents, row.postage_cents, row.average_cents) == (398, 50, 224)
    assert row.posting_key == f"earn:lantern:504:{run.uuid}"


def test_ties_to_the_revenue_accounts(house: House):
    term = house.term(house.subscription(), postage_cents=500)
    for number in (504, 505):
        mail_issue(number, [term], on="2026-04-20")
    actions.post_mailed_runs(now=house.at("2026-04-20"))

    report = queries.earned_by_issue(from_day=APRIL, until=MAY, magazine="lantern")

    assert (report.magazine_cents, report.postage_cents) == (399, 100)
    assert report.is_in_balance


def test_entries_have_rows_of_their_own_by_the_issue_that_they_name(house: House):
    terms = [house.term(house.subscription(), postage_cents=500) for _ in range(3)]
    mail_issue(504, terms, on="2026-03-20")
    actions.post_mailed_runs(now=house.at("2026-03-20"))
    given = [credit(term, 504, on="2026-03-25") for term in terms]
    recoup(terms[0], 503, on="2026-03-26")
    actions.post_entries(now=house.at("2026-03-27"))
    take_back(given[0], on="2026-03-28")
    actions.post_entries(now=house.at("2026-03-28"))

    report = queries.earned_by_issue(from_day=MARCH, until=APRIL, magazine="lantern")

    assert [(row.what, row.issue, row.cover_label, row.entries) for row in report.rows] == [
        ("mailed", 504, "Apr 2026", 0),
        ("grace recouped", 503, "Mar 2026", 1),
        ("credit", 504, "Apr 2026", 4),
    ]
    # Three copies of 199 and 50; two of them given back for good, and one grace copy paid for.
    assert [(row.magazine_cents, row.postage_cents) for row in report.rows] == [(597, 150), (199, 50), (-397, -100)]
    assert report.is_in_balance
    assert queries.earned_by_issue(from_day=MARCH, until=APRIL, magazine="other").rows == []


def test_a_run_of_nothing_but_grace_has_its_row_too(house: House):
    mail_issue(504, [house.term(house.subscription(), first=503, units=1, grace=1)], on="2026-03-20")
    actions.post_mailed_runs(now=house.at("2026-03-20"))

    (row,) = queries.earned_by_issue(from_day=MARCH, until=APRIL).rows

    assert (row.copies_grace, row.magazine_cents, row.average_cents, row.journal_id) == (1, 0, 0, None)
