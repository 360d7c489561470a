"""Falling over at each marked point, and what the sweeps make of it: the same rows as without the fall.

The end of a process is played by an exception that nothing catches; the kill tests on real processes stand elsewhere.
"""

import datetime as dt
from collections.abc import Callable, Iterator

import pytest

from foundation import failpoints
from orders.payments import actions
from orders.payments.actions import charge_plans, charges, checkouts, working_off
from orders.payments.models import PaymentAttempt, WebhookEvent
from tests.orders.payments.conftest import Desk

LATER = dt.timedelta(minutes=5)


class Killed(BaseException):
    """Nothing catches it but the test."""


@pytest.fixture
def kill_at(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Die at the marked point, once."""

    def arm(point: str) -> None:
        fired: list[str] = []

        def reached(name: str) -> None:
            if name == point and not fired:
                fired.append(name)
                raise Killed

        for module in (charge_plans, charges, checkouts, working_off):
            monkeypatch.setattr(module, "reached", reached)

    yield arm
    assert failpoints.reached is not None


def clean_up(desk: Desk) -> None:
    """The leases run out, and all sweeps come round."""
    PaymentAttempt.objects.update(leased_until=None)
    now = desk.now + LATER
    actions.send_waiting_attempts(now=now)
    actions.look_after_stuck_attempts(now=now)
    desk.hear(now)
    actions.sweep_events(now=now)
    actions.work_off_inbox(now=now)


@pytest.mark.parametrize("point", ["charge.submitting", "charge.answered", "charge.recorded"])
def test_a_charge_interrupted_anywhere_is_made_once(desk: Desk, kill_at: Callable[[str], None], point: str) -> None:
    attempt = desk.plan_charge(desk.permit(desk.saved()))
    kill_at(point)
    with pytest.raises(Killed):
        actions.send_attempt(attempt_id=attempt.pk)

    clean_up(desk)

    attempt.refresh_from_db()
    assert (attempt.state, attempt.fee_cents) == ("paid", 88)
    assert len(desk.payments()) == 2  # the first purchase and the renewal


def test_a_charge_interrupted_while_it_is_planned_was_never_there(desk: Desk, kill_at: Callable[[str], None]) -> None:
    permit = desk.permit(desk.saved())
    kill_at("charge.planned")
    with pytest.raises(Killed):
        desk.plan_charge(permit)

    assert desk.charge(permit).number == 1


@pytest.mark.parametrize("point", ["checkout.submitting", "checkout.answered"])
def test_a_page_interrupted_anywhere_is_opened_once(desk: Desk, kill_at: Callable[[str], None], point: str) -> None:
    attempt = desk.plan()
    kill_at(point)
    with pytest.raises(Killed):
        actions.open_checkout(attempt_id=attempt.pk)

    clean_up(desk)

    attempt.refresh_from_db()
    assert attempt.state == "open"
    assert len(desk.standin.look("objects/checkout.session")["objects"]) == 1


@pytest.mark.parametrize("point", ["inbox.claimed", "inbox.fetched", "inbox.applied"])
def test_an_inbox_interrupted_anywhere_is_worked_off(desk: Desk, kill_at: Callable[[str], None], point: str) -> None:
    attempt = desk.open()
    desk.pay(attempt)
    kill_at(point)
    with pytest.raises(Killed):
        desk.hear()

    clean_up(desk)

    attempt.refresh_from_db()
    assert (attempt.state, attempt.fee_cents) == ("paid", 88)
    assert set(WebhookEvent.objects.values_list("state", flat=True)) == {"done"}
