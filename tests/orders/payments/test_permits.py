"""No charge without a permit: refused with a sentence by the actions, and by the database whoever writes the row."""

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from orders.payments import actions
from orders.payments.errors import (
    AttemptIsLive,
    AttemptIsPaid,
    MethodCannotBeCharged,
    OutsideThePermit,
    PermitIsWithdrawn,
    TooManyAttempts,
)
from orders.payments.models import ChargePermit, PaymentAttempt, SavedMethod, StripeCustomer
from tests.orders.payments.conftest import PRICE, Desk, MoveClock

DAY = dt.timedelta(days=1)


@pytest.fixture
def permit(desk: Desk) -> ChargePermit:
    """A permit for a saved card, without a call to Stripe."""
    reader = desk.reader()
    StripeCustomer.objects.create(payer=reader, customer_id="cus_ana")
    return desk.permit(SavedMethod.objects.create(payer=reader, method_id="pm_ana"))


INSERT = """
    INSERT INTO payments_paymentattempt
        (uuid, payer_id, purpose, subject_uuid, number, amount_cents, currency, permit_id, charge_on, state,
         idempotency_key, request, checkout_url, balance_transaction_id, decline_class, decline_code, advice_code,
         network_codes, last_error, created_at, tries)
    SELECT gen_random_uuid(), {payer}, 'renewal', {subject}, {number}, {cents}, {currency}, {permit}, {charge_on},
           'planned', 'key', '{{}}', '', '', '', '', '', '', '', now(), 0
    FROM payments_chargepermit p
"""
ALLOWED = {
    "payer": "p.payer_id",
    "subject": "p.subject_uuid",
    "number": "1",
    "cents": "p.cap_cents",
    "currency": "p.currency",
    "permit": "p.id",
    "charge_on": "p.charge_on",
}


def insert_by_hand(**changes: str) -> None:
    """A row by plain SQL, past every line of our code."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(INSERT.format(**{**ALLOWED, **changes}))
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_plain_sql_inside_the_permit_is_let_through(permit: ChargePermit) -> None:
    insert_by_hand()

    assert PaymentAttempt.objects.get().amount_cents == PRICE


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        pytest.param({"permit": "NULL"}, "charge_has_a_permit|without a permit", id="no permit"),
        pytest.param({"permit": "4711"}, "without a permit", id="a permit that is not there"),
        pytest.param({"cents": "p.cap_cents + 1"}, "no more", id="a cent above the cap"),
        pytest.param({"currency": "'cad'"}, "no more", id="another currency"),
        pytest.param({"subject": "gen_random_uuid()"}, "another payer or subject", id="another subject"),
        pytest.param({"charge_on": "p.charge_on - 1"}, "until before", id="the day before"),
        pytest.param({"charge_on": "p.until"}, "until before", id="the day after the last"),
    ],
)
def test_plain_sql_outside_the_permit_is_refused(permit: ChargePermit, changes: dict[str, str], refusal: str) -> None:
    with pytest.raises(IntegrityError, match=refusal):
        insert_by_hand(**changes)

    assert not PaymentAttempt.objects.exists()


def test_plain_sql_for_another_payer_is_refused(desk: Desk, permit: ChargePermit) -> None:
    other = desk.reader("Ben Other")

    with pytest.raises(IntegrityError, match="another payer"):
        insert_by_hand(payer=str(other.pk))


def test_plain_sql_under_a_withdrawn_permit_is_refused(desk: Desk, permit: ChargePermit) -> None:
    actions.withdraw_permit(permit_id=permit.pk, because="canceled", now=desk.now)

    with pytest.raises(IntegrityError, match="withdrawn"):
        insert_by_hand()


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"amount_cents": PRICE + 1}, id="more money"),
        pytest.param({"subject_uuid": uuid4()}, id="something else"),
        pytest.param({"charge_on": dt.date(2020, 1, 1)}, id="another day"),
        pytest.param({"purpose": "first"}, id="another purpose"),
        pytest.param({"state": "paid", "paid_at": "2026-01-01T00:00Z", "payment_intent_id": "pi"}, id="paid at once"),
    ],
)
def test_a_planned_charge_cannot_be_bent(desk: Desk, permit: ChargePermit, change: dict[str, Any]) -> None:
    attempt = desk.plan_charge(permit)

    with pytest.raises(IntegrityError), transaction.atomic():
        PaymentAttempt.objects.filter(pk=attempt.pk).update(**change)


def test_a_charge_whose_permit_was_withdrawn_does_not_go_out(desk: Desk, permit: ChargePermit) -> None:
    attempt = desk.plan_charge(permit)
    # Past the action, which would call the attempt off as well.
    ChargePermit.objects.update(withdrawn_at=desk.now, withdrawn_because="canceled")

    with pytest.raises(IntegrityError, match="withdrawn"), transaction.atomic():
        PaymentAttempt.objects.filter(pk=attempt.pk).update(state="submitting")

    assert actions.send_attempt(attempt_id=attempt.pk).state == "canceled"
    assert desk.standin.requests(path="/v1/payment_intents") == []


def test_a_permit_cannot_be_widened_or_given_back(desk: Desk, permit: ChargePermit) -> None:
    for change in ({"cap_cents": 1_000_000}, {"until": permit.until + DAY}, {"payer": desk.reader("Ben Other")}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ChargePermit.objects.update(**change)
    actions.withdraw_permit(permit_id=permit.pk, because="canceled", now=desk.now)

    with pytest.raises(IntegrityError), transaction.atomic():
        ChargePermit.objects.update(withdrawn_at=None)


def test_a_paid_attempt_stands(desk: Desk) -> None:
    attempt = desk.paid()

    for change in (
        {"amount_cents": 1},
        {"payer": desk.reader("Ben Other")},
        {"subject_uuid": uuid4()},
        {"state": "declined"},
        {"charge_id": "ch_other"},
    ):
        with pytest.raises(IntegrityError, match="keeps its payer"), transaction.atomic():
            PaymentAttempt.objects.filter(pk=attempt.pk).update(**change)


# The same with a sentence, before the database is asked


def test_withdrawing_calls_off_what_is_planned(desk: Desk, permit: ChargePermit) -> None:
    attempt = desk.plan_charge(permit)

    actions.withdraw_permit(permit_id=permit.pk, because="auto-renew canceled", now=desk.now)
    actions.withdraw_permit(permit_id=permit.pk, because="again", now=desk.now)

    attempt.refresh_from_db()
    permit.refresh_from_db()
    assert (attempt.state, permit.withdrawn_because) == ("canceled", "auto-renew canceled")
    with pytest.raises(PermitIsWithdrawn):
        desk.plan_charge(permit)


@pytest.mark.parametrize("days", [-1, 15])
def test_no_charge_is_planned_outside_the_window(desk: Desk, permit: ChargePermit, days: int) -> None:
    with pytest.raises(OutsideThePermit):
        desk.plan_charge(permit, charge_on=permit.charge_on + days * DAY)


@pytest.mark.parametrize("state", ["needs_update", "blocked", "detached"])
def test_no_charge_is_planned_for_a_method_that_cannot_be_charged(desk: Desk, permit: ChargePermit, state: str) -> None:
    SavedMethod.objects.update(state=state)

    with pytest.raises(MethodCannotBeCharged):
        desk.plan_charge(permit)


def test_no_charge_is_planned_for_a_customer_that_was_deleted(desk: Desk, permit: ChargePermit) -> None:
    StripeCustomer.objects.all().delete()

    with pytest.raises(MethodCannotBeCharged):
        desk.plan_charge(permit)


def test_one_charge_at_a_time(desk: Desk, permit: ChargePermit) -> None:
    desk.plan_charge(permit)

    with pytest.raises(AttemptIsLive):
        desk.plan_charge(permit)
    with pytest.raises(IntegrityError, match="one_live_attempt"):
        insert_by_hand(number="2")


def test_a_permit_pays_once(desk: Desk) -> None:
    permit = desk.permit(desk.saved())
    desk.charge(permit)

    with pytest.raises(AttemptIsPaid):
        desk.plan_charge(permit, charge_on=permit.charge_on + DAY)
    with pytest.raises(IntegrityError, match="has been paid"):
        insert_by_hand(charge_on="p.charge_on + 1")


def test_a_card_is_tried_once_a_day_whatever_it_is_for(desk: Desk) -> None:
    method = desk.saved("pm_card_standin_later_insufficient_funds")
    desk.charge(desk.permit(method))

    with pytest.raises(TooManyAttempts):
        desk.plan_charge(desk.permit(method))


def test_four_attempts_in_a_fortnight_are_all(desk: Desk, permit: ChargePermit) -> None:
    for days in range(4):
        attempt = desk.plan_charge(permit, charge_on=permit.charge_on + days * DAY)
        PaymentAttempt.objects.filter(pk=attempt.pk).update(state="submitting", submitted_at=desk.now)
        PaymentAttempt.objects.filter(pk=attempt.pk).update(state="declined")

    with pytest.raises(TooManyAttempts):
        desk.plan_charge(permit, charge_on=permit.charge_on + 10 * DAY)


def test_a_charge_that_comes_too_late_is_called_off(desk: Desk, permit: ChargePermit, moved_clock: MoveClock) -> None:
    attempt = desk.plan_charge(permit)
    # The worker was down until the window was over.
    moved_clock(15 * DAY)

    assert actions.send_attempt(attempt_id=attempt.pk).last_error == "permit_has_run_out"
    assert desk.standin.requests(path="/v1/payment_intents") == []
