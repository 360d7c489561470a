"""What payments know; nothing here changes anything."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet

from orders.payments import safety
from orders.payments.models import DeclineRule, PaymentAttempt, SavedMethod, WebhookEvent
from orders.payments.rules import breaker, declines

State = PaymentAttempt.State
Purpose = PaymentAttempt.Purpose
MethodState = SavedMethod.State
# Every order asks this, so it reads no more than fifty rows, by index (`ended_checkout`, `attempt_of_first_purchase`;
# the planner has to see the literals). How many checkouts began lately is not counted: there were at most as many as
# numbers were given out since the first of them.
LATELY = """
    SELECT ARRAY(SELECT state <> 'paid' AND decline_code <> '' FROM payments_paymentattempt
                 WHERE purpose = 'first' AND created_at > %s
                   AND (state IN ('paid', 'declined', 'expired', 'canceled') OR decline_code <> '')
                 ORDER BY created_at DESC LIMIT %s),
           (SELECT max(id) FROM payments_paymentattempt)
           - (SELECT id FROM payments_paymentattempt WHERE purpose = 'first' AND created_at > %s
              ORDER BY created_at, id LIMIT 1) + 1
"""


# Cards declined on the pages that one connection opened lately: by index (`declined_from`), and nearly always none.
DECLINED_FROM = """
    SELECT count(*) FROM payments_paymentattempt attempt
    JOIN payments_webhookevent event
      ON event.object_id = attempt.payment_intent_id AND event.kind = 'payment_intent.payment_failed'
    WHERE attempt.asked_from = %s AND attempt.asked_from <> '' AND attempt.decline_code <> ''
      AND attempt.created_at > %s
"""


def stripe_is_set_up() -> bool:
    """Whether there is a key, of the environment or typed on the desk."""
    return bool(safety.api_key())


def attempts_to_settle() -> "QuerySet[PaymentAttempt]":
    """Paid, and the app that asked for the money has not taken notice yet; oldest first."""
    return PaymentAttempt.objects.filter(state=State.PAID, settled_at=None).order_by("paid_at", "pk")


def attempts_of(subject_uuid: UUID) -> "QuerySet[PaymentAttempt]":
    return PaymentAttempt.objects.filter(subject_uuid=subject_uuid).order_by("number")


def latest_attempt(subject_uuid: UUID) -> PaymentAttempt | None:
    return attempts_of(subject_uuid).last()


def active_method(payer_id: int) -> SavedMethod | None:
    """The method that the payer saved last and that can be charged."""
    methods = SavedMethod.objects.filter(payer_id=payer_id, state=SavedMethod.State.ACTIVE)
    return methods.order_by("-saved_at", "-pk").first()


def next_try_on(subject_uuid: UUID) -> dt.date | None:
    """When a declined charge is tried again; None when it is not: the payer has to help, or the fortnight is over."""
    sent = [attempt for attempt in attempts_of(subject_uuid).select_related("saved_method") if attempt.submitted_at]
    last = sent[-1] if sent else None
    if last is None or last.state not in (State.DECLINED, State.CANCELED) or not last.decline_class:
        return None
    decline_class = last.decline_class
    if decline_class == DeclineRule.Class.DATA and last.saved_method and last.saved_method.state == MethodState.ACTIVE:
        decline_class = declines.CORRECTED
    days = [attempt.charge_on for attempt in sent if attempt.charge_on and attempt.state != State.NEVER_SENT]
    return declines.next_try_on(decline_class=decline_class, tried_on=days)


def decline_revokes_consent(attempt: PaymentAttempt) -> bool:
    """Whether the payer has told the bank to stop: then auto-renew goes off as well."""
    return DeclineRule.objects.filter(code=attempt.decline_code, revokes_consent=True).exists()


def breaker_is_open(now: dt.datetime) -> bool:
    """Whether checkouts look like card testing: too many declines, or a sudden rush (reference: finance.md 5.2)."""
    with connection.cursor() as cursor:
        cursor.execute(LATELY, lately_parameters(now))
        declined, at_most = cursor.fetchone()
    return looks_like_card_testing(declined, at_most, now=now)


def declined_from(asked_from: str, *, now: dt.datetime) -> int:
    """How many cards were declined within a day on pages that were opened from there; none for an empty one."""
    with connection.cursor() as cursor:
        cursor.execute(DECLINED_FROM, declined_from_parameters(asked_from, now=now))
        return int(cursor.fetchone()[0])


def declined_from_parameters(asked_from: str, *, now: dt.datetime) -> list[Any]:
    """For `DECLINED_FROM`, which an order asks together with its other questions."""
    return [asked_from, now - breaker.DECLINES_OF_A_CONNECTION]


def lately_parameters(now: dt.datetime) -> list[Any]:
    """For `LATELY`, which an order asks together with its other questions."""
    return [now - breaker.DECLINES_WITHIN, breaker.LOOKS_AT, now - breaker.RUSH_WITHIN]


def looks_like_card_testing(declined: list[bool], lately_at_most: int | None, *, now: dt.datetime) -> bool:
    """What `breaker_is_open` says, of an answer to `LATELY`."""
    burst = settings.LIMIT_CHECKOUT_BURST
    if breaker.too_many_declines(declined):
        return True
    return (lately_at_most or 0) >= burst and _is_a_rush(now, burst=burst)


def _is_a_rush(now: dt.datetime, *, burst: int) -> bool:
    rush_from = now - breaker.RUSH_WITHIN
    checkouts = PaymentAttempt.objects.filter(purpose=Purpose.FIRST)
    lately = checkouts.filter(created_at__gt=rush_from).count()
    before = checkouts.filter(created_at__gt=rush_from - breaker.USUAL_OVER, created_at__lte=rush_from).count()
    return breaker.is_a_rush(lately=lately, before=before, burst=burst)


def pointers_to_see() -> "QuerySet[WebhookEvent]":
    """Given up, or not placed yet: for a person to look at."""
    states = [WebhookEvent.State.DEAD, WebhookEvent.State.UNMATCHED]
    return WebhookEvent.objects.filter(state__in=states).order_by("-received_at")
