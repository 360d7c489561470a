import datetime as dt
from collections.abc import Sequence

import structlog
from django.db import transaction

from foundation import rows
from orders.checkout.models import OrderPayment
from orders.checkout.queries import payments_without_fee
from orders.ledger import actions as ledger
from orders.ledger.actions import Posting

log = structlog.get_logger(__name__)
TOGETHER = 100


def post_known_fees(*, now: dt.datetime) -> int:
    """Book the processor's fee of every payment for which Stripe has told it; how many were."""
    ids = list(payments_without_fee().values_list("pk", flat=True)[:500])
    batches = [ids[start : start + TOGETHER] for start in range(0, len(ids), TOGETHER)]
    return sum(_post_or_leave(batch, now=now) for batch in batches)


def _post_or_leave(payment_ids: Sequence[int], *, now: dt.datetime) -> int:
    """All of them at once or, where that fails, each by itself: one that cannot be posted stops no other."""
    try:
        return _post(payment_ids, now=now)
    except Exception:  # Whatever is wrong with one fee is logged, tried again, and asked for by the nightly check.
        if len(payment_ids) > 1:
            return sum(_post_or_leave([payment_id], now=now) for payment_id in payment_ids)
        log.exception("fee_not_posted", payment=payment_ids[0])
        return 0


@transaction.atomic
def _post(payment_ids: Sequence[int], *, now: dt.datetime) -> int:
    waiting = payments_without_fee().select_for_update(skip_locked=True, of=("self",))
    payments = list(waiting.filter(pk__in=payment_ids).order_by("pk"))
    days = {now.astimezone(payment.order.magazine.zone).date() for payment in payments}
    open_days = {day: ledger.first_open_day(day) for day in days}
    journals = ledger.post_all([_event(payment, open_days, now=now) for payment in payments])
    for payment, journal in zip(payments, journals, strict=True):
        payment.fee_journal = journal
    rows.update(payments, ["fee_journal"])
    return len(payments)


def _event(payment: OrderPayment, open_days: dict[dt.date, dt.date], *, now: dt.datetime) -> ledger.Event:
    """Without a fee the query would not have named it."""
    magazine, cents = payment.order.magazine, payment.attempt.fee_cents or 0
    return ledger.Event(
        posting_key=f"stripe:bt:{payment.attempt.balance_transaction_id}",
        kind="fee",
        book_date=open_days[now.astimezone(magazine.zone).date()],
        currency=payment.attempt.currency,
        lines=[
            Posting(account="5100", cents=cents, magazine=magazine.code),
            Posting(account="1010", cents=-cents, magazine=magazine.code),
        ],
        memo=payment.order.number,
    )
