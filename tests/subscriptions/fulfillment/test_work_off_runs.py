import datetime as dt

import pytest

from foundation import clock
from subscriptions.fulfillment import actions, queries
from subscriptions.fulfillment.models import Copy, LabelRun
from tests.house import House
from tests.own_database import at_once
from tests.subscriptions.fulfillment.runs import PAT, asked, records
from tests.subscriptions.terms.orders import settle


@pytest.fixture
def run(house):
    house.pull_before(504)
    house.term(house.subscription(), first=504)
    return asked(house, 504)


def test_a_run_that_another_worker_has_is_left_alone(house, run):
    LabelRun.objects.filter(pk=run.pk).update(leased_until=clock.real_now() + dt.timedelta(seconds=30))

    assert actions.work_off_runs(now=house.issue(504).pull_at) == 0


def test_a_run_whose_worker_died_is_taken_over(house, run):
    LabelRun.objects.filter(pk=run.pk).update(leased_until=clock.real_now() - dt.timedelta(seconds=1))

    assert actions.work_off_runs(now=house.issue(504).pull_at) == 1
    assert queries.progress(run.pk).state == LabelRun.State.RELEASED


def test_a_failure_is_parked_with_its_reason_and_tried_again_later(house, run, monkeypatch):
    def out_of_paper(*_args, **_kwargs):
        raise OSError("no space left on device")

    with monkeypatch.context() as broken:
        broken.setattr("subscriptions.fulfillment.actions.release.label_file", out_of_paper)
        actions.work_off_runs(now=house.issue(504).pull_at)

    run.refresh_from_db()
    assert (run.state, run.last_error) == (LabelRun.State.RELEASING, "OSError: no space left on device")
    assert run.leased_until > clock.real_now()
    assert Copy.objects.count() == 1

    LabelRun.objects.filter(pk=run.pk).update(leased_until=None)
    actions.work_off_runs(now=house.issue(504).pull_at)
    run.refresh_from_db()
    assert (run.state, run.last_error, Copy.objects.count()) == (LabelRun.State.RELEASED, "", 1)


def test_one_bad_run_does_not_stop_the_others(house, run, monkeypatch):
    other = actions.plan_run(issue_id=house.issue(505).pk, by=PAT, now=house.at("2026-03-01"))
    actions.ask_rehearsal(run_id=other.pk, by=PAT, now=house.at("2026-03-01"))

    def broken(*_args, **_kwargs):
        raise RuntimeError("broken")

    monkeypatch.setattr("subscriptions.fulfillment.actions.sweep.release", broken)
    assert actions.work_off_runs(now=house.issue(504).pull_at) == 2

    assert queries.progress(run.pk).last_error == "RuntimeError: broken"
    assert queries.progress(other.pk).state == LabelRun.State.REHEARSED


def test_people_see_how_far_it_is(own_database, monkeypatch):
    house = House()
    house.pull_before(504)
    house.term(house.subscription(), first=504)
    run = asked(house, 504)
    seen = []

    def look(name):
        # On another connection, as people do: the pull's own transaction is still open.
        (answer,) = at_once(lambda: queries.progress(run.pk))
        seen.append((name, answer.sentence, answer.steps_done, answer.steps_total))

    monkeypatch.setattr("foundation.failpoints.reached", look)
    actions.work_off_runs(now=house.issue(504).pull_at)

    assert ("release.locked", "Waiting for changes under way", 0, 5) in seen
    assert ("release.copies_inserted", "Drawing the labels", 1, 5) in seen
    assert ("release.attached", "Keeping the copies", 2, 5) in seen
    assert ("release.file_written", "Writing the label file", 3, 5) in seen
    assert queries.progress(run.pk).steps_done == 5


def test_two_workers_at_once_release_it_once(own_database):
    house = House()
    house.pull_before(504)
    for _ in range(20):
        house.term(house.subscription(), first=504)
    run = asked(house, 504)
    now = house.issue(504).pull_at

    taken = at_once(*[lambda: actions.work_off_runs(now=now)] * 4)

    assert sorted(taken) == [0, 0, 0, 1]
    assert Copy.objects.count() == 20
    assert len(records(run)) == 20


def test_two_workers_that_both_believe_it_is_theirs_serve_nobody_twice(own_database, monkeypatch):
    house = House()
    house.pull_before(504)
    for _ in range(20):
        house.term(house.subscription(), first=504)
    run = asked(house, 504)
    now = house.issue(504).pull_at
    # As after a lease that ran out under a worker that still lives.
    monkeypatch.setattr("subscriptions.fulfillment.actions.sweep._claim", lambda _: LabelRun.State.RELEASING)

    at_once(*[lambda: actions.work_off_runs(now=now)] * 3)

    run.refresh_from_db()
    assert (run.state, run.rows, Copy.objects.count()) == (LabelRun.State.RELEASED, 20, 20)
    assert actions.export_again(run.pk).sha256 == run.file_sha256
    assert len(records(run)) == 20


def test_an_order_settled_during_the_pull_is_in_it_or_starts_with_the_next(own_database):
    house = House()
    house.pull_before(504)
    for _ in range(5):
        house.term(house.subscription(), first=504)
    buyers = [house.subscription() for _ in range(6)]
    asked(house, 504)
    now = house.issue(504).pull_at
    moment = now - dt.timedelta(seconds=1)  # they paid just in time, and settle while the pull begins

    outcomes = at_once(
        lambda: actions.work_off_runs(now=now), *[lambda b=buyer: settle(b, now=moment) for buyer in buyers]
    )

    terms = outcomes[1:]
    got = set(Copy.objects.values_list("subscription_id", flat=True))
    assert {term.subscription_id for term in terms if term.start_issue.number == 504} == got & {b.pk for b in buyers}
    assert len(got) == Copy.objects.count()
