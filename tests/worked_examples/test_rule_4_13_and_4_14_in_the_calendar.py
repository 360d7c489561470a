"""Rules 4.13 and 4.14 through the real actions: doubles, specials, issues dropped and added under running terms."""

from subscriptions.catalog.models import Issue
from subscriptions.terms import actions, queries
from subscriptions.terms.models import Term
from tests.house import House
from tests.worked_examples.press import BY, Press

# Every Apr, Jun, Oct and Feb of the sample calendar, until the ten are over.
FOUR_OF_TEN = [504, 506, 509, 512, 514, 516, 519]


def extra_before(press: Press, said: int, *, weight: int, nth: int = 2) -> Issue:
    """An issue of its own, pulled when the `nth` part of the time between its neighbours is left."""
    following = press.issue(said)
    ahead = Issue.objects.filter(magazine=press.magazine, ordinal=following.ordinal - 1).get()
    pull_at = following.pull_at - (following.pull_at - ahead.pull_at) / nth
    return Issue(
        number=900, weight=weight, cover_label="Extra", cover_year=pull_at.year, cover_month=pull_at.month,
        pull_at=pull_at, mail_on=pull_at.date(), in_home_from=pull_at.date(), in_home_until=pull_at.date(),
    )  # fmt: skip


def test_rule_4_13_a_double_ends_the_order_one_issue_earlier(press: Press) -> None:
    line, _ = press.reader_of_rule_4_1()

    actions.reweigh_issue(issue_id=press.issue(507).pk, weight=2, by=BY)

    assert press.expires(line) == 512


def test_rule_4_13_with_one_left_a_double_is_sent_and_nothing_is_owed(press: Press) -> None:
    line, term = press.reader_of_rule_4_1()

    actions.reweigh_issue(issue_id=press.issue(513).pk, weight=2, by=BY)

    assert press.expires(line) == 513
    assert press.served(line)[term.pk][-1] == 513


def test_rule_4_13_a_double_over_two_terms_is_one_copy_on_the_first(press: Press) -> None:
    line, first = press.reader_of_rule_4_1()
    second = press.order(line, now=press.between(506, 507))

    actions.reweigh_issue(issue_id=press.issue(513).pk, weight=2, by=BY)

    served = press.served(line)
    assert (served[first.pk][-1], served[second.pk]) == (513, list(range(514, 524)))


def test_rule_4_13_a_special_is_served_and_consumes_nothing(press: Press) -> None:
    line, _ = press.reader_of_rule_4_1()

    special = actions.add_issue(before_issue_id=press.issue(509).pk, issue=extra_before(press, 509, weight=0), by=BY)

    assert press.expires(line) == 513
    assert queries.touched_by(special).getting == 1


def test_rule_4_14_dropping_508_slides_the_end_to_514_and_leaves_the_money(press: Press) -> None:
    line, term = press.reader_of_rule_4_1()
    before = queries.what_is_left(term.pk, press.between(506, 507))

    touched = queries.touched_by(press.issue(508))
    actions.drop_issue(issue_id=press.issue(508).pk, by=BY)

    assert (touched.getting, touched.sliding) == (1, 1)
    assert press.expires(line) == 514
    assert queries.what_is_left(term.pk, press.between(506, 507)).cents == before.cents == 1995 - 598


def test_rule_4_14_six_issues_a_year_instead_of_ten_are_ten_issues_still_and_last_longer(press: Press) -> None:
    line, term = press.reader_of_rule_4_1()

    for said in FOUR_OF_TEN:
        actions.drop_issue(issue_id=press.issue(said).pk, by=BY)

    assert press.served(line)[term.pk] == [505, 507, 508, 510, 511, 513, 515, 517, 518, 520]
    assert queries.what_is_left(term.pk, press.between(503, 504)).cents == 1995


def test_rule_4_14_on_the_sample_calendar_six_a_year_stretch_ten_issues_to_20_months(house: House) -> None:
    line, _ = (sample := Press(house, "sample")).reader_of_rule_4_1()

    for said in FOUR_OF_TEN:
        actions.drop_issue(issue_id=sample.issue(said).pk, by=BY)

    seen = queries.overview(line.pk, sample.between(503, 504)).terms[0]
    # From the beginning of May 2026 to the end of December 2027.
    assert (seen.first_issue.cover_label, seen.last_issue.cover_label) == ("May 2026", "Nov/Dec 2027")


def test_rule_4_14_brought_back_it_ends_where_it_did(press: Press) -> None:
    line, _ = press.reader_of_rule_4_1()
    actions.drop_issue(issue_id=press.issue(508).pk, by=BY)

    actions.restore_issue(issue_id=press.issue(508).pk, by=BY)

    assert press.expires(line) == 513


def test_rule_4_14_an_issue_added_brings_the_end_nearer(press: Press) -> None:
    line, _ = press.reader_of_rule_4_1()

    actions.add_issue(before_issue_id=press.issue(509).pk, issue=extra_before(press, 509, weight=1), by=BY)

    assert press.expires(line) == 512


def test_rule_4_14_a_start_by_name_begins_with_that_issue_whatever_is_dropped_or_added(press: Press) -> None:
    line = press.line("Bea Stone")
    gift = press.order(line, now=press.between(503, 504), start_issue_id=press.issue(510).pk)

    actions.drop_issue(issue_id=press.issue(508).pk, by=BY)
    first_after_the_drop = press.served(line)[gift.pk][0]
    actions.add_issue(before_issue_id=press.issue(507).pk, issue=extra_before(press, 507, weight=1), by=BY)
    actions.reweigh_issue(issue_id=press.issue(506).pk, weight=2, by=BY)

    assert first_after_the_drop == 510
    assert press.served(line)[gift.pk] == list(range(510, 520))


def test_rule_4_14_when_the_named_issue_itself_is_dropped_the_next_one_begins(press: Press) -> None:
    line = press.line("Bea Stone")
    gift = press.order(line, now=press.between(503, 504), start_issue_id=press.issue(510).pk)

    actions.drop_issue(issue_id=press.issue(510).pk, by=BY)

    assert press.served(line)[gift.pk] == list(range(511, 521))


def test_rule_4_14_an_issue_put_before_the_first_one_reaches_whoever_ordered_in_time(press: Press) -> None:
    line, term = press.reader_of_rule_4_1()

    actions.add_issue(before_issue_id=press.issue(504).pk, issue=extra_before(press, 504, weight=1, nth=16), by=BY)

    assert press.expires(line) == 512
    assert Term.objects.get(pk=term.pk).reachable_issue == Issue.objects.get(number=900)
