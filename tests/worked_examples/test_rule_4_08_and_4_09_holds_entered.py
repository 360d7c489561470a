"""Rules 4.8 and 4.9 through the real actions, on three calendars.

On the bi-monthly, 504 and 510 are doubles: ten units from 504 are nine issues and end with 511 (2+1+1+1+1+1+2+1).
"""

import datetime as dt

import pytest

from foundation.actors import system
from subscriptions.terms import actions, queries
from tests.worked_examples.three_houses import HOUSES, after_pull, before_pull, numbers, reader_of_4_1

pytestmark = pytest.mark.django_db
CLERK = system("test")


def last_issue(subscription):
    return queries.expire(subscription.pk).issue.number


def hold(house, subscription, first, until, now):
    return actions.hold(
        subscription_id=subscription.pk,
        from_issue_id=house.issue(first).pk,
        until_issue_id=house.issue(until).pk,
        reason="vacation",
        by=CLERK,
        now=now,
    )


@pytest.mark.parametrize(
    ("calendar", "left", "before", "held", "after"),
    [
        ("sample", 7, 513, [507, 508, 509], 516),
        ("weekly", 7, 513, [507, 508, 509], 516),
        # Of ten units 504 to 506 took four; 507 to 509 are skipped, and 510 counts two: 510 to 514.
        ("bi-monthly", 6, 511, [507, 508, 509], 514),
    ],
)
def test_rule_4_08_a_hold_of_three_issues_moves_the_end_by_three(calendar, left, before, held, after):
    house = HOUSES[calendar]()
    subscription = reader_of_4_1(house)
    now = before_pull(house, 507)
    assert (last_issue(subscription), queries.expire(subscription.pk).units_left) == (before, left)

    pause = hold(house, subscription, 507, 510, now)

    answer = queries.answer_of(pause, now)
    assert (numbers(answer.held), answer.comes_again.number) == (held, 510)
    assert (last_issue(subscription), queries.expire(subscription.pk).units_left) == (after, left)
    assert answer.last_issue.issue.number == after
    assert (answer.withdraw_until, answer.end_until) == (house.issue(507).pull_at, house.issue(510).pull_at)


@pytest.mark.parametrize(("calendar", "after"), [("sample", 515), ("weekly", 515), ("bi-monthly", 513)])
def test_rule_4_08_a_request_after_the_pull_of_507_holds_508_and_509_and_says_that_507_comes(calendar, after):
    house = HOUSES[calendar]()
    subscription = reader_of_4_1(house)
    now = after_pull(house, 507)

    pause = actions.hold_while_away(
        subscription_id=subscription.pk,
        away_from=house.issue(507).in_home_from,
        back_on=house.issue(510).in_home_from,
        by=CLERK,
        now=now,
    )

    answer = queries.answer_of(pause, now)
    assert numbers(answer.comes_anyway) == [507]
    assert (numbers(answer.held), answer.comes_again.number) == ([508, 509], 510)
    assert last_issue(subscription) == after


@pytest.mark.parametrize(("calendar", "after"), [("sample", 515), ("weekly", 515), ("bi-monthly", 513)])
def test_rule_4_09_back_before_509_two_issues_were_skipped_and_not_three(calendar, after):
    house = HOUSES[calendar]()
    subscription = reader_of_4_1(house)
    pause = hold(house, subscription, 507, 510, before_pull(house, 507))

    actions.end_hold(pause_id=pause.pk, by=CLERK, now=before_pull(house, 509))

    assert last_issue(subscription) == after
    assert queries.holds_of(subscription.pk, house.issue(509).pull_at) == []


@pytest.mark.parametrize("calendar", HOUSES)
def test_rule_4_09_a_hold_made_longer_and_shorter_again_leaves_no_trace_in_the_end(calendar):
    house = HOUSES[calendar]()
    subscription = reader_of_4_1(house)
    now = before_pull(house, 507)
    pause = hold(house, subscription, 507, 509, now)
    end = last_issue(subscription)

    for until in (512, 509, 514, 509):
        actions.change_hold_end(pause_id=pause.pk, until_issue_id=house.issue(until).pk, by=CLERK, now=now)

    assert last_issue(subscription) == end
    [seen] = queries.holds_of(subscription.pk, now)
    assert (seen.first.number, seen.until.number) == (507, 509)


def test_rule_4_08_days_become_issues_by_their_in_home_date():
    """On the sample calendar 507 is in home from 30 June, 508 from 30 August, 509 from 30 September."""
    house = HOUSES["sample"]()
    subscription = reader_of_4_1(house)

    pause = actions.hold_while_away(
        subscription_id=subscription.pk,
        away_from=dt.date(2026, 7, 1),
        back_on=dt.date(2026, 9, 30),
        by=CLERK,
        now=before_pull(house, 507),
    )

    assert (pause.from_issue.number, pause.until_issue.number) == (508, 509)
