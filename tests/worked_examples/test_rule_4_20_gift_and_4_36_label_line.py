from dataclasses import replace

import pytest

from subscriptions.terms.rules import TermSpan, expire_issue, lay, paid_through, queue_start
from tests.worked_examples.reader import expires, queued, served_from, term_from
from tests.worked_examples.sample_calendar import sample_calendar


def test_rule_4_20_a_gift_of_10_behind_6_of_her_own_ends_with_519():
    calendar = sample_calendar("2026-03-01")

    terms = queued(calendar, [term_from(calendar, units=6)], 504)

    assert served_from(calendar, terms) == {0: list(range(504, 510)), 1: list(range(510, 520))}
    assert expires(calendar, terms) == 519


def test_rule_4_20_an_extension_of_her_own_term_moves_the_gift_behind_it():
    calendar = sample_calendar("2026-03-01")
    own, gift = queued(calendar, [term_from(calendar, units=6)], 504)

    longer = replace(own, bonus=2)
    terms = [longer, *lay(calendar, [], [gift], longer.c_to)]

    assert served_from(calendar, terms)[1] == list(range(512, 522))


def test_rule_4_20_when_her_own_term_is_cancelled_the_gift_moves_up():
    calendar = sample_calendar("2026-06-01")
    own, gift = queued(calendar, [term_from(calendar, units=6)], 507)

    cut = replace(own, cut=3)
    terms = [cut, *lay(calendar, [], [gift], cut.c_to)]

    assert served_from(calendar, terms) == {0: [504, 505, 506], 1: list(range(507, 517))}


def test_rule_4_36_paid_through_stops_before_an_unpaid_renewal():
    calendar = sample_calendar("2026-06-01")

    terms = queued(calendar, [term_from(calendar)], 507, is_paid=False)

    assert expires(calendar, terms) == 523
    assert paid_through(calendar, [], terms).issue.number == 513


def test_rule_4_36_an_unpaid_term_that_is_over_does_not_hide_a_paid_one():
    calendar = sample_calendar("2027-03-01")
    unpaid = term_from(calendar, 501, units=3, is_paid=False)

    assert paid_through(calendar, [], [unpaid, term_from(calendar)]).issue.number == 513


def test_rule_4_37_a_perpetual_term_has_no_expire_issue_and_nothing_waits_behind_it():
    calendar = sample_calendar("2026-06-01")
    forever = TermSpan(c_from=3, units=None)

    answer = expire_issue(calendar, [], [forever])

    assert (answer.issue, answer.reason, answer.units_left) == (None, "perpetual", None)
    with pytest.raises(ValueError, match="perpetual"):
        queue_start(calendar, [], [forever], 507)


def test_rule_4_05_a_term_that_is_over_names_its_last_issue():
    calendar = sample_calendar("2027-04-20")

    answer = expire_issue(calendar, [], [term_from(calendar)])

    assert (answer.issue.number, answer.reason, answer.units_left) == (513, "ended", 0)
