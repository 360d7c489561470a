import datetime as dt

import pytest

from subscriptions.fulfillment import actions
from subscriptions.fulfillment.models import LabelRun
from tests.subscriptions.fulfillment.runs import PAT, released


@pytest.fixture
def run(house):
    house.pull_before(504)
    house.term(house.subscription(), first=504)
    return released(house, 504)


def handed_over(house, run):
    return actions.hand_over(run_id=run.pk, to="Print House, Ohio", by=PAT, now=house.at("2026-03-11"))


def test_the_mail_house_gets_it(house, run):
    run = handed_over(house, run)

    assert (run.state, run.handed_over_to) == (LabelRun.State.HANDED_OVER, "Print House, Ohio")
    with pytest.raises(actions.RunStandsElsewhere, match="only one that is Released"):
        handed_over(house, run)


def test_confirmed_as_mailed_the_issue_is_mailed_too(house, run):
    handed_over(house, run)

    run = actions.confirm_mailed(run_id=run.pk, mailed_on=dt.date(2026, 3, 20), by=PAT, now=house.at("2026-03-21"))

    assert (run.state, run.mailed_on) == (LabelRun.State.MAILED, dt.date(2026, 3, 20))
    assert (house.issue(504).state, house.issue(504).mailed_on) == ("mailed", dt.date(2026, 3, 20))


@pytest.mark.parametrize("day", ["2026-03-09", "2026-03-22"])
def test_mailed_neither_before_the_pull_nor_in_the_future(house, run, day):
    handed_over(house, run)

    with pytest.raises(actions.MailingDateIsOdd):
        actions.confirm_mailed(run_id=run.pk, mailed_on=dt.date.fromisoformat(day), by=PAT, now=house.at("2026-03-21"))


def test_not_mailed_before_it_was_handed_over(house, run):
    with pytest.raises(actions.RunStandsElsewhere):
        actions.confirm_mailed(run_id=run.pk, mailed_on=dt.date(2026, 3, 20), by=PAT, now=house.at("2026-03-21"))
