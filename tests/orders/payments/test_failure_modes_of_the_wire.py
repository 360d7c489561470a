"""Failure modes 11 to 21: keys, limits, broken answers. Unknown is an outcome, healed by the same key or by looking."""

import datetime as dt
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from pytest_django import Settings

from demo.stripe_standin.testing import API_KEY
from orders.payments import actions
from orders.payments.models import ChargePermit, PaymentAttempt
from orders.payments.rules.outcomes import Paid, Unknown
from orders.payments.stripe_gateway import gateway
from tests.orders.payments.conftest import Desk, MoveClock
from tests.orders.payments.failure_modes import failure_mode

CHARGES = "/v1/payment_intents"
PAGES = "/v1/checkout/sessions"
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def permit(desk: Desk) -> ChargePermit:
    return desk.permit(desk.saved())


def look_after(attempt: PaymentAttempt, now: dt.datetime) -> PaymentAttempt:
    actions.look_after_stuck_attempts(now=now)
    attempt.refresh_from_db()
    return attempt


def charged(desk: Desk) -> int:
    """How many renewal charges went through; one more is the first purchase."""
    return len(desk.payments()) - 1


@failure_mode(11)
@pytest.mark.parametrize("state", ["invalid", "expired", "limited"])
def test_a_key_that_is_refused_leaves_the_page_to_be_opened_later(desk: Desk, state: str) -> None:
    attempt = desk.plan()
    desk.standin.control("keys", {"key": API_KEY, "state": state})
    attempt = actions.open_checkout(attempt_id=attempt.pk)
    assert (attempt.state, attempt.last_error) == ("unknown", "key_refused")

    desk.standin.control("keys", {"key": API_KEY, "state": "valid"})

    assert look_after(attempt, desk.now + HOUR / 20).state == "open"


@failure_mode(12)
def test_a_limit_that_says_try_again_is_not_even_noticed(desk: Desk, permit: ChargePermit) -> None:
    desk.standin.fault("rate_limit", path=CHARGES, should_retry=True)

    assert desk.charge(permit).state == "paid"


@failure_mode(12)
def test_a_limit_that_does_not_is_waited_for(desk: Desk, permit: ChargePermit) -> None:
    desk.standin.fault("rate_limit", path=CHARGES)

    attempt = desk.charge(permit)

    assert (attempt.state, attempt.last_error) == ("unknown", "rate_limited")
    assert look_after(attempt, desk.now + HOUR / 20).state == "paid"
    assert charged(desk) == 1


@failure_mode(13)
def test_a_stored_500_of_a_charge_that_was_made_is_found_out_by_looking(desk: Desk, permit: ChargePermit) -> None:
    desk.standin.fault("server_error", path=CHARGES, executed=True)
    attempt = desk.charge(permit)
    assert (attempt.state, attempt.last_error) == ("unknown", "server_error")

    for hours in (1, 2, 3):
        look_after(attempt, desk.now + hours * HOUR)

    assert attempt.state == "paid"
    assert charged(desk) == 1


@failure_mode(13)
def test_a_stored_500_of_a_charge_that_was_not_made_ends_as_never_sent(
    desk: Desk, permit: ChargePermit, moved_clock: MoveClock
) -> None:
    desk.standin.fault("server_error", path=CHARGES)
    attempt = desk.charge(permit)
    for hours in (1, 2, 3):
        assert look_after(attempt, desk.now + hours * HOUR).state == "unknown"

    moved_clock(23 * HOUR)

    assert look_after(attempt, desk.now).state == "never_sent"
    assert charged(desk) == 0
    # The retry has another key.
    assert desk.charge(permit, charge_on=permit.charge_on + dt.timedelta(days=1)).state in ("planned", "paid")


@failure_mode(13)
def test_a_stored_500_of_a_page_costs_a_new_key(desk: Desk) -> None:
    attempt = desk.plan()
    desk.standin.fault("server_error", path=PAGES)
    attempt = actions.open_checkout(attempt_id=attempt.pk)
    assert attempt.state == "unknown"

    attempt = actions.open_checkout(attempt_id=attempt.pk)

    assert (attempt.state, attempt.idempotency_key) == ("open", f"att:{attempt.uuid}:1")


@failure_mode(14)
def test_a_503_is_retried_at_once(desk: Desk, permit: ChargePermit) -> None:
    desk.standin.fault("unavailable", path=CHARGES)

    assert desk.charge(permit).state == "paid"
    assert charged(desk) == 1


@failure_mode(15)
def test_a_connection_cut_before_the_charge(desk: Desk, permit: ChargePermit) -> None:
    desk.standin.fault("cut_before", path=CHARGES, times=3)
    attempt = desk.charge(permit)
    assert (attempt.state, attempt.last_error) == ("unknown", "no_answer")

    assert look_after(attempt, desk.now + HOUR / 20).state == "paid"
    assert charged(desk) == 1


@failure_mode(16)
def test_a_connection_cut_after_the_charge_is_healed_by_the_same_key(desk: Desk, permit: ChargePermit) -> None:
    desk.standin.fault("cut_after", path=CHARGES)

    assert desk.charge(permit).state == "paid"

    asked = desk.standin.requests(method="POST", path=CHARGES)
    assert len(asked) == 2
    assert len({request["idempotency_key"] for request in asked}) == 1
    assert charged(desk) == 1


@failure_mode(16)
def test_a_connection_cut_after_the_page_was_made_is_healed_by_the_same_key(desk: Desk) -> None:
    desk.standin.fault("cut_after", path=PAGES)

    assert desk.open().state == "open"
    assert len(desk.standin.look("objects/checkout.session")["objects"]) == 1


@failure_mode(17)
def test_a_charge_that_is_answered_too_late(desk: Desk, permit: ChargePermit, settings: Settings) -> None:
    settings.STRIPE_TIMEOUT_SECONDS = (1, 0.3)
    desk.standin.fault("timeout_before", path=CHARGES, seconds=4)
    attempt = desk.charge(permit)
    assert attempt.state == "unknown"

    while charged(desk) == 0:
        time.sleep(0.1)
    settings.STRIPE_TIMEOUT_SECONDS = (5, 30)

    assert look_after(attempt, desk.now + HOUR / 20).state == "paid"
    assert charged(desk) == 1


@failure_mode(18)
def test_a_web_page_for_an_answer(desk: Desk, permit: ChargePermit) -> None:
    desk.standin.fault("html", path=CHARGES)
    attempt = desk.charge(permit)
    assert (attempt.state, attempt.last_error) == ("unknown", "unreadable_answer")

    assert look_after(attempt, desk.now + HOUR / 20).state == "paid"
    assert charged(desk) == 1


@failure_mode(19)
def test_the_same_key_twice_at_once_charges_once(desk: Desk, permit: ChargePermit) -> None:
    attempt = desk.plan_charge(permit)
    desk.standin.control("latency", {"ms": [300, 300]})
    request, key = attempt.request["charge"], attempt.idempotency_key

    with ThreadPoolExecutor(2) as threads:
        outcomes = list(threads.map(lambda _: gateway().charge_saved_method(request=request, key=key), range(2)))
    desk.standin.control("latency", {"ms": [0, 0]})

    assert [type(outcome) for outcome in outcomes] in ([Paid, Paid], [Paid, Unknown], [Unknown, Paid])
    assert charged(desk) == 1


@failure_mode(20)
def test_the_same_key_with_other_parameters_is_unknown_and_looked_for(desk: Desk, permit: ChargePermit) -> None:
    attempt = desk.plan_charge(permit)
    gateway().charge_saved_method(request=attempt.request["charge"], key=attempt.idempotency_key)
    attempt.request["charge"]["description"] = "changed by mistake"
    attempt.save()

    attempt = actions.send_attempt(attempt_id=attempt.pk)
    assert (attempt.state, attempt.last_error) == ("unknown", "idempotency_key_mismatch")

    assert look_after(attempt, desk.now + HOUR / 20).state == "paid"
    assert charged(desk) == 1


@failure_mode(21)
def test_a_key_that_stripe_has_forgotten_is_not_used_again(
    desk: Desk, permit: ChargePermit, moved_clock: MoveClock
) -> None:
    desk.standin.fault("html", path=CHARGES)
    attempt = desk.charge(permit)
    assert attempt.state == "unknown"
    moved_clock(25 * HOUR)

    assert look_after(attempt, desk.now).state == "paid"
    assert charged(desk) == 1


def test_a_crash_between_marking_and_asking_is_healed(desk: Desk, permit: ChargePermit) -> None:
    attempt = desk.plan_charge(permit)
    PaymentAttempt.objects.filter(pk=attempt.pk).update(
        state="submitting", submitted_at=desk.now, next_check_at=desk.now + HOUR / 30
    )

    assert look_after(attempt, desk.now).state == "submitting"
    assert look_after(attempt, desk.now + HOUR / 20).state == "paid"


def test_a_withdrawn_permit_is_not_asked_for_again_and_what_was_charged_is_found(
    desk: Desk, permit: ChargePermit
) -> None:
    desk.standin.fault("html", path=CHARGES)
    attempt = desk.charge(permit)
    actions.withdraw_permit(permit_id=permit.pk, because="canceled", now=desk.now)
    before = len(desk.standin.requests(method="POST", path=CHARGES))

    look_after(attempt, desk.now + HOUR)

    assert attempt.state == "paid"
    assert len(desk.standin.requests(method="POST", path=CHARGES)) == before


def test_a_withdrawn_permit_that_was_never_charged_under_ends_after_a_day(
    desk: Desk, permit: ChargePermit, moved_clock: MoveClock
) -> None:
    desk.standin.fault("cut_before", path=CHARGES, times=3)
    attempt = desk.charge(permit)
    actions.withdraw_permit(permit_id=permit.pk, because="canceled", now=desk.now)
    assert look_after(attempt, desk.now + HOUR).state == "unknown"

    moved_clock(23 * HOUR)

    assert look_after(attempt, desk.now).state == "never_sent"
    assert charged(desk) == 0


def test_one_bad_row_does_not_stop_the_others(desk: Desk, permit: ChargePermit) -> None:
    bad, good = desk.plan(), desk.open()
    PaymentAttempt.objects.filter(pk=bad.pk).update(state="submitting", next_check_at=desk.now, request={})
    PaymentAttempt.objects.filter(pk=good.pk).update(next_check_at=desk.now)
    desk.pay(good)

    assert look_after(good, desk.now).state == "paid"
    bad.refresh_from_db()
    assert bad.last_error == "KeyError"
    assert bad.next_check_at is not None
    assert bad.next_check_at > desk.now
