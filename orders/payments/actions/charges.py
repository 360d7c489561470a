"""Off-session charges, sent: three transactions, and the call to Stripe between them."""

import datetime as dt
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction

from foundation import clock, wake
from foundation.failpoints import reached
from orders.payments.actions import leases, recording
from orders.payments.errors import StripeIsUnreachable
from orders.payments.models import PaymentAttempt, SavedMethod
from orders.payments.rules.outcomes import Canceled, Outcome
from orders.payments.stripe_gateway import Gateway, gateway

log = structlog.get_logger(__name__)
State = PaymentAttempt.State
SENDABLE = (State.PLANNED, State.SUBMITTING, State.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Submission:
    """A charge that is on its way: the stored request under the stored key, and the lease of who sends it."""

    attempt_id: int
    lease: dt.datetime
    request: dict[str, Any]
    key: str


def send_attempt(*, attempt_id: int) -> PaymentAttempt:
    """Send a planned charge, or one whose outcome is unknown once more under its key. Network: outside any transaction.

    Nothing happens when it is not due, not ours to send, or being sent; a charge without a valid permit is called off.

    :raises StripeIsUnreachable: an earlier payment for the same subject could not be called off; it comes round again
    """
    stripe = gateway()
    submission = _submit(stripe, attempt_id)
    if submission is not None:
        _finish(submission, _call(stripe, submission))
    return PaymentAttempt.objects.get(pk=attempt_id)


def send_waiting_attempts(*, now: dt.datetime) -> int:
    """Send the planned charges that are due, at the rate that Stripe grants. Returns how many were sent.

    A second's worth goes out at once, from threads that only wait for Stripe; the rows are written here, one by one.
    """
    today = clock.today()
    waiting = PaymentAttempt.objects.filter(
        purpose=PaymentAttempt.Purpose.RENEWAL, state=State.PLANNED, charge_on__lte=today
    )
    ids = list(waiting.order_by("created_at").values_list("pk", flat=True))
    if not ids:
        return 0
    stripe, sent = gateway(), 0
    for start in range(0, len(ids), settings.STRIPE_MAX_RPS):
        began = time.monotonic()
        batch = list(_submit_each(stripe, ids[start : start + settings.STRIPE_MAX_RPS]))
        for submission, outcome in zip(batch, stripe.each(lambda one: _call(stripe, one), batch), strict=True):
            _finish_or_park(submission, outcome)
        sent += len(batch)
        if start + settings.STRIPE_MAX_RPS < len(ids):
            time.sleep(max(0.0, 1 - (time.monotonic() - began)))
    return sent


def _submit_each(stripe: Gateway, attempt_ids: Iterable[int]) -> Iterable[Submission]:
    for attempt_id in attempt_ids:
        try:
            submission = _submit(stripe, attempt_id)
        except StripeIsUnreachable as unreachable:
            # Its turn comes again with the next sweep.
            log.warning("charge_not_sent", attempt_id=attempt_id, reason=unreachable.reason)
            continue
        except Exception as error:  # One that cannot be sent keeps no other waiting; its lease went back.
            log.exception("charge_not_sent", attempt_id=attempt_id, error=type(error).__name__)
            continue
        if submission is not None:
            yield submission


def _finish_or_park(submission: Submission, outcome: Outcome) -> None:
    try:
        _finish(submission, outcome)
    except Exception:  # One bad row must not stop the others: it keeps its state, and the stuck-attempt sweep shows it.
        log.exception("charge_not_recorded", attempt_id=submission.attempt_id)


def _submit(stripe: Gateway, attempt_id: int) -> Submission | None:
    """Lease, call off what could still be paid twice, mark as submitting. None when there is nothing to send."""
    lease = leases.take_one(attempt_id)
    if lease is None:
        return None
    try:
        attempt = PaymentAttempt.objects.get(pk=attempt_id)
        if attempt.state == State.PLANNED and not _earlier_is_over(stripe, attempt):
            recording.record(attempt_id=attempt_id, lease=lease, outcome=Canceled(""), now=clock.now())
            return None
        submission = _begin(attempt_id, lease)
    except IntegrityError as refusal:
        # The database had the last word: the permit was withdrawn at this very moment.
        log.warning("charge_refused_by_the_database", attempt_id=attempt_id, reason=str(refusal).splitlines()[0])
        recording.record(attempt_id=attempt_id, lease=lease, outcome=Canceled(""), now=clock.now())
        return None
    except BaseException:  # Even when the process is told to end: the lease goes back, and the error goes on.
        leases.give_back(attempt_id, lease)
        raise
    if submission is not None:
        reached("charge.submitting")
    return submission


def _earlier_is_over(stripe: Gateway, attempt: PaymentAttempt) -> bool:
    """Call off earlier payments of the subject, as a declined one can still be paid. False when one has been paid.

    :raises StripeIsUnreachable: when that cannot be known
    """
    earlier = PaymentAttempt.objects.filter(subject_uuid=attempt.subject_uuid, state=State.DECLINED)
    for other in earlier.exclude(payment_intent_id=None).exclude(pk=attempt.pk):
        if not call_off(other, stripe=stripe, now=clock.now()):
            raise StripeIsUnreachable("earlier_payment_busy")
    return not PaymentAttempt.objects.filter(subject_uuid=attempt.subject_uuid, state=State.PAID).exists()


def call_off(attempt: PaymentAttempt, *, stripe: Gateway, now: dt.datetime) -> bool:
    """It is `canceled` then, or `paid`: the payer was quicker. False while somebody else is at it.

    :raises StripeIsUnreachable: while Stripe cannot tell; it stays as it is
    """
    lease = leases.take_one(attempt.pk)
    if lease is None:
        return False
    try:
        reading = stripe.cancel_payment(str(attempt.payment_intent_id))
        if recording.record(attempt_id=attempt.pk, lease=lease, outcome=reading.outcome, now=now):
            wake.wake("payment_settled")
    finally:
        leases.give_back(attempt.pk, lease)
    return True


@transaction.atomic
def _begin(attempt_id: int, lease: dt.datetime) -> Submission | None:
    """Mark as submitting, which the database allows under a valid permit only."""
    now = clock.now()
    attempt = leases.lock_held(attempt_id, lease)
    if attempt is None:
        return None
    if attempt.state not in SENDABLE or not _is_due(attempt):
        attempt.leased_until = None
        attempt.save(update_fields=["leased_until"])
        return None
    if reason := _obstacle(attempt):
        attempt.state, attempt.last_error, attempt.leased_until = State.CANCELED, reason, None
        attempt.save(update_fields=["state", "last_error", "leased_until"])
        wake.wake("payment_settled")
        return None
    attempt.state = State.SUBMITTING if attempt.state == State.PLANNED else attempt.state
    attempt.submitted_at = attempt.submitted_at or now
    attempt.tries += 1
    attempt.next_check_at = now + recording.patience(attempt.tries)
    attempt.save(update_fields=["state", "submitted_at", "tries", "next_check_at"])
    return Submission(attempt_id, lease, attempt.request["charge"], attempt.idempotency_key)


def _is_due(attempt: PaymentAttempt) -> bool:
    return attempt.charge_on is not None and attempt.charge_on <= clock.today()


def _obstacle(attempt: PaymentAttempt) -> str:
    """Why a planned charge may not be sent any more; empty when it may. One that was sent before is only sent again."""
    permit = attempt.permit
    if attempt.state != State.PLANNED or permit is None:
        return ""
    if permit.withdrawn_at is not None:
        return "permit_withdrawn"
    if clock.today() >= permit.until:
        return "permit_has_run_out"
    if permit.method.state != SavedMethod.State.ACTIVE:
        return f"method_{permit.method.state}"
    return ""


def _call(stripe: Gateway, submission: Submission) -> Outcome:
    outcome = stripe.charge_saved_method(request=submission.request, key=submission.key)
    reached("charge.answered")
    return outcome


def _finish(submission: Submission, outcome: Outcome) -> None:
    news = recording.record(attempt_id=submission.attempt_id, lease=submission.lease, outcome=outcome, now=clock.now())
    reached("charge.recorded")
    if news:
        wake.wake("payment_settled")
