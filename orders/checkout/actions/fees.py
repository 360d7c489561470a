import datetime as dt

from django.db import transaction

from orders.checkout.queries import payments_without_fee
from orders.ledger import actions as ledger
from orders.ledger.actions import Posting


def post_known_fees(*, now: dt.datetime) -> int:
    """Book the processor's fee of every payment for which Stripe has told it; how many were."""
    ids = list(payments_without_fee().values_list("pk", flat=True)[:500])
    return sum(_post_fee(payment_id, now=now) for payment_id in ids)


@transaction.atomic
def _post_fee(payment_id: int, *, now: dt.datetime) -> bool:
    payment = payments_without_fee().select_for_update(skip_locked=True, of=("self",)).filter(pk=payment_id).first()
    if payment is None or payment.attempt.fee_cents is None:
        return False
    magazine = payment.order.magazine
    payment.fee_journal = ledger.post(
        posting_key=f"stripe:bt:{payment.attempt.balance_transaction_id}",
        kind="fee",
        book_date=ledger.first_open_day(now.astimezone(magazine.zone).date()),
        currency=payment.attempt.currency,
        lines=[
            Posting(account="5100", cents=payment.attempt.fee_cents, magazine=magazine.code),
            Posting(account="1010", cents=-payment.attempt.fee_cents, magazine=magazine.code),
        ],
        memo=payment.order.number,
    )
    payment.save(update_fields=["fee_journal"])
    return True
