"""Rules 4.22 and 4.23 through the real actions; the margin's numbers are the rule book's."""

import datetime as dt

import pytest

from foundation.actors import system
from subscriptions.terms import actions, queries
from subscriptions.terms.rules import EveryYear, Once, Stay, stay_on
from tests.worked_examples.three_houses import HOUSES, after_pull, before_pull, numbers, reader_of_4_1

pytestmark = pytest.mark.django_db
CLERK = system("test")
WINTER = EveryYear((12, 1), (3, 31))


@pytest.mark.parametrize("calendar", HOUSES)
def test_rule_4_22_504_goes_to_the_old_address_and_505_is_the_first_to_the_new_one(calendar):
    house = HOUSES[calendar]()
    subscription = reader_of_4_1(house)
    old, new = queries.ship_to(subscription.pk, 4), house.address(subscription.reader)

    change = actions.change_address(
        subscription_id=subscription.pk, address_id=new.pk, by=CLERK, now=after_pull(house, 504)
    )

    assert (numbers(change.still_old), change.first_issue.number) == ([504], 505)
    assert change.holds_until == house.issue(505).pull_at
    assert [queries.ship_to(subscription.pk, house.issue(n).ordinal) for n in (504, 505)] == [old, new]


@pytest.mark.parametrize(
    ("day", "margin", "away"),
    [
        ("2026-12-30", 7, True),  # 511, pulled on 10 December
        ("2027-03-30", 7, False),  # 514 is inside by a day, and goes home
        ("2027-03-30", 0, True),
        ("2027-03-24", 7, True),
        ("2027-03-25", 7, False),
        ("2026-11-30", 7, False),
        ("2026-12-01", 7, True),
    ],
)
def test_rule_4_23_the_expected_in_home_date_decides_with_a_margin(day, margin, away):
    stays = [Stay(1, WINTER)]

    assert (stay_on(stays, dt.date.fromisoformat(day), margin) is not None) == away


@pytest.mark.parametrize(
    ("calendar", "away"),
    [
        # In home on the 30th of the month before the cover: 511 on 30 December to 513 on 2 March; 514 on 30 March.
        ("sample", {511: True, 512: True, 513: True, 514: False, 510: False, 521: True, 523: True, 524: False}),
        # In home on Wednesdays from 17 December 2025 (501) on: 514 on 18 March, 515 on 25 March within the margin.
        ("weekly", {514: True, 515: False, 516: False, 550: False, 551: True, 552: True}),
        # In home on the 30th of December, February, April...: 502 is the only one left of this winter.
        ("bi-monthly", {502: True, 503: False, 506: False, 507: True, 508: True, 509: False, 513: True}),
    ],
)
def test_rule_4_23_which_issues_go_to_florida(calendar, away):
    house = HOUSES[calendar]()
    subscription = reader_of_4_1(house)
    home, florida = queries.ship_to(subscription.pk, 1), house.address(subscription.reader, label_addr1="1 PALM ST")

    actions.stay_every_year(
        subscription_id=subscription.pk, address_id=florida.pk, first=(12, 1), last=(3, 31), by=CLERK,
        now=before_pull(house, 502),
    )  # fmt: skip

    found = {number: queries.ship_to(subscription.pk, house.issue(number).ordinal) for number in away}
    assert found == {number: florida if is_away else home for number, is_away in away.items()}


@pytest.mark.parametrize(
    ("first", "last", "day", "away"),
    [
        ((2, 29), (3, 31), "2027-02-28", True),  # 29 February, in a year without
        ((2, 29), (3, 31), "2028-02-28", False),
        ((10, 1), (2, 29), "2027-02-28", True),
        ((10, 1), (2, 29), "2027-03-01", False),
        ((6, 1), (6, 30), "2026-06-30", True),  # within one year
        ((6, 1), (6, 30), "2026-07-01", False),
        ((6, 1), (6, 30), "2026-05-31", False),
    ],
)
def test_rule_4_23_seasons_within_a_year_and_over_a_leap_day(first, last, day, away):
    assert bool(stay_on([Stay(1, EveryYear(first, last))], dt.date.fromisoformat(day), 0)) == away


def test_rule_4_23_once_goes_before_every_year_and_the_newest_before_older_ones():
    cruise = Stay(2, Once(dt.date(2027, 1, 1), dt.date(2027, 2, 1)))
    stays = [Stay(1, WINTER), cruise, Stay(3, WINTER)]

    days = {day: stay_on(stays, dt.date.fromisoformat(day), 0) for day in ("2026-12-31", "2027-01-31", "2027-02-01")}

    assert [stay.key for stay in days.values() if stay] == [3, 2, 3]
