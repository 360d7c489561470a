"""A hold moves the end of a subscription, so the planned charge moves too. Ana's is on 11 December 2026 (conftest)."""

import datetime as dt
from typing import Any

import pytest

from config.celery import WAKE_LISTENERS
from foundation.actors import system
from subscriptions.terms import actions
from subscriptions.terms.queries import Where
from tests.house import at
from tests.orders.renewals.conftest import FIRST_NOTICE, Renewing

pytestmark = pytest.mark.django_db
BEFORE = FIRST_NOTICE - dt.timedelta(days=2)
BY = system("test")


def hold(ana: Renewing, first: int, until: int | None) -> Any:
    issue = ana.shop.house.issue
    return actions.hold(
        subscription_id=ana.subscription.pk,
        from_issue_id=issue(first).pk,
        until_issue_id=issue(until).pk if until else None,
        reason="vacation",
        by=BY,
        now=BEFORE,
    )


@pytest.fixture
def planned(ana: Renewing) -> Renewing:
    ana.lives(BEFORE)
    assert ana.cycle.charge_on == dt.date(2026, 12, 11)
    return ana


def keep_true() -> int:
    """What a hold wakes; the sweep over all cycles does the same, later."""
    from orders.renewals import actions as renewals

    return renewals.follow_shifted_service(now=BEFORE)


def test_a_hold_moves_it_by_the_issues_held_and_a_change_of_its_end_moves_it_again(planned: Renewing) -> None:
    pause = hold(planned, 511, 513)
    keep_true()
    assert planned.cycle.charge_on == dt.date(2027, 2, 11)

    actions.change_hold_end(pause_id=pause.pk, until_issue_id=planned.shop.house.issue(514).pk, by=BY, now=BEFORE)
    keep_true()
    assert planned.cycle.charge_on == dt.date(2027, 3, 11)

    actions.change_hold_end(pause_id=pause.pk, until_issue_id=planned.shop.house.issue(512).pk, by=BY, now=BEFORE)
    keep_true()
    assert planned.cycle.charge_on == dt.date(2027, 1, 11)

    actions.withdraw_hold(pause_id=pause.pk, by=BY, now=BEFORE)
    keep_true()
    assert planned.cycle.charge_on == dt.date(2026, 12, 11)


def test_a_bulk_hold_moves_it_and_its_end_moves_it_back(planned: Renewing) -> None:
    bulk = actions.bulk_hold(
        from_issue_id=planned.shop.house.issue(511).pk,
        until_issue_id=planned.shop.house.issue(512).pk,
        reason_code="strike",
        where=Where(states=["IL"]),
        by=BY,
        now=BEFORE,
    )
    keep_true()
    assert planned.cycle.charge_on == dt.date(2027, 1, 11)

    actions.end_bulk_hold(bulk_id=bulk.pk, by=BY, now=BEFORE)
    keep_true()
    assert planned.cycle.charge_on == dt.date(2026, 12, 11)


def test_nobody_is_charged_while_held_until_further_notice(planned: Renewing) -> None:
    hold(planned, 511, None)

    planned.lives_through(FIRST_NOTICE, at("2026-11-21"), at("2026-12-11"), at("2027-02-11"))

    assert planned.charges() == []


def test_every_change_of_a_hold_wakes_the_planner(
    planned: Renewing, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    woken: list[str] = []
    monkeypatch.setattr("foundation.wake._send", woken.append)

    with django_capture_on_commit_callbacks(execute=True):
        pause = hold(planned, 511, 513)
        actions.change_hold_end(pause_id=pause.pk, until_issue_id=planned.shop.house.issue(514).pk, by=BY, now=BEFORE)
        actions.end_hold(pause_id=pause.pk, by=BY, now=BEFORE)
        bulk = actions.bulk_hold(
            from_issue_id=planned.shop.house.issue(512).pk, until_issue_id=None, reason_code="flood", where=Where(),
            by=BY, now=BEFORE,
        )  # fmt: skip
        actions.end_bulk_hold(bulk_id=bulk.pk, by=BY, now=BEFORE)

    assert woken.count("service_shifted") == 5
    assert "orders.renewals.tasks.follow_shifted_service" in WAKE_LISTENERS["service_shifted"]


def test_only_the_renewals_of_those_who_were_touched_are_looked_at_and_once(planned: Renewing) -> None:
    assert keep_true() == 0

    hold(planned, 511, 513)

    assert keep_true() == 1
    assert keep_true() == 0


def test_a_shift_while_it_is_looked_at_is_looked_at_again(planned: Renewing) -> None:
    """The mark is remembered as it was read, not as the clock stands."""
    pause = hold(planned, 511, 513)
    keep_true()
    before = planned.cycle.kept_for
    actions.end_hold(pause_id=pause.pk, by=BY, now=BEFORE)
    planned.subscription.cycles.update(kept_for=before)

    assert keep_true() == 1
    assert planned.cycle.charge_on == dt.date(2026, 12, 11)


def test_the_sweep_over_all_finds_what_a_lost_wake_would_have_told(planned: Renewing) -> None:
    from orders.renewals import actions as renewals

    hold(planned, 511, 513)
    renewals.keep_cycles_true(now=BEFORE)

    assert planned.cycle.charge_on == dt.date(2027, 2, 11)
    assert keep_true() == 0


def test_whoever_comes_near_because_a_hold_has_ended_is_planned_at_once(ana: Renewing) -> None:
    from orders.renewals.models import Cycle

    pause = hold(ana, 511, None)
    ana.lives(BEFORE)
    assert not Cycle.objects.exists()

    actions.end_hold(pause_id=pause.pk, by=BY, now=BEFORE)
    keep_true()

    assert Cycle.objects.exists()


def test_a_term_that_goes_on_as_two_copies_is_looked_at(planned: Renewing) -> None:
    term = planned.subscription.terms.get()

    actions.split(term_id=term.pk, why="copies", copies=2, by=BY, now=BEFORE)

    assert keep_true() == 1


def test_a_bulk_hold_marks_only_those_who_are_charged(planned: Renewing) -> None:
    other = planned.shop.house.subscription(planned.shop.house.reader("Cy Vale"))
    planned.shop.house.term(other, first=508)

    actions.bulk_hold(
        from_issue_id=planned.shop.house.issue(511).pk, until_issue_id=planned.shop.house.issue(512).pk,
        reason_code="strike", where=Where(states=["IL"]), by=BY, now=BEFORE,
    )  # fmt: skip

    other.refresh_from_db()
    planned.subscription.refresh_from_db()
    assert other.pauses.count() == 1
    assert (other.shifted_at is None, planned.subscription.shifted_at is None) == (True, False)
