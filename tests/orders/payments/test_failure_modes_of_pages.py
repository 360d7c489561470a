"""Failure modes 37 to 39, and the life of a page: opened, left, closed, begun anew."""

import datetime as dt
from uuid import uuid4

import pytest

from demo.stripe_standin.testing import DECLINED
from orders.payments import actions, queries
from orders.payments.errors import AttemptIsLive, AttemptIsPaid
from orders.payments.models import PaymentAttempt
from tests.orders.payments.conftest import Desk, MoveClock
from tests.orders.payments.failure_modes import MODES, TESTED, failure_mode

HOUR = dt.timedelta(hours=1)


def test_every_failure_mode_has_its_test() -> None:
    # Importing the files fills the table.
    from tests.orders.payments import (  # noqa: F401
        test_failure_modes_of_cards,
        test_failure_modes_of_the_wire,
        test_failure_modes_of_webhooks,
    )

    assert sorted(TESTED) == sorted(MODES)


@failure_mode(37)
def test_a_page_paid_at_the_second_it_is_closed_is_paid(desk: Desk) -> None:
    attempt = desk.open()
    desk.pay(attempt)

    attempt = actions.close_checkout(attempt_id=attempt.pk, now=desk.now)

    assert attempt.state == "paid"


@failure_mode(37)
def test_a_payment_under_way_when_the_page_expires_is_paid(desk: Desk, moved_clock: MoveClock) -> None:
    attempt = desk.open()
    moved_clock(HOUR + dt.timedelta(minutes=2))
    actions.look_after_stuck_attempts(now=desk.now)
    attempt.refresh_from_db()
    assert attempt.state == "expired"

    desk.pay(attempt, late=True)

    assert desk.heard(attempt).state == "paid"


@failure_mode(38)
def test_a_second_page_for_one_subject_is_refused_while_the_first_is_open(desk: Desk) -> None:
    subject, reader = uuid4(), desk.reader()
    desk.open(subject=subject, payer=reader)

    with pytest.raises(AttemptIsLive):
        desk.plan(subject=subject, payer=reader)


@failure_mode(38)
def test_two_tabs_with_the_same_page_pay_once(desk: Desk) -> None:
    attempt = desk.open()
    desk.pay(attempt)

    with pytest.raises(Exception, match="complete"):
        desk.pay(attempt)

    assert desk.heard(attempt).state == "paid"
    with pytest.raises(AttemptIsPaid):
        desk.plan(subject=attempt.subject_uuid)


@failure_mode(38)
def test_the_page_that_was_closed_can_no_longer_be_paid(desk: Desk) -> None:
    first = desk.open()
    actions.close_checkout(attempt_id=first.pk, now=desk.now)
    second = desk.open(subject=first.subject_uuid, payer=first.payer)

    with pytest.raises(Exception, match="expired"):
        desk.pay(first)
    desk.pay(second)

    assert desk.heard(second).state == "paid"
    assert second.number == 2


@failure_mode(39)
def test_an_abandoned_payment_that_succeeds_late_is_paid_beside_the_open_one(desk: Desk) -> None:
    first = desk.open()
    desk.pay(first, DECLINED)
    desk.heard(first)
    actions.close_checkout(attempt_id=first.pk, now=desk.now)
    second = desk.open(subject=first.subject_uuid, payer=first.payer)

    desk.pay(first, late=True)

    assert (desk.heard(first).state, desk.heard(second).state) == ("paid", "open")
    desk.pay(second)
    assert desk.heard(second).state == "paid"
    # Both are there to be settled: the app above sees that it was paid twice.
    assert list(queries.attempts_to_settle()) == [first, second]


def test_an_abandoned_page_expires_and_the_buyer_begins_anew(desk: Desk, moved_clock: MoveClock) -> None:
    first = desk.open()
    moved_clock(HOUR + dt.timedelta(minutes=2))

    actions.look_after_stuck_attempts(now=desk.now)

    first.refresh_from_db()
    assert first.state == "expired"
    second = desk.open(subject=first.subject_uuid, payer=first.payer)
    assert (second.state, second.number) == ("open", 2)


def test_the_expiry_is_heard_of_by_webhook_too(desk: Desk, moved_clock: MoveClock) -> None:
    attempt = desk.open()
    moved_clock(HOUR + dt.timedelta(seconds=2))

    assert desk.heard(attempt).state == "expired"


def test_a_page_that_was_never_opened_expires_without_a_call(desk: Desk, moved_clock: MoveClock) -> None:
    attempt = desk.plan()
    moved_clock(2 * HOUR)

    actions.look_after_stuck_attempts(now=desk.now)

    attempt.refresh_from_db()
    assert attempt.state == "expired"
    assert desk.standin.requests(path="/v1/checkout/sessions") == []


def test_a_planned_page_can_be_closed_and_is_never_opened(desk: Desk) -> None:
    attempt = desk.plan()

    actions.close_checkout(attempt_id=attempt.pk, now=desk.now)

    assert actions.open_checkout(attempt_id=attempt.pk).state == "expired"


def test_a_page_planned_too_long_ago_for_stripe_expires(desk: Desk, moved_clock: MoveClock) -> None:
    attempt = desk.plan()
    # Stripe wants half an hour at least between opening and expiry.
    moved_clock(dt.timedelta(minutes=20))

    assert actions.open_checkout(attempt_id=attempt.pk).state == "expired"


def test_closing_what_is_paid_changes_nothing(desk: Desk) -> None:
    attempt = desk.paid()

    assert actions.close_checkout(attempt_id=attempt.pk, now=desk.now).state == "paid"


def test_stripe_out_of_reach_leaves_the_page_to_be_opened_later(desk: Desk) -> None:
    attempt = desk.plan()
    desk.standin.fault("cut_before", path="/v1/customers", times=3)

    assert actions.open_checkout(attempt_id=attempt.pk).state == "unknown"
    assert actions.open_checkout(attempt_id=attempt.pk).state == "open"
    assert PaymentAttempt.objects.count() == 1


def test_a_crash_before_the_answer_is_healed_by_opening_again(desk: Desk) -> None:
    attempt = desk.open()
    # As if we had been killed before the answer was written down, and the lease had run out.
    PaymentAttempt.objects.update(state="submitting", checkout_session_id=None, checkout_url="")

    again = actions.open_checkout(attempt_id=attempt.pk)

    assert again.checkout_url == attempt.checkout_url
    assert len(desk.standin.look("objects/checkout.session")["objects"]) == 1
