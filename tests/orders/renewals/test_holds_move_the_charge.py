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


def keep_true() -> None:
    from orders.renewals import actions as renewals

    renewals.keep_cycles_true(now=BEFORE)


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
    assert "orders.renewals.tasks.keep_cycles_true" in WAKE_LISTENERS["service_shifted"]
    assert "orders.renewals.tasks.plan_cycles" in WAKE_LISTENERS["service_shifted"]
