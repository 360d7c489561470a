"""Attempts of which nobody has heard: look again, ask again under the same key, or find out that nothing was sent."""

import datetime as dt

import structlog
from django.db.models import F, Q

from foundation import wake
from orders.payments.actions import leases, recording
from orders.payments.actions.charges import send_attempt
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


def look_after_stuck_attempts(*, now: dt.datetime) -> int:
    """See to every attempt whose time to be looked at has come. Returns how many. A bad row never stops the others."""
    due = PaymentAttempt.objects.filter(
        Q(state__in=[*PaymentAttempt.LIVE], next_check_at__lte=now)
        | Q(state=State.PLANNED, purpose=Purpose.FIRST, checkout_expires_at__lte=now)
    )
    ids = list(due.order_by(F("next_check_at").asc(nulls_first=True)).values_list("pk", flat=True)[:AT_ONCE])
    for attempt_id in ids:
        try:
            _see_to(PaymentAttempt.objects.get(pk=attempt_id), now)
        except Exception as error:
            log.exception("stuck_attempt", attempt_id=attempt_id)
            PaymentAttempt.objects.filter(pk=attempt_id).update(
                last_error=type(error).__name__, tries=F("tries") + 1, next_check_at=now + dt.timedelta(minutes=10)
            )
    return len(ids)


def _see_to(attempt: PaymentAttempt, now: dt.datetime) -> None:
    page_is_over = attempt.checkout_expires_at is not None and attempt.checkout_expires_at <= now
    if attempt.purpose == Purpose.FIRST and page_is_over and attempt.state != State.PENDING:
        close_checkout(attempt_id=attempt.pk, now=now)
    elif attempt.state in (State.OPEN, State.PENDING, State.NEEDS_CUSTOMER):
        _look_again(attempt, now)
    elif attempt.purpose == Purpose.FIRST:
        open_checkout(attempt_id=attempt.pk)
    elif may_be_sent_again(attempt, now) and not _find(attempt, now, conclude=False):
        send_attempt(attempt_id=attempt.pk)
    elif not may_be_sent_again(attempt, now):
        _find(attempt, now, conclude=True)


def may_be_sent_again(attempt: PaymentAttempt, now: dt.datetime) -> bool:
    """Under its key, which makes a second charge impossible, and only while a first one would still be allowed."""
    permit = attempt.permit
    if permit is None or permit.withdrawn_at is not None or attempt.submitted_at is None:
        return False
    return attempt.last_error != "idempotency_key_mismatch" and now - attempt.submitted_at < SAME_KEY_FOR


def _look_again(attempt: PaymentAttempt, now: dt.datetime) -> None:
    refresh(attempt_id=attempt.pk, now=now)
    # Whatever came of it, the next look is not at once.
    PaymentAttempt.objects.filter(pk=attempt.pk, next_check_at__lte=now).update(
        next_check_at=now + dt.timedelta(hours=6)
    )


def _find(attempt: PaymentAttempt, now: dt.datetime, *, conclude: bool) -> bool:
    """Look for the payment at Stripe by our metadata and adopt it. True when it was found.

    Not found means never sent, if the time has come to conclude that.
    """
    if not conclude and attempt.tries < LOOK_AFTER_TRIES:
        return False
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
    charge = attempt.request["charge"]
    # Stripe's clock and ours may differ a little.
    since = (attempt.submitted_at or attempt.created_at) - dt.timedelta(minutes=10)
    found = gateway().find_payments(customer_id=charge["customer"], since=since, attempt_uuid=str(attempt.uuid))
    paid = [reading.outcome for reading in found if reading.outcome.state == "paid"]
    return next(iter(paid + [reading.outcome for reading in found]), None)
