"""Failure modes 1 to 10: what banks, cards and our own requests can get wrong."""

import datetime as dt
from typing import Any

import pytest

from demo.stripe_standin.testing import (
    AUTHENTICATE_ALWAYS,
    DECLINED,
    DECLINED_AFTER_ATTACH,
    MASTERCARD,
    VISA,
    pays_now_then,
)
from orders.payments import actions
from orders.payments.models import PaymentAttempt, SavedMethod, StripeCustomer
from tests.orders.payments.conftest import Desk, MoveClock
from tests.orders.payments.failure_modes import failure_mode

DAY = dt.timedelta(days=1)


@failure_mode(1)
@pytest.mark.parametrize(
    ("code", "decline_class", "method_state"),
    [
        ("generic_decline", "soft_unknown", "active"),
        ("insufficient_funds", "soft_funds", "active"),
        ("lost_card", "hard", "blocked"),
        ("stolen_card", "hard", "blocked"),
        ("expired_card", "data", "needs_update"),
        ("fraudulent", "hard", "blocked"),
        ("processing_error", "soft_technical", "active"),
    ],
)
def test_a_decline_is_classed_and_the_card_treated_by_it(
    desk: Desk, code: str, decline_class: str, method_state: str
) -> None:
    attempt = desk.charge_saved(pays_now_then(code))

    assert (attempt.state, attempt.decline_code, attempt.decline_class) == ("declined", code, decline_class)
    assert SavedMethod.objects.get().state == method_state
    assert len(desk.payments()) == 1


@failure_mode(1)
def test_a_declined_buyer_can_try_another_card_on_the_same_page(desk: Desk) -> None:
    attempt = desk.open()
    desk.pay(attempt, DECLINED)
    desk.heard(attempt)
    assert (attempt.state, attempt.decline_code) == ("open", "generic_decline")

    desk.pay(attempt, VISA)

    assert desk.heard(attempt).state == "paid"


@failure_mode(2)
def test_a_card_that_can_be_saved_and_never_charged(desk: Desk) -> None:
    attempt = desk.open()

    assert desk.pay(attempt, DECLINED_AFTER_ATTACH)["status"] == "declined"

    assert desk.heard(attempt).state == "open"
    assert not SavedMethod.objects.exists()


@failure_mode(3)
def test_the_bank_wants_the_payer_in_person(desk: Desk) -> None:
    attempt = desk.charge_saved(AUTHENTICATE_ALWAYS)

    assert (attempt.state, attempt.decline_class) == ("needs_customer", "auth")
    assert desk.days_until_the_next_try(attempt) is None


@failure_mode(3)
def test_a_charge_for_which_nobody_comes_is_called_off_after_a_week(desk: Desk, moved_clock: MoveClock) -> None:
    attempt = desk.charge_saved(AUTHENTICATE_ALWAYS)
    moved_clock(6 * DAY)
    assert looked_after(desk, attempt).state == "needs_customer"

    moved_clock(DAY)

    assert looked_after(desk, attempt).state == "canceled"
    [payment] = [one for one in payments_at_stripe(desk) if one["id"] == attempt.payment_intent_id]
    assert payment["status"] == "canceled"
    assert desk.plan(payer=attempt.payer, subject=attempt.subject_uuid).state == "planned"  # by another card


@failure_mode(3)
def test_who_confirms_a_charge_at_the_last_moment_has_paid(desk: Desk, moved_clock: MoveClock) -> None:
    attempt = desk.charge_saved(AUTHENTICATE_ALWAYS)
    moved_clock(7 * DAY)
    intents = desk.standin.client().v1.payment_intents
    intents.confirm(str(attempt.payment_intent_id), {"payment_method": "pm_card_visa"})

    assert looked_after(desk, attempt).state == "paid"


def looked_after(desk: Desk, attempt: PaymentAttempt) -> PaymentAttempt:
    actions.look_after_stuck_attempts(now=desk.now)
    attempt.refresh_from_db()
    return attempt


def payments_at_stripe(desk: Desk) -> list[dict[str, Any]]:
    return list(desk.standin.look("objects/payment_intent")["objects"])


@failure_mode(4)
@pytest.mark.parametrize(("answer", "state"), [("succeed", "paid"), ("fail", "open"), ("abandon", "open")])
def test_the_buyer_and_the_banks_question(desk: Desk, answer: str, state: str) -> None:
    attempt = desk.open()

    desk.pay(attempt, AUTHENTICATE_ALWAYS, authenticate=answer)

    assert desk.heard(attempt).state == state


@failure_mode(5)
def test_an_unknown_decline_code_is_soft(desk: Desk) -> None:
    method = desk.saved()
    desk.standin.control(f"payment_methods/{method.method_id}/decline_next", {"decline_code": "new_in_2027"})

    attempt = desk.charge(desk.permit(method))

    assert (attempt.decline_code, attempt.decline_class) == ("new_in_2027", "soft_unknown")


@failure_mode(6)
def test_advice_is_believed_before_the_decline_code(desk: Desk) -> None:
    method = desk.saved()
    codes = {"decline_code": "insufficient_funds", "advice_code": "do_not_try_again"}
    desk.standin.control(f"payment_methods/{method.method_id}/decline_next", codes)

    attempt = desk.charge(desk.permit(method))

    assert (attempt.decline_class, attempt.advice_code) == ("hard", "do_not_try_again")
    assert SavedMethod.objects.get().state == "blocked"


@failure_mode(7)
def test_a_detached_card_is_as_good_as_declined(desk: Desk) -> None:
    method = desk.saved()
    desk.standin.control(f"payment_methods/{method.method_id}/detach")

    attempt = desk.charge(desk.permit(method))

    assert (attempt.state, attempt.decline_class) == ("declined", "hard")
    desk.hear()
    assert SavedMethod.objects.get().state == "detached"


@failure_mode(7)
def test_a_deleted_customer_cannot_be_charged(desk: Desk) -> None:
    method = desk.saved()
    permit = desk.permit(method)
    desk.standin.control(f"customers/{StripeCustomer.objects.get().customer_id}/delete")

    attempt = desk.charge(permit)

    assert (attempt.state, attempt.decline_class) == ("declined", "hard")
    desk.hear()
    assert not StripeCustomer.objects.exists()


@failure_mode(7)
def test_a_deleted_customer_who_buys_again_gets_a_new_customer(desk: Desk) -> None:
    reader = desk.reader()
    desk.paid(payer=reader)
    old = StripeCustomer.objects.get().customer_id
    desk.standin.control(f"customers/{old}/delete")

    attempt = desk.open(payer=reader)

    assert attempt.state == "open"
    assert StripeCustomer.objects.get().customer_id != old


@failure_mode(8)
def test_another_customers_card_is_as_good_as_declined(desk: Desk) -> None:
    desk.paid(payer=desk.reader("Ben Other"))
    stolen = SavedMethod.objects.get().method_id
    SavedMethod.objects.all().update(method_id="pm_moved")
    desk.paid("pm_card_mastercard")
    SavedMethod.objects.filter(brand="mastercard").update(method_id=stolen)

    attempt = desk.charge(desk.permit(SavedMethod.objects.get(brand="mastercard")))

    assert (attempt.state, attempt.decline_class) == ("declined", "hard")
    assert len(desk.payments()) == 2


@failure_mode(9)
def test_an_amount_below_stripes_least_is_our_mistake(desk: Desk) -> None:
    attempt = desk.open(amount_cents=10)

    assert (attempt.state, attempt.checkout_url) == ("rejected", "")


@failure_mode(10)
def test_a_parameter_that_stripe_does_not_know_is_our_mistake(desk: Desk) -> None:
    attempt = desk.plan()
    attempt.request["checkout"]["payment_method_types"] = ["card"]
    attempt.save()

    attempt = actions.open_checkout(attempt_id=attempt.pk)

    assert attempt.state == "rejected"
    assert "payment_method_types" in attempt.last_error


def test_a_card_corrected_by_its_network_is_tried_again(desk: Desk) -> None:
    attempt = desk.charge_saved(pays_now_then("expired_card"))
    assert desk.days_until_the_next_try(attempt) is None

    method = SavedMethod.objects.get()
    desk.standin.control(f"payment_methods/{method.method_id}/update", {"exp_year": 2040})
    desk.standin.control(f"payment_methods/{method.method_id}/become", {"card": MASTERCARD})
    desk.hear()

    method.refresh_from_db()
    assert (method.state, method.exp_year) == ("active", 2040)
    assert desk.days_until_the_next_try(attempt) == 1


def test_a_retry_calls_off_the_declined_payment_before_it_charges(desk: Desk, moved_clock: MoveClock) -> None:
    method = desk.saved(pays_now_then("insufficient_funds"))
    permit = desk.permit(method)
    first = desk.charge(permit)
    assert desk.days_until_the_next_try(first) == 3
    moved_clock(3 * DAY)
    desk.standin.control(f"payment_methods/{method.method_id}/become", {"card": VISA})

    second = desk.charge(permit)

    first.refresh_from_db()
    assert (first.state, second.state, second.number) == ("canceled", "paid", 2)


def test_a_declined_payment_that_was_paid_after_all_is_not_charged_again(desk: Desk, moved_clock: MoveClock) -> None:
    permit = desk.permit(desk.saved(pays_now_then("insufficient_funds")))
    first = desk.charge(permit)
    moved_clock(3 * DAY)
    second = desk.plan_charge(permit)
    desk.standin.control(f"payment_intents/{first.payment_intent_id}/pay")

    second = actions.send_attempt(attempt_id=second.pk)

    first.refresh_from_db()
    assert (first.state, second.state) == ("paid", "canceled")
    assert len(desk.payments()) == 2  # the first purchase and the renewal


def test_a_payment_that_takes_days_is_pending_until_it_is_paid(desk: Desk) -> None:
    attempt = desk.open()
    desk.pay(attempt, "pm_card_standin_processing")
    assert desk.heard(attempt).state == "pending"

    desk.standin.control(f"payment_intents/{attempt.payment_intent_id}/settle")

    assert desk.heard(attempt).state == "paid"


def test_a_payment_that_takes_days_can_still_be_declined(desk: Desk) -> None:
    attempt = desk.open()
    desk.pay(attempt, "pm_card_standin_processing")
    desk.heard(attempt)

    codes = {"decline_code": "insufficient_funds"}
    desk.standin.control(f"payment_intents/{attempt.payment_intent_id}/settle", codes)

    assert (desk.heard(attempt).state, attempt.decline_class) == ("declined", "soft_funds")
