import datetime as dt

import pytest

from subscriptions.fulfillment import actions
from subscriptions.fulfillment.models import LabelRun
from tests.subscriptions.fulfillment.runs import PAT, asked, rehearsed


@pytest.fixture
def approved(house):
    house.pull_before(504)
    house.term(house.subscription(), first=504)
    run = rehearsed(house, 504)
    return actions.approve(run_id=run.pk, by=PAT, now=house.at("2026-03-09"))


def test_not_a_second_before_the_pull_time(house, approved):
    pull_at = house.issue(504).pull_at

    with pytest.raises(actions.BeforePullTime, match="10 Mar 2026 at 17:00") as refusal:
        actions.ask_release(run_id=approved.pk, by=PAT, now=pull_at - dt.timedelta(seconds=1))
    assert refusal.value.code == "before_pull_time"

    run = actions.ask_release(run_id=approved.pk, by=PAT, now=pull_at)
    assert (run.state, run.released_by) == (LabelRun.State.RELEASING, "staff:7")


def test_not_while_an_earlier_issue_waits(house, approved):
    earlier = house.issue(503)
    earlier.state, earlier.pulled_at = "planned", None
    earlier.save(update_fields=["state", "pulled_at"])

    with pytest.raises(actions.NotTheNextIssue, match="Mar 2026"):
        actions.ask_release(run_id=approved.pk, by=PAT, now=house.issue(504).pull_at)


def test_not_without_approval(house, approved):
    actions.unapprove(run_id=approved.pk, by=PAT, now=house.at("2026-03-09"))

    with pytest.raises(actions.RunStandsElsewhere, match="only one that is Approved"):
        actions.ask_release(run_id=approved.pk, by=PAT, now=house.issue(504).pull_at)


def test_not_with_another_calendar_than_the_rehearsed_one(house, approved):
    following = house.issue(505)
    following.weight = 2
    following.save(update_fields=["weight"])

    with pytest.raises(actions.RehearsalIsStale):
        actions.ask_release(run_id=approved.pk, by=PAT, now=house.issue(504).pull_at)


def test_not_twice(house):
    house.pull_before(504)
    house.term(house.subscription(), first=504)
    run = asked(house, 504)

    with pytest.raises(actions.RunStandsElsewhere, match="Releasing"):
        actions.ask_release(run_id=run.pk, by=PAT, now=house.issue(504).pull_at)


@pytest.mark.django_db
def test_a_run_that_is_not_there_is_not_found():
    with pytest.raises(actions.NoSuchRun):
        actions.ask_release(run_id=404, by=PAT, now=dt.datetime.now(dt.UTC))
