from dataclasses import replace

import pytest

from orders.ledger.rules import unserved_cents
from subscriptions.terms.rules import PauseSpan, clock_at, earning_units, expire_issue, lay, served_units, serving
from tests.worked_examples.reader import expires, queued, served_from, term_from
from tests.worked_examples.sample_calendar import sample_calendar, with_issue, with_special_before


def test_rule_4_13_a_double_507_ends_the_term_with_512():
    calendar = with_issue(sample_calendar("2026-03-01"), 507, weight=2)

    assert expires(calendar, [term_from(calendar)]) == 512


def test_rule_4_13_a_reader_with_one_left_still_gets_the_double_and_owes_nothing():
    calendar = with_issue(sample_calendar("2026-03-01"), 513, weight=2)
    term = term_from(calendar)

    copy = serving(calendar, [], [term], 513)

    assert expires(calendar, [term]) == 513
    assert (copy.units, copy.is_grace) == (1, False)
    assert served_units(calendar, [], term, 514) == 10


def test_rule_4_13_a_double_over_two_terms_is_one_copy_on_the_first_and_the_next_starts_after_it():
    calendar = with_issue(sample_calendar("2026-03-01"), 513, weight=2)

    terms = queued(calendar, [term_from(calendar)], 507)

    assert served_from(calendar, terms) == {0: list(range(504, 514)), 1: list(range(514, 524))}
    assert expire_issue(calendar, [], terms).units_left == 20


def test_rule_4_13_terms_already_queued_are_laid_again_when_an_issue_becomes_a_double():
    before = sample_calendar("2026-03-01")
    first, second = queued(before, [term_from(before)], 507)

    after = with_issue(before, 513, weight=2)
    again = [first, *lay(after, [], [second], first.c_to)]

    assert served_from(after, again)[1] == list(range(514, 524))
    assert served_from(after, [first, second])[1] == list(range(514, 523))


def test_rule_4_13_a_hold_that_moves_the_double_asks_for_laying_again():
    calendar = with_issue(sample_calendar("2026-03-01"), 514, weight=2)
    first, second = queued(calendar, [term_from(calendar)], 507)
    hold = [PauseSpan(507, 508)]

    again = [first, *lay(calendar, hold, [second], first.c_to)]

    assert served_from(calendar, again, hold) == {
        0: [504, 505, 506, *range(508, 515)],
        1: list(range(515, 525)),
    }


@pytest.mark.parametrize("before", [504, 507, 513])
def test_rule_4_13_a_special_of_weight_0_consumes_nothing(before):
    calendar = with_special_before(sample_calendar("2026-03-01"), before)
    start = next(issue for issue in calendar if issue.number == 504)

    term = term_from(calendar, start.ordinal)

    assert expires(calendar, [term]) == 513


def test_rule_4_13_a_special_in_the_term_is_sent_and_one_after_the_last_paid_issue_is_not():
    inside = with_special_before(sample_calendar("2026-03-01"), 507)
    behind = with_special_before(sample_calendar("2026-03-01"), 514)

    assert 9507 in served_from(inside, [term_from(inside)])[0]
    assert 9514 not in served_from(behind, [term_from(behind)])[0]


def test_rule_4_13_a_special_just_before_a_pinned_start_is_not_sent_early():
    calendar = with_special_before(sample_calendar("2026-03-01"), 504)
    start = next(issue for issue in calendar if issue.number == 504)

    pinned = replace(term_from(calendar, start.ordinal), pin_ordinal=start.ordinal)

    assert served_from(calendar, [pinned])[0] == list(range(504, 514))
    assert 9504 in served_from(calendar, [replace(pinned, pin_ordinal=None)])[0]


def test_rule_4_14_a_dropped_508_moves_the_end_to_514_and_leaves_the_money():
    before = sample_calendar("2026-07-15")
    after = with_issue(before, 508, is_dropped=True)
    term = term_from(before)

    assert (expires(before, [term]), expires(after, [term])) == (513, 514)
    k = earning_units(term, served_units(after, [], term, 508))
    assert (k, unserved_cents(1995, 10, k)) == (4, 1197)


def test_rule_4_14_an_added_issue_ends_the_term_earlier():
    calendar = with_special_before(sample_calendar("2026-07-15"), 508, weight=1)

    assert expires(calendar, [term_from(calendar)]) == 512


def test_rule_4_14_a_gift_pinned_to_510_still_starts_with_510_when_508_is_dropped():
    before = sample_calendar("2026-07-15")
    gift = replace(term_from(before, 510), pin_ordinal=510)
    after = with_issue(before, 508, is_dropped=True)

    again = lay(after, [], [gift], clock_at(after, [], 509))

    assert served_from(after, again)[0][0] == 510


def test_rule_4_14_a_drop_inside_a_hold_changes_nothing_for_the_reader_who_holds():
    calendar = with_issue(sample_calendar("2026-06-01"), 508, is_dropped=True)

    assert expires(calendar, [term_from(calendar)], [PauseSpan(507, 510)]) == 516
