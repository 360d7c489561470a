"""Two workers on the same supplement, and two runs that want the same copies: real connections."""

import pytest

from subscriptions.fulfillment import actions
from subscriptions.fulfillment.models import SUPPLEMENT, Copy, LabelRun
from subscriptions.terms.models import OwedCopy
from tests.house import House
from tests.own_database import at_once
from tests.subscriptions.fulfillment.runs import PAT, asked_later, owe, records

ON = "2026-03-14"


@pytest.fixture
def house(own_database: str) -> House:
    house = House()
    house.pull_before(505)
    for _ in range(20):
        owe(house, house.subscription(), 504)
    return house


def test_two_workers_at_once_serve_nobody_twice(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    run = asked_later(house, 504, purpose=SUPPLEMENT, on=ON)
    # As after a lease that ran out under a worker that still lives.
    monkeypatch.setattr("subscriptions.fulfillment.actions.sweep._claim", lambda _: LabelRun.State.RELEASING)

    at_once(*[lambda: actions.work_off_runs(now=house.at(ON))] * 3)

    run.refresh_from_db()
    assert (run.state, run.rows, Copy.objects.count()) == (LabelRun.State.RELEASED, 20, 20)
    assert OwedCopy.objects.filter(state="sent", run_uuid=run.uuid).count() == 20
    assert len(records(run)) == 20


def test_a_copy_withdrawn_during_the_pull_is_sent_or_withdrawn_and_never_both(house: House) -> None:
    asked_later(house, 504, purpose=SUPPLEMENT, on=ON)

    def withdraw() -> int:
        return OwedCopy.objects.filter(state="waiting").update(state="withdrawn")

    at_once(lambda: actions.work_off_runs(now=house.at(ON)), withdraw)

    sent = set(OwedCopy.objects.filter(state="sent").values_list("subscription_id", flat=True))
    assert sent == set(Copy.objects.values_list("subscription_id", flat=True))


def test_two_clerks_plan_one_run(house: House) -> None:
    issue_id = house.issue(504).pk

    outcomes = at_once(
        *[lambda: actions.plan_later_run(issue_id=issue_id, purpose=SUPPLEMENT, by=PAT, now=house.at(ON))] * 3
    )

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["IssueHasARun", "IssueHasARun", "LabelRun"]
