"""How long work has waited, and what was given up: the numbers that tell that a worker or a neighbour is down."""

import datetime as dt

from django.db.models import Min, Model, Q, QuerySet
from django.db.models.functions import Coalesce

from foundation.mail import queries as mail
from orders.payments.models import PaymentAttempt, WebhookEvent
from subscriptions.fulfillment.models import LabelRun

_ON_THE_WAY = ["planned", "submitting", "pending", "unknown"]


def ages(*, now: dt.datetime) -> dict[str, float]:
    """Seconds by queue since its oldest row began to wait; 0 where none waits.

    Pointers of nobody here are kept for three days in case their owner turns up, and are not late.
    """
    since = {
        "mail": mail.oldest_waiting_at(),
        "inbox": _oldest(WebhookEvent.objects.filter(state="new"), "received_at"),
        "attempts": _oldest(PaymentAttempt.objects.filter(state__in=_ON_THE_WAY), "created_at"),
        "settlements": _oldest(PaymentAttempt.objects.filter(state="paid", settled_at__isnull=True), "paid_at"),
        "runs": LabelRun.objects.filter(state__in=["rehearsing", "releasing"]).aggregate(
            since=Min(Coalesce("approved_at", "created_at"))
        )["since"],
    }
    return {queue: max(0.0, (now - at).total_seconds()) if at else 0.0 for queue, at in since.items()}


def given_up() -> dict[str, int]:
    """Rows by queue that no sweep will take up again. Bounces are not: renewals act on them by themselves."""
    return {
        "mail": mail.refused_count(),
        "inbox": WebhookEvent.objects.filter(state=WebhookEvent.State.DEAD).count(),
        "attempts": PaymentAttempt.objects.filter(state=PaymentAttempt.State.REJECTED).count(),
        "runs": LabelRun.objects.filter(~Q(last_error=""), state__in=["rehearsing", "releasing"]).count(),
    }


def _oldest(rows: QuerySet[Model], field: str) -> dt.datetime | None:
    at: dt.datetime | None = rows.aggregate(at=Min(field))["at"]
    return at
