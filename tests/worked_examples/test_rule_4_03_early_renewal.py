from orders.ledger.rules import unserved_cents
from subscriptions.terms.rules import earning_units, expire_issue, served_units
from tests.worked_examples.reader import queued, served_from, term_from
from tests.worked_examples.sample_calendar import sample_calendar


def test_rule_4_03_a_renewal_on_1_june_waits_and_ends_with_523():
    calendar = sample_calendar("2026-06-01")

    terms = queued(calendar, [term_from(calendar)], 507)
    answer = expire_issue(calendar, [], terms)

    assert (answer.issue.number, answer.issue.cover_label, answer.reason) == (523, "Mar 2028", "dated")
    assert answer.units_left == 7 + 10


def test_rule_4_03_issues_earn_first_in_first_out():
    calendar = sample_calendar("2026-06-01")

    terms = queued(calendar, [term_from(calendar)], 507)

    assert served_from(calendar, terms) == {0: list(range(504, 514)), 1: list(range(514, 524))}


def test_rule_4_03_three_served_leave_the_old_term_and_all_of_the_new():
    calendar = sample_calendar("2026-06-01")
    first, second = queued(calendar, [term_from(calendar)], 507)

    served = [earning_units(term, served_units(calendar, [], term, 507)) for term in (first, second)]

    assert served == [3, 0]
    assert unserved_cents(1995, 10, 3) + unserved_cents(2495, 10, 0) == 1397 + 2495
