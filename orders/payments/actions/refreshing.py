"""Look at Stripe's object as it is now, and set that. Events never set a state from their type; they cause this."""

import datetime as dt

from foundation import wake
from orders.payments.actions import leases, recording
from orders.payments.models import PaymentAttempt
from orders.payments.rules.outcomes import Outcome, Reading
from orders.payments.stripe_gateway import Gateway, gateway


def refresh(*, attempt_id: int, now: dt.datetime) -> PaymentAttempt:
    """Bring one attempt up to date, as on the page to which a buyer returns. Network: outside any transaction.

    Nothing happens while somebody else is at it, or when Stripe has nothing to look at yet.

    :raises StripeIsUnreachable, StripeObjectIsMissing: nothing is changed then
    :raises PaymentDiffers: another sum was taken than asked for
    """
    lease = leases.take_one(attempt_id)
    if lease is not None:
        try:
            attempt = PaymentAttempt.objects.get(pk=attempt_id)
            outcome = look(gateway(), attempt)
            if outcome is not None and recording.record(attempt_id=attempt_id, lease=lease, outcome=outcome, now=now):
                wake.wake("payment_settled")
        finally:
            leases.give_back(attempt_id, lease)
    return PaymentAttempt.objects.get(pk=attempt_id)


def look(stripe: Gateway, attempt: PaymentAttempt) -> Outcome | None:
    """What Stripe says now; None when it has nothing for this attempt that we know of.

    :raises StripeIsUnreachable, StripeObjectIsMissing: when it cannot be known
    """
    if attempt.checkout_session_id:
        return believed(attempt, stripe.get_checkout(attempt.checkout_session_id))
    if attempt.payment_intent_id:
        return believed(attempt, stripe.get_payment(attempt.payment_intent_id))
    return None


def believed(attempt: PaymentAttempt, reading: Reading) -> Outcome | None:
    """The outcome, if this reading is one by which the attempt may be judged.

    A page lives on after a declined card, so of a first purchase the payment alone tells only that money came or comes.
    """
    by_payment_alone = attempt.purpose == PaymentAttempt.Purpose.FIRST and not reading.session_id
    if by_payment_alone and reading.outcome.state not in ("paid", "pending"):
        return None
    return reading.outcome
