"""What payments know; nothing here changes anything."""

import datetime as dt
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet

from orders.payments import safety
from orders.payments.models import DeclineRule, PaymentAttempt, SavedMethod, WebhookEvent
from orders.payments.rules import breaker, declines

State = PaymentAttempt.State
Purpose = PaymentAttempt.Purpose
MethodState = SavedMethod.State


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
    checkouts = PaymentAttempt.objects.filter(purpose=Purpose.FIRST)
    over = Q(state__in=[State.PAID, State.DECLINED, State.EXPIRED, State.CANCELED]) | ~Q(decline_code="")
    last_hour = checkouts.filter(over, created_at__gt=now - breaker.DECLINES_WITHIN)
    ended = last_hour.order_by("-created_at").values_list("state", "decline_code")[: breaker.LOOKS_AT]
    if breaker.too_many_declines([state != State.PAID and bool(code) for state, code in ended]):
        return True
    rush_from = now - breaker.RUSH_WITHIN
    rush = checkouts.filter(created_at__gt=rush_from)
    # Every order asks this: it reads no more rows than it takes to answer no.
    if rush[: settings.LIMIT_CHECKOUT_BURST].count() < settings.LIMIT_CHECKOUT_BURST:
        return False
    lately = rush.count()
    before = checkouts.filter(created_at__gt=rush_from - breaker.USUAL_OVER, created_at__lte=rush_from).count()
    return breaker.is_a_rush(lately=lately, before=before, burst=settings.LIMIT_CHECKOUT_BURST)


def pointers_to_see() -> "QuerySet[WebhookEvent]":
    """Given up, or not placed yet: for a person to look at."""
    states = [WebhookEvent.State.DEAD, WebhookEvent.State.UNMATCHED]
    return WebhookEvent.objects.filter(state__in=states).order_by("-received_at")
