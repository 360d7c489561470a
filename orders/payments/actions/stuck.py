"""Attempts of which nobody has heard: look again, ask again under the same key, or find out that nothing was sent."""

import datetime as dt

import structlog
from django.db.models import F, Q

from foundation import wake
from orders.payments.actions import leases, recording
from orders.payments.actions.charges import call_off, send_attempt
from orders.payments.actions.checkouts import close_checkout, open_checkout
from orders.payments.actions.refreshing import refresh
from orders.payments.models import PaymentAttempt
from orders.payments.rules.outcomes import NeverSent, Outcome
from orders.payments.stripe_gateway import gateway

log = structlog.get_logger(__name__)
State = PaymentAttempt.State
Purpose = PaymentAttempt.Purpose
# Stripe forgets a key after 24 hours; from then on the same request would charge again.
SAME_KEY_FOR = dt.timedelta(hours=23)
# After so many tries under the same key (a stored 500 is repeated for a day) the payment is looked for as well.
LOOK_AFTER_TRIES = 3
AT_ONCE = 200
LOOK_EVERY = dt.timedelta(minutes=10)
# Stripe never ends by itself a charge that the bank wants confirmed in person; until it has ended it bars another one.
PAYER_MAY_COME_FOR = dt.timedelta(days=7)


def look_after_stuck_attempts(*, now: dt.datetime) -> int:
    """See to every attempt whose time to be looked at has come. Returns how many. A bad row never stops the others."""
    due = PaymentAttempt.objects.filter(
        Q(state__in=[*PaymentAttempt.LIVE], next_check_at__lte=now)
        | Q(state=State.PLANNED, purpose=Purpose.FIRST, checkout_expires_at__lte=now)
    )
    ids = list(due.order_by(F("next_check_at").asc(nulls_first=True)).values_list("pk", flat=True)[:AT_ONCE])
    for attempt_id in ids:
        try:
            attempt = PaymentAttempt.objects.select_related("permit").get(pk=attempt_id)
            _see_to(attempt, now)
        except Exception as error:
            log.exception("stuck_attempt", attempt_id=attempt_id)
            PaymentAttempt.objects.filter(pk=attempt_id).update(last_error=type(error).__name__)
        # Whatever came of it, the next look is not at once.
        still_due = PaymentAttempt.objects.filter(pk=attempt_id, next_check_at__lte=now)
        still_due.update(next_check_at=now + LOOK_EVERY)
    return len(ids)


def _see_to(attempt: PaymentAttempt, now: dt.datetime) -> None:
    if attempt.state == State.NEEDS_CUSTOMER and _nobody_came(attempt, now):
        call_off(attempt, stripe=gateway(), now=now)
    elif attempt.state in (State.PENDING, State.NEEDS_CUSTOMER):
        refresh(attempt_id=attempt.pk, now=now)
    elif attempt.purpose == Purpose.RENEWAL:
        _see_to_charge(attempt, now)
    elif _page_is_over(attempt, now):
        close_checkout(attempt_id=attempt.pk, now=now)
    elif attempt.state == State.OPEN:
        refresh(attempt_id=attempt.pk, now=now)
    else:
        open_checkout(attempt_id=attempt.pk)


def _nobody_came(attempt: PaymentAttempt, now: dt.datetime) -> bool:
    """Of charges alone: a payment made on a page cannot be called off at Stripe, whose own time for it runs out."""
    asked_at = attempt.submitted_at or attempt.created_at
    return attempt.purpose == Purpose.RENEWAL and now - asked_at >= PAYER_MAY_COME_FOR


def _page_is_over(attempt: PaymentAttempt, now: dt.datetime) -> bool:
    out_of_time = attempt.checkout_expires_at is not None and attempt.checkout_expires_at <= now
    return out_of_time or attempt.last_error == recording.TOO_MANY_DECLINES


def _see_to_charge(attempt: PaymentAttempt, now: dt.datetime) -> None:
    """Nobody knows whether it was charged: ask again under its key while Stripe knows the key, and look for it."""
    age = now - (attempt.submitted_at or attempt.created_at)
    if age >= SAME_KEY_FOR:
        _look_for(attempt, now, conclude=True)
        return
    if attempt.tries >= LOOK_AFTER_TRIES and _look_for(attempt, now, conclude=False):
        return
    if may_be_sent_again(attempt):
        send_attempt(attempt_id=attempt.pk)
    else:
        _look_for(attempt, now, conclude=False)


def may_be_sent_again(attempt: PaymentAttempt) -> bool:
    """The key makes a second charge impossible; a first one must still be allowed."""
    permit_stands = attempt.permit is not None and attempt.permit.withdrawn_at is None
    return permit_stands and attempt.last_error != "idempotency_key_mismatch"


def _look_for(attempt: PaymentAttempt, now: dt.datetime, *, conclude: bool) -> bool:
    """Look for the payment at Stripe by our metadata and adopt it; true when it was found.

    :param conclude: not found means never sent: a day after the call nothing can come of it any more
    """
    lease = leases.take_one(attempt.pk)
    if lease is None:
        return True
    try:
        outcome = _found(attempt) or (NeverSent() if conclude else None)
        if outcome is None:
            return False
        if recording.record(attempt_id=attempt.pk, lease=lease, outcome=outcome, now=now):
            wake.wake("payment_settled")
        return True
    finally:
        leases.give_back(attempt.pk, lease)


def _found(attempt: PaymentAttempt) -> Outcome | None:
    # Stripe's clock and ours may differ a little.
    since = (attempt.submitted_at or attempt.created_at) - dt.timedelta(minutes=10)
    found = gateway().find_payments(
        customer_id=attempt.request["charge"]["customer"], since=since, attempt_uuid=str(attempt.uuid)
    )
    outcomes = [reading.outcome for reading in found]
    return next((outcome for outcome in outcomes if outcome.state == "paid"), outcomes[0] if outcomes else None)
