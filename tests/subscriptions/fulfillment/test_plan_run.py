import pytest

from subscriptions.fulfillment import actions
from subscriptions.fulfillment.models import LabelRun
from tests.subscriptions.fulfillment.runs import PAT, released


def test_an_issue_has_one_run(house):
    issue, now = house.issue(501), house.at("2025-12-01")

    run = actions.plan_run(issue_id=issue.pk, by=PAT, now=now)

    assert (run.state, run.revision, run.created_by) == (LabelRun.State.PLANNED, 1, "staff:7")
    with pytest.raises(actions.IssueHasARun):
        actions.plan_run(issue_id=issue.pk, by=PAT, now=now)


def test_after_a_void_it_gets_another_revision(house):
    issue, now = house.issue(501), house.at("2025-12-01")
    first = actions.plan_run(issue_id=issue.pk, by=PAT, now=now)
    actions.void(run_id=first.pk, reason="planned by mistake", by=PAT, now=now)

    assert actions.plan_run(issue_id=issue.pk, by=PAT, now=now).revision == 2


def test_a_dropped_issue_has_none(house):
    issue = house.issue(505)
    issue.state = "dropped"
    issue.save(update_fields=["state"])

    with pytest.raises(actions.IssueIsDropped):
        actions.plan_run(issue_id=issue.pk, by=PAT, now=house.at("2025-12-01"))


def test_an_issue_pulled_without_us_has_none(house):
    house.pull_before(502)

    with pytest.raises(actions.IssueIsPulled):
        actions.plan_run(issue_id=house.issue(501).pk, by=PAT, now=house.at("2025-12-20"))


def test_a_released_issue_has_its_run(house):
    house.pull_before(504)
    house.term(house.subscription(), first=504)
    run = released(house, 504)

    with pytest.raises(actions.IssueHasARun):
        actions.plan_run(issue_id=run.issue_id, by=PAT, now=house.at("2026-03-20"))
