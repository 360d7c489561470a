"""Somebody tries stolen cards: twenty checkouts, five minutes ago, each with a declined card."""

import datetime as dt
from uuid import uuid4


def cards_are_tested(*, now: dt.datetime) -> None:
    from orders.payments.models import PaymentAttempt
    from subscriptions.readers.models import Reader

    payer = Reader.objects.create(name="Nobody", email="nobody@readers.example")
    PaymentAttempt.objects.bulk_create(
        PaymentAttempt(
            payer=payer, purpose="first", subject_uuid=uuid4(), amount_cents=5_95, currency="usd",
            idempotency_key=str(uuid4()), request={}, state="expired", decline_code="generic_decline",
            created_at=now - dt.timedelta(minutes=5),
        )
        for _ in range(20)
    )  # fmt: skip
