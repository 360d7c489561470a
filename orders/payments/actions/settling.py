"""What comes after the money: its fee, and the tick of the app that asked for it."""

import datetime as dt
from collections.abc import Sequence

import structlog
from django.db import transaction
from django.db.models import Q

from orders.payments.errors import StripeIsUnreachable
from orders.payments.models import PaymentAttempt
from orders.payments.rules.outcomes import ChargeReading
from orders.payments.stripe_gateway import Gateway, gateway

log = structlog.get_logger(__name__)
AT_ONCE = 200
THREADS = 4
# Stripe books the fee seconds after the charge and tells us; this sweep is for when it does not.
LEFT_ALONE = dt.timedelta(minutes=1)


def mark_settled(*, attempt_ids: Sequence[int], now: dt.datetime) -> None:
    """The app that asked for the money has taken notice. In its transaction; twice changes nothing."""
    PaymentAttempt.objects.filter(pk__in=attempt_ids, settled_at=None).update(settled_at=now)


def fetch_missing_fees(*, now: dt.datetime) -> int:
    """Ask for the fee of each charge whose balance transaction had not come with it. Returns how many are known now."""
    paid = PaymentAttempt.objects.filter(state=PaymentAttempt.State.PAID, balance_transaction_id="")
    due = paid.filter(Q(next_check_at=None) | Q(next_check_at__lte=now), paid_at__lte=now - LEFT_ALONE)
    waiting = dict(due.order_by("paid_at").values_list("pk", "charge_id")[:AT_ONCE])
    if not waiting:
        return 0
    stripe = gateway()
    looks = list(stripe.each(lambda charge_id: _look(stripe, str(charge_id)), waiting.values()))
    return sum(_set(pk, charge, now) for pk, charge in zip(waiting, looks, strict=True))


def _look(stripe: Gateway, charge_id: str) -> ChargeReading | Exception:
    try:
        return stripe.get_charge(charge_id)
    except Exception as error:
        # Handed back to the thread that writes rows and logs; the others go on.
        return error


@transaction.atomic
def _set(attempt_id: int, charge: ChargeReading | Exception, now: dt.datetime) -> bool:
    missing = PaymentAttempt.objects.filter(pk=attempt_id, balance_transaction_id="")
    if isinstance(charge, ChargeReading) and charge.balance_transaction_id:
        return bool(
            missing.update(
                fee_cents=charge.fee_cents, balance_transaction_id=charge.balance_transaction_id, next_check_at=None
            )
        )
    if isinstance(charge, Exception) and not isinstance(charge, StripeIsUnreachable):
        log.error("fee_not_found", attempt_id=attempt_id, error=str(charge))
    missing.update(next_check_at=now + dt.timedelta(minutes=5))
    return False
