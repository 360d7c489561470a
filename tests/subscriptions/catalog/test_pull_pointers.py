import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from subscriptions.catalog import actions, queries
from subscriptions.catalog.models import Issue
from tests.house import House

MAILED = dt.date(2026, 3, 20)


def test_pulls_the_next_issue_and_no_other(house: House) -> None:
    house.pull_before(504)

    with pytest.raises(actions.IssueOutOfOrder):
        actions.mark_pulled(issue_id=house.issue(505).pk, now=house.at("2026-04-10", 17))
    actions.mark_pulled(issue_id=house.issue(504).pk, now=house.at("2026-03-10", 17))

    assert queries.next_to_pull(house.magazine.pk) == house.issue(505)
    assert house.issue(504).pulled_at == house.at("2026-03-10", 17)
    with pytest.raises(actions.IssueOutOfOrder):
        actions.mark_pulled(issue_id=house.issue(504).pk, now=house.at("2026-03-10", 17))


def test_does_not_pull_before_the_pull_time(house: House) -> None:
    house.pull_before(504)

    with pytest.raises(actions.PullNotDue, match="10 Mar 2026 at 17:00"):
        actions.mark_pulled(issue_id=house.issue(504).pk, now=house.at("2026-03-10", 16))


def test_a_dropped_issue_is_passed_over(house: House) -> None:
    house.pull_before(504)
    Issue.objects.filter(number=504).update(state="dropped")

    assert queries.next_to_pull(house.magazine.pk) == house.issue(505)


def test_orders_start_behind_the_pull_time_whether_or_not_the_run_is_late(house: House) -> None:
    house.pull_before(504)
    magazine = house.magazine.pk

    assert queries.new_orders_issue(queries.calendar(magazine), now=house.at("2026-03-10", 16)) == house.issue(504)
    assert queries.new_orders_issue(queries.calendar(magazine), now=house.at("2026-03-10", 17)) == house.issue(505)
    assert queries.next_to_pull(magazine) == house.issue(504)
    assert queries.new_orders_issue(queries.calendar(magazine), now=house.at("2036-01-01")) is None


def test_a_special_is_pulled_but_starts_no_term(house: House) -> None:
    house.pull_before(504)
    Issue.objects.filter(number=504).update(weight=0)
    now = house.at("2026-02-20")

    assert queries.first_open_issue(magazine_id=house.magazine.pk, now=now) == house.issue(504)
    assert queries.new_orders_issue(queries.calendar(house.magazine.pk), now=now) == house.issue(505)


def test_only_the_newest_pull_can_be_taken_back(house: House) -> None:
    house.pull_before(505)

    with pytest.raises(actions.IssueOutOfOrder):
        actions.mark_unpulled(issue_id=house.issue(503).pk)
    issue = actions.mark_unpulled(issue_id=house.issue(504).pk)

    assert (issue.state, issue.pulled_at) == ("planned", None)


def test_a_mailed_issue_stays_mailed(house: House) -> None:
    house.pull_before(505)
    issue = actions.mark_mailed(issue_id=house.issue(504).pk, mailed_on=MAILED)
    assert (issue.state, issue.mailed_on) == ("mailed", MAILED)

    assert actions.mark_mailed(issue_id=issue.pk, mailed_on=MAILED) == issue
    with pytest.raises(actions.IssueOutOfOrder):
        actions.mark_mailed(issue_id=issue.pk, mailed_on=dt.date(2026, 3, 21))
    with pytest.raises(actions.IssueOutOfOrder):
        actions.mark_unpulled(issue_id=issue.pk)
    with pytest.raises(actions.IssueOutOfOrder):
        actions.mark_mailed(issue_id=house.issue(505).pk, mailed_on=MAILED)


@pytest.mark.parametrize("change", [{"number": 900}, {"ordinal": 900}, {"weight": 2}, {"unit": 900}])
def test_the_database_freezes_a_pulled_issue(house: House, change: dict[str, int]) -> None:
    house.pull_before(505)

    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        Issue.objects.filter(number=504).update(**change)
    Issue.objects.filter(number=505).update(**change)


def test_the_database_keeps_a_pulled_issue(house: House) -> None:
    house.pull_before(505)

    with pytest.raises(IntegrityError, match="cannot be deleted"), transaction.atomic():
        house.issue(504).delete()
    house.issue(540).delete()


@pytest.mark.parametrize(
    ("before", "after"),
    [("planned", "mailed"), ("mailed", "pulled"), ("mailed", "planned"), ("pulled", "dropped"), ("dropped", "pulled")],
)
def test_the_database_lets_states_run_forward_only(house: House, before: str, after: str) -> None:
    stamps = {"pulled_at": house.at("2026-03-10"), "mailed_on": MAILED}
    for step in {"mailed": ["pulled", "mailed"], "planned": []}.get(before, [before]):
        Issue.objects.filter(number=504).update(state=step, **stamps)

    with pytest.raises(IntegrityError, match="cannot go from"), transaction.atomic():
        Issue.objects.filter(number=504).update(state=after, **stamps)
