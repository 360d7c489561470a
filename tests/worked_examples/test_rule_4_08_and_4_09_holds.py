from subscriptions.terms.rules import PauseSpan, expire_issue
from tests.worked_examples.reader import expires, queued, served_from, term_from
from tests.worked_examples.sample_calendar import sample_calendar


def test_rule_4_08_a_hold_of_507_to_509_moves_the_end_to_516():
    calendar = sample_calendar("2026-06-01")
    hold = [PauseSpan(507, 510)]

    answer = expire_issue(calendar, hold, [term_from(calendar)])

    assert (answer.issue.number, answer.issue.cover_label) == (516, "Jun 2027")


def test_rule_4_08_the_remaining_count_does_not_change_while_held():
    hold = [PauseSpan(507, 510)]

    left = {
        on: expire_issue(calendar, hold, [term_from(calendar)]).units_left
        for on in ("2026-06-01", "2026-07-01", "2026-09-01", "2026-10-01", "2026-11-01")
        if (calendar := sample_calendar(on))
    }

    assert list(left.values()) == [7, 7, 7, 7, 6]


def test_rule_4_08_a_request_after_the_pull_of_507_holds_508_and_509_and_ends_with_515():
    calendar = sample_calendar("2026-06-12")
    hold = [PauseSpan(508, 510)]

    assert expires(calendar, [term_from(calendar)], hold) == 515
    assert 507 in served_from(calendar, [term_from(calendar)], hold)[0]


def test_rule_4_08_the_first_and_the_last_held_issue_are_not_mailed():
    calendar = sample_calendar("2026-06-01")

    served = served_from(calendar, [term_from(calendar)], [PauseSpan(507, 510)])[0]

    assert served == [504, 505, 506, 510, 511, 512, 513, 514, 515, 516]


def test_rule_4_08_a_hold_before_a_queued_renewal_moves_both():
    calendar = sample_calendar("2026-06-01")
    terms = queued(calendar, [term_from(calendar)], 507)

    assert expires(calendar, terms, [PauseSpan(507, 510)]) == 526
    assert served_from(calendar, terms, [PauseSpan(507, 510)])[1] == list(range(517, 527))


def test_rule_4_09_a_hold_that_ends_early_skips_two_and_ends_with_515():
    calendar = sample_calendar("2026-08-15")

    assert expires(calendar, [term_from(calendar)], [PauseSpan(507, 509)]) == 515


def test_rule_4_16_and_4_31_an_open_hold_has_no_expire_issue_and_counts_what_is_left():
    calendar = sample_calendar("2026-07-15")

    answer = expire_issue(calendar, [PauseSpan(508, None)], [term_from(calendar)])

    assert (answer.issue, answer.reason, answer.units_left) == (None, "open_hold", 6)


def test_rule_4_31_a_dispute_inside_a_holiday_is_not_counted_twice():
    calendar = sample_calendar("2026-06-01")

    assert expires(calendar, [term_from(calendar)], [PauseSpan(507, 510), PauseSpan(508, 511)]) == 517


def test_rule_4_27_returned_507_is_credited_and_508_and_509_are_held():
    calendar = sample_calendar("2026-09-15")
    pauses = [PauseSpan(508, 510)]

    term = term_from(calendar, credit=1)

    assert expires(calendar, [term], pauses) == 516
    assert len(served_from(calendar, [term], pauses)[0]) == 11
