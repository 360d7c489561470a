"""Where a buyer came from is kept for as long as it says something of card testing, and no longer."""

import datetime as dt

from orders.payments.models import PaymentAttempt
from orders.payments.rules import breaker


def forget_where_from(*, now: dt.datetime) -> int:
    """Of the attempts whose declines count no more, by twice the time that they do; of how many."""
    since = now - 2 * breaker.DECLINES_OF_A_CONNECTION
    return PaymentAttempt.objects.filter(created_at__lt=since).exclude(asked_from="").update(asked_from="")
