"""Read Stripe's own list of events, so that a webhook that never came costs half an hour at most."""

import datetime as dt

import structlog
from django.db.models import Min

from foundation import wake
from orders.payments.actions import inbox
from orders.payments.models import EventCursor, PaymentAttempt
from orders.payments.stripe_gateway import gateway

log = structlog.get_logger(__name__)
OVERLAP = dt.timedelta(hours=2)
STRIPE_KEEPS = dt.timedelta(days=30)
WARN_AFTER = dt.timedelta(days=20)
AT_ONCE = 500


def sweep_events(*, now: dt.datetime) -> int:
    """Take in the events since the last sweep, with two hours of overlap. Returns how many were new to us.

    :raises StripeIsUnreachable: the cursor stays where it is then
    """
    read_until = _read_until(now)
    if now - read_until > WARN_AFTER:
        log.error("event_sweep_is_late", days=(now - read_until).days, lost=now - read_until > STRIPE_KEEPS)
    pointers = gateway().list_events(since=read_until - OVERLAP)
    new = 0
    for start in range(0, len(pointers), AT_ONCE):
        new += inbox.keep(pointers[start : start + AT_ONCE], source="sweep", now=now)
    EventCursor.objects.update_or_create(pk=1, defaults={"read_until": now})
    if new:
        wake.wake("webhook_received")
    return new


def _read_until(now: dt.datetime) -> dt.datetime:
    """At the very first sweep: since our first call."""
    cursor = EventCursor.objects.filter(pk=1).first()
    if cursor is not None:
        return cursor.read_until
    first = PaymentAttempt.objects.aggregate(at=Min("submitted_at"))["at"]
    return first if first is not None and first < now else now
