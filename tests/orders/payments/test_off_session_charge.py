"""The straight road of a renewal charge: permitted, planned, sent, recorded."""

import datetime as dt

from orders.payments import actions, queries
from tests.orders.payments.conftest import Desk


def test_a_saved_card_is_charged_once_for_what_was_notified(desk: Desk) -> None:
    attempt = desk.charge_saved("pm_card_visa")

    assert attempt.state == "paid"
    assert attempt.amount_cents == 1995
    assert attempt.fee_cents == 88
    assert len(desk.payments()) == 2


def test_what_stripe_is_asked_is_an_off_session_charge_with_our_marks(desk: Desk) -> None:
    attempt = desk.charge_saved("pm_card_visa")

    (asked,) = desk.standin.requests(method="POST", path="/v1/payment_intents")
    assert asked["idempotency_key"] == f"att:{attempt.uuid}"
    assert asked["params"]["off_session"] == "true"
    assert asked["params"]["metadata"]["attempt"] == str(attempt.uuid)


def test_sending_twice_charges_once(desk: Desk) -> None:
    attempt = desk.charge_saved("pm_card_visa")

    actions.send_attempt(attempt_id=attempt.pk)

    assert len(desk.standin.requests(method="POST", path="/v1/payment_intents")) == 1


def test_the_webhooks_of_a_charge_change_nothing_more(desk: Desk) -> None:
    attempt = desk.charge_saved("pm_card_visa")

    desk.heard(attempt)

    assert attempt.state == "paid"
    assert not queries.pointers_to_see().exists()


def test_the_sweep_sends_what_is_due_and_only_that(desk: Desk) -> None:
    method = desk.saved()
    due = desk.plan_charge(desk.permit(method))
    permit = desk.permit(method)
    later = desk.plan_charge(permit, charge_on=permit.until - dt.timedelta(days=1))

    sent = actions.send_waiting_attempts(now=desk.now)

    due.refresh_from_db()
    later.refresh_from_db()
    assert (sent, due.state, later.state) == (1, "paid", "planned")
