from orders.ledger.rules import earned_cents
from subscriptions.terms.rules import TermSpan, earning_units, expire_issue, served_units, serving
from tests.worked_examples.reader import expires, queued, served_from, term_from
from tests.worked_examples.sample_calendar import sample_calendar


def test_rule_4_04_a_grace_of_3_serves_514_to_516_and_no_more():
    calendar = sample_calendar("2027-04-20")
    term = term_from(calendar, grace=3)

    grace = [
        issue.number for issue in calendar if (copy := serving(calendar, [], [term], issue.ordinal)) and copy.is_grace
    ]

    assert grace == [514, 515, 516]


def test_rule_4_04_two_recouped_copies_leave_8_and_end_with_523_as_if_on_time():
    calendar = sample_calendar("2027-04-20")

    terms = queued(calendar, [term_from(calendar)], 516, carried=2)
    answer = expire_issue(calendar, [], terms)

    assert (answer.issue.number, answer.units_left) == (523, 8)
    assert served_from(calendar, terms)[1] == list(range(516, 524))


def test_rule_4_04_free_grace_ends_with_525():
    calendar = sample_calendar("2027-04-20")

    assert expires(calendar, queued(calendar, [term_from(calendar)], 516)) == 525


def test_rule_4_04_the_recouped_copies_earn_399_at_once():
    calendar = sample_calendar("2027-04-20")
    renewal = queued(calendar, [term_from(calendar)], 516, carried=2)[1]

    k = earning_units(renewal, served_units(calendar, [], renewal, 516))

    assert earned_cents(1995, 10, k) == 399


def test_rule_4_06_a_late_renewal_with_3_recouped_ends_with_526():
    calendar = sample_calendar("2027-09-20")

    assert expires(calendar, queued(calendar, [term_from(calendar)], 520, carried=3)) == 526
    assert expires(calendar, queued(calendar, [term_from(calendar)], 520)) == 529


def test_rule_4_06_a_late_renewal_back_started_with_517_ends_with_526_or_523():
    calendar = sample_calendar("2027-09-20")

    assert expires(calendar, queued(calendar, [term_from(calendar)], 517)) == 526
    assert expires(calendar, queued(calendar, [term_from(calendar)], 517, carried=3)) == 523


def test_rule_4_02_back_start_by_one_takes_503_from_stock_and_ends_with_512():
    calendar = sample_calendar("2026-02-20")
    term: TermSpan = term_from(calendar, 503)

    assert expires(calendar, [term]) == 512
