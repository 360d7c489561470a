from subscriptions.terms.rules import TermSpan, clock_at, expire_issue, first_issue_of, first_reachable
from tests.worked_examples.sample_calendar import sample_calendar


def ten_issues_ordered(on: str) -> tuple[int, str, int, str]:
    calendar = sample_calendar(on)
    start = first_reachable(calendar)
    term = TermSpan(c_from=clock_at(calendar, [], start.ordinal), units=10)
    first, last = first_issue_of(calendar, [], term), expire_issue(calendar, [], [term]).issue
    return first.number, first.cover_label, last.number, last.cover_label


def test_rule_4_01_an_order_on_20_february_gets_504_to_513():
    assert ten_issues_ordered("2026-02-20") == (504, "Apr 2026", 513, "Mar 2027")


def test_rule_4_01_an_order_on_9_march_still_starts_with_504():
    assert ten_issues_ordered("2026-03-09")[0] == 504


def test_rule_4_01_an_order_on_11_march_starts_with_505():
    assert ten_issues_ordered("2026-03-11")[0] == 505
