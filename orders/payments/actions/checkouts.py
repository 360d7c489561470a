"""First purchases: a page at Stripe where the buyer pays our total."""

import datetime as dt
import time
import uuid
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction

from foundation import clock, wake
from foundation.failpoints import reached
from orders.payments.actions import leases, recording
from orders.payments.actions.customers import ensure_customer, forget_customer
from orders.payments.actions.numbering import next_number
from orders.payments.errors import StripeIsUnreachable, StripeRefused
from orders.payments.models import PaymentAttempt
from orders.payments.rules import requests
from orders.payments.rules.outcomes import Expired, Outcome, Rejected, Unknown
from orders.payments.stripe_gateway import Gateway, gateway

log = structlog.get_logger(__name__)
State = PaymentAttempt.State
OPENABLE = (State.PLANNED, State.SUBMITTING, State.UNKNOWN)
WAIT_FOR_ANOTHER_SECONDS = 5.0


def plan_checkout(*, subject_uuid: uuid.UUID, **asked: Any) -> PaymentAttempt:
    """The row of a checkout that `open_checkout` then opens. Inside the caller's transaction; no network.

    Takes what `new_checkout` takes.

    :raises AttemptIsLive: when the subject has one that may still bring money: close it first
    :raises AttemptIsPaid: when it has been paid
    """
    attempt = new_checkout(subject_uuid=subject_uuid, **asked)
    attempt.number = next_number(subject_uuid)
    attempt.save(force_insert=True)
    return attempt


def new_checkout(
    *,
    payer_id: int,
    subject_uuid: uuid.UUID,
    amount_cents: int,
    currency: str,
    description: str,
    email: str,
    save_method: bool,
    success_url: str,
    cancel_url: str,
    now: dt.datetime,
    asked_from: str = "",
) -> PaymentAttempt:
    """The row, not yet written, of the first checkout of a subject that is written with it.

    :param asked_from: where the buyer came from, as a keyed hash
    """
    attempt_uuid = uuid.uuid4()
    expires_at = now + dt.timedelta(minutes=settings.CHECKOUT_SESSION_MINUTES)
    currency = currency.lower()
    checkout = requests.checkout_request(
        attempt_uuid=attempt_uuid,
        subject_uuid=subject_uuid,
        amount_cents=amount_cents,
        currency=currency,
        description=description,
        save_method=save_method,
        success_url=success_url,
        cancel_url=cancel_url,
        expires_at=int(expires_at.timestamp()),
    )
    return PaymentAttempt(
        uuid=attempt_uuid,
        payer_id=payer_id,
        purpose=PaymentAttempt.Purpose.FIRST,
        subject_uuid=subject_uuid,
        amount_cents=amount_cents,
        currency=currency,
        idempotency_key=f"att:{attempt_uuid}",
        # The customer's details wait here until Stripe has made the customer.
        request={"customer": {"email": email}, "checkout": checkout},
        checkout_expires_at=expires_at,
        asked_from=asked_from,
        created_at=now,
    )


def open_checkout(*, attempt_id: int) -> PaymentAttempt:
    """Get the payment page. Network: call it outside any transaction; calling it twice opens one page.

    The attempt is `open` with its `checkout_url` then. It may also be `unknown` (Stripe did not answer: call again),
    `expired`, or `rejected` (our mistake, alarmed).

    :raises StripeIsNotSetUp: when there is no key
    """
    stripe = gateway()
    lease = _lease_in_time(attempt_id)
    attempt = _begin(attempt_id, lease) if lease is not None else None
    if attempt is None or lease is None:
        return PaymentAttempt.objects.get(pk=attempt_id)
    reached("checkout.submitting")
    outcome = _ask_stripe(stripe, attempt)
    reached("checkout.answered")
    recording.record(attempt_id=attempt_id, lease=lease, outcome=outcome, now=clock.now())
    return PaymentAttempt.objects.get(pk=attempt_id)


@transaction.atomic
def _begin(attempt_id: int, lease: dt.datetime) -> PaymentAttempt | None:
    """Mark it as submitting. None (and the lease given back) when there is nothing to open any more."""
    now = clock.now()
    attempt = leases.lock_held(attempt_id, lease)
    if attempt is None:
        return None
    is_over = attempt.checkout_expires_at is not None and attempt.checkout_expires_at <= now
    if attempt.state not in OPENABLE or is_over:
        if attempt.state in OPENABLE:
            attempt.state = State.EXPIRED
        attempt.leased_until = None
        attempt.save(update_fields=["state", "leased_until"])
        return None
    if attempt.last_error == "server_error":
        # Stripe repeats a stored 500 for a day. A page whose address nobody has cannot be paid, so a new key is safe.
        attempt.idempotency_key = f"att:{attempt.uuid}:{attempt.tries}"
    attempt.state = State.SUBMITTING if attempt.state == State.PLANNED else attempt.state
    attempt.submitted_at = attempt.submitted_at or now
    attempt.tries += 1
    attempt.next_check_at = now + recording.patience(attempt.tries)
    attempt.save(update_fields=["state", "idempotency_key", "submitted_at", "tries", "next_check_at"])
    return attempt


def _ask_stripe(stripe: Gateway, attempt: PaymentAttempt) -> Outcome:
    outcome = _open_page(stripe, attempt, customer_key=f"cus:{attempt.uuid}")
    if isinstance(outcome, Rejected) and outcome.parameter == "customer":
        # The customer was deleted at Stripe. Nothing was executed, so a new one and a new key are safe.
        forget_customer(attempt.request["checkout"]["customer"])
        attempt.idempotency_key = f"att:{attempt.uuid}:customer{attempt.tries}"
        del attempt.request["checkout"]["customer"]
        outcome = _open_page(stripe, attempt, customer_key=f"cus:{attempt.uuid}:{attempt.tries}")
    if isinstance(outcome, Rejected) and outcome.parameter == "expires_at":
        # It was planned too long ago; the buyer begins again.
        return Expired(session_id="")
    return outcome


def _open_page(stripe: Gateway, attempt: PaymentAttempt, *, customer_key: str) -> Outcome:
    try:
        if "customer" not in attempt.request["checkout"]:
            wanted = requests.customer_request(
                payer_uuid=attempt.payer.uuid, email=attempt.request["customer"]["email"]
            )
            attempt.request["checkout"]["customer"] = ensure_customer(
                stripe, payer_id=attempt.payer_id, request=wanted, key=customer_key
            )
            # Stored before the call, and read back: what is sent again must be the same word for word, and the
            # database keeps the parameters in an order of its own.
            attempt.save(update_fields=["request", "idempotency_key"])
            attempt.refresh_from_db(fields=["request"])
    except StripeIsUnreachable as unreachable:
        return Unknown(unreachable.reason)
    except StripeRefused as refused:
        return Rejected(str(refused), refused.stripe_code)
    return stripe.open_checkout(request=attempt.request["checkout"], key=attempt.idempotency_key)


def _lease_in_time(attempt_id: int) -> dt.datetime | None:
    """The lease; somebody else may have it for a moment, as when a buyer clicks twice."""
    deadline = time.monotonic() + WAIT_FOR_ANOTHER_SECONDS
    while (lease := leases.take_one(attempt_id)) is None and time.monotonic() < deadline:
        time.sleep(0.1)
    return lease


def close_checkout(*, attempt_id: int, now: dt.datetime) -> PaymentAttempt:
    """Close the page, so that a new attempt can be planned. It is `expired` then, or `paid`: the buyer was quicker.

    :raises StripeIsUnreachable: it stays open then; the sweep comes again
    """
    lease = _lease_in_time(attempt_id)
    if lease is None:
        return PaymentAttempt.objects.get(pk=attempt_id)
    try:
        attempt = PaymentAttempt.objects.get(pk=attempt_id)
        if attempt.state in OPENABLE and attempt.checkout_session_id is None:
            # Nobody was ever given the address of a page, so nobody can pay.
            outcome: Outcome = Expired(session_id="")
        elif attempt.state == State.OPEN:
            outcome = gateway().expire_checkout(str(attempt.checkout_session_id)).outcome
        else:
            return attempt
        if recording.record(attempt_id=attempt_id, lease=lease, outcome=outcome, now=now):
            wake.wake("payment_settled")
    finally:
        leases.give_back(attempt_id, lease)
    return PaymentAttempt.objects.get(pk=attempt_id)
