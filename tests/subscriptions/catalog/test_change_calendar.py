import datetime as dt

import pytest

from foundation.actors import system
from subscriptions.catalog import actions
from subscriptions.catalog.models import Issue
from tests.house import House

BY = system("test")


def units(house: House, first: int = 506, last: int = 510) -> list[tuple[int, int]]:
    issues = Issue.objects.filter(magazine=house.magazine, number__range=(first, last)).order_by("ordinal")
    return list(issues.values_list("number", "unit"))


def special(number: int, **fields: object) -> Issue:
    values = {
        "cover_label": "Travel 2026",
        "cover_year": 2026,
        "cover_month": 7,
        "weight": 0,
        "pull_at": House.at("2026-06-20"),
        "mail_on": dt.date(2026, 6, 30),
        "in_home_from": dt.date(2026, 7, 7),
        "in_home_until": dt.date(2026, 7, 15),
    }
    return Issue(number=number, **{**values, **fields})


def test_a_dropped_issue_keeps_its_place_and_weighs_nothing(house: House) -> None:
    actions.drop_issue(issue_id=house.issue(508).pk, by=BY)

    assert house.issue(508).state == "dropped"
    assert units(house) == [(506, 5), (507, 6), (508, 7), (509, 7), (510, 8)]


def test_a_dropped_issue_can_be_restored(house: House) -> None:
    actions.drop_issue(issue_id=house.issue(508).pk, by=BY)

    actions.restore_issue(issue_id=house.issue(508).pk, by=BY)

    assert units(house) == [(506, 5), (507, 6), (508, 7), (509, 8), (510, 9)]


def test_a_dropped_issue_stays_dropped_once_a_later_one_is_pulled(house: House) -> None:
    actions.drop_issue(issue_id=house.issue(508).pk, by=BY)
    house.pull_before(510)

    with pytest.raises(actions.IssueIsPulled):
        actions.restore_issue(issue_id=house.issue(508).pk, by=BY)


def test_a_double_moves_the_units_behind_it(house: House) -> None:
    house.pull_before(505)

    actions.set_weight(issue_id=house.issue(507).pk, weight=2, by=BY)

    assert units(house) == [(506, 5), (507, 6), (508, 8), (509, 9), (510, 10)]


def test_pulled_issues_keep_their_units_even_where_they_do_not_start_at_nought(house: House) -> None:
    Issue.objects.all().update(unit=100)  # a calendar brought along from somewhere else
    actions.recount_units(house.magazine.pk)
    house.pull_before(507)

    actions.drop_issue(issue_id=house.issue(508).pk, by=BY)

    assert units(house) == [(506, 105), (507, 106), (508, 107), (509, 107), (510, 108)]


@pytest.mark.parametrize("weight", [0, 1])
def test_an_added_issue_takes_its_place(house: House, weight: int) -> None:
    house.pull_before(505)

    added = actions.add_issue(before_issue_id=house.issue(508).pk, issue=special(900, weight=weight), by=BY)

    assert (added.ordinal, added.unit) == (8, 7)
    assert (house.issue(508).ordinal, house.issue(508).unit) == (9, 7 + weight)
    assert (house.issue(540).ordinal, house.issue(540).unit) == (41, 39 + weight)


def test_refuses_to_add_what_does_not_fit(house: House) -> None:
    house.pull_before(505)

    with pytest.raises(actions.NumberIsTaken):
        actions.add_issue(before_issue_id=house.issue(508).pk, issue=special(507), by=BY)
    with pytest.raises(actions.IssueIsPulled):
        actions.add_issue(before_issue_id=house.issue(504).pk, issue=special(900), by=BY)
    late = dict.fromkeys(("mail_on", "in_home_from", "in_home_until"), dt.date(2026, 9, 1))
    with pytest.raises(actions.CalendarGoesOn):
        actions.add_issue(
            before_issue_id=house.issue(508).pk, issue=special(900, pull_at=house.at("2026-09-01"), **late), by=BY
        )


def test_a_moved_pull_takes_the_mailing_dates_along(house: House) -> None:
    issue = actions.move_pull(issue_id=house.issue(504).pk, pull_at=house.at("2026-03-13", 17), by=BY)

    assert issue.mail_on == dt.date(2026, 3, 23)
    assert issue.in_home_from == dt.date(2026, 3, 30)
    assert issue.in_home_until == dt.date(2026, 4, 7)


def test_refuses_a_pull_out_of_order(house: House) -> None:
    with pytest.raises(actions.CalendarGoesOn):
        actions.move_pull(issue_id=house.issue(504).pk, pull_at=house.at("2026-04-11"), by=BY)
    with pytest.raises(actions.CalendarGoesOn):
        actions.move_pull(issue_id=house.issue(504).pk, pull_at=house.at("2026-02-09"), by=BY)


def test_refuses_to_change_what_is_pulled(house: House) -> None:
    house.pull_before(505)
    pulled = house.issue(504).pk

    with pytest.raises(actions.IssueIsPulled):
        actions.drop_issue(issue_id=pulled, by=BY)
    with pytest.raises(actions.IssueIsPulled):
        actions.set_weight(issue_id=pulled, weight=2, by=BY)
    with pytest.raises(actions.IssueIsPulled):
        actions.move_pull(issue_id=pulled, pull_at=house.at("2026-03-11"), by=BY)
