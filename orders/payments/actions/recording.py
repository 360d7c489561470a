"""What Stripe said goes onto the row: one short transaction, one locked attempt."""

import datetime as dt

import structlog
from django.conf import settings
from django.db import transaction

from foundation.redaction import redacted
from orders.payments.actions import leases, methods
from orders.payments.errors import PaymentDiffers
from orders.payments.models import DeclineRule, PaymentAttempt
from orders.payments.rules import declines
from orders.payments.rules.declines import Rule
from orders.payments.rules.machine import may_become
from orders.payments.rules.outcomes import (
    DeclineCodes,
    Declined,
    Expired,
    NeedsCustomer,
    Open,
    Outcome,
    Paid,
    Pending,
    Rejected,
    Unknown,
)

log = structlog.get_logger(__name__)

# Marks a page on which too many cards were declined: the sweep closes it (reference: finance.md 5.2).
TOO_MANY_DECLINES = "too_many_declines"
# What was asked for, which no answer changes. Everything else is written with an answer, new fields too.
ASKED = frozenset(
    [
        "id",
        "uuid",
        "payer",
        "purpose",
        "subject_uuid",
        "number",
        "amount_cents",
        "currency",
        "permit",
        "charge_on",
        "idempotency_key",
        "request",
        "asked_from",
        "created_at",
        "submitted_at",
    ]
)
SET_BY_STRIPE = tuple(field.name for field in PaymentAttempt._meta.concrete_fields if field.name not in ASKED)
# After these the app that asked for the money has something to do.
NEWS = frozenset({"paid", "declined", "needs_customer", "rejected", "never_sent", "canceled", "expired"})


@transaction.atomic
def record(*, attempt_id: int, lease: dt.datetime, outcome: Outcome, now: dt.datetime) -> bool:
    """Set the outcome and give the lease back. True when the app above has something to do.

    :raises PaymentDiffers: when another sum was taken than asked for; nothing is changed then
    """
    attempt = leases.lock_held(attempt_id, lease)
    if attempt is None:
        log.info("lease_was_lost", attempt_id=attempt_id)
        return False
    attempt.leased_until = None
    news = apply(attempt=attempt, outcome=outcome, now=now)
    attempt.save()
    return news


def apply(*, attempt: PaymentAttempt, outcome: Outcome, now: dt.datetime) -> bool:
    """Set the outcome on a locked attempt without saving it; see `record`."""
    if outcome.state != attempt.state and not may_become(attempt.state, outcome.state):
        log.info("old_news", attempt=str(attempt.uuid), state=attempt.state, reported=outcome.state)
        return False
    is_new = outcome.state != attempt.state
    _write_details(attempt, outcome, now)
    if is_new and isinstance(outcome, Declined) and attempt.saved_method is not None:
        # Only once: the card may have been corrected since, and Stripe goes on telling of the decline.
        methods.note_decline(attempt.saved_method, attempt.decline_class)
    attempt.state = PaymentAttempt.State(outcome.state)
    return is_new and outcome.state in NEWS


def _write_details(attempt: PaymentAttempt, outcome: Outcome, now: dt.datetime) -> None:
    payment_id = getattr(outcome, "payment_id", "")
    if payment_id:
        attempt.payment_intent_id = payment_id
    match outcome:
        case Paid():
            _write_paid(attempt, outcome, now)
        case Open() | Expired():
            _write_page(attempt, outcome)
        case Declined() | NeedsCustomer():
            _write_codes(attempt, outcome.codes)
            attempt.next_check_at = now + dt.timedelta(days=1) if isinstance(outcome, NeedsCustomer) else None
        case Pending():
            attempt.next_check_at = now + dt.timedelta(hours=6)
        case Rejected():
            attempt.last_error = redacted(outcome.reason)[:200]
            attempt.next_check_at = None
        case Unknown():
            attempt.last_error = outcome.reason
            attempt.next_check_at = now + patience(attempt.tries)
        case _:
            attempt.next_check_at = None


def patience(tries: int) -> dt.timedelta:
    """How long an unknown outcome is left alone before the next look: doubling from one lease to about an hour."""
    return dt.timedelta(seconds=settings.LEASE_SECONDS * 2 ** min(max(tries - 1, 0), 5))


def _write_paid(attempt: PaymentAttempt, paid: Paid, now: dt.datetime) -> None:
    if (paid.amount_cents, paid.currency) != (attempt.amount_cents, attempt.currency):
        raise PaymentDiffers(
            f"{paid.payment_id} took {paid.amount_cents} {paid.currency}, "
            f"but {attempt.amount_cents} {attempt.currency} were asked for."
        )
    attempt.charge_id = paid.charge_id
    attempt.card_last4 = paid.method.last4 if paid.method else ""
    attempt.paid_at = attempt.paid_at or paid.paid_at
    attempt.last_error = ""
    attempt.next_check_at = None
    if paid.balance_transaction_id:
        attempt.fee_cents = paid.fee_cents
        attempt.balance_transaction_id = paid.balance_transaction_id
    if attempt.saves_method and paid.method is not None and attempt.saved_method_id is None:
        attempt.saved_method = methods.keep(payer_id=attempt.payer_id, reading=paid.method, now=now)


def _write_page(attempt: PaymentAttempt, page: Open | Expired) -> None:
    attempt.checkout_session_id = page.session_id or attempt.checkout_session_id
    if isinstance(page, Expired):
        attempt.next_check_at = None
    else:
        attempt.checkout_url = page.url
        attempt.checkout_expires_at = page.expires_at
        if attempt.last_error != TOO_MANY_DECLINES:
            attempt.next_check_at = page.expires_at + dt.timedelta(minutes=1)
            attempt.last_error = ""
    if page.codes is not None:
        _write_codes(attempt, page.codes)


def _write_codes(attempt: PaymentAttempt, codes: DeclineCodes) -> None:
    table = {
        row.code: Rule(row.decline_class, row.revokes_consent)
        for row in DeclineRule.objects.filter(code__in=declines.looked_up(codes))
    }
    rule = declines.classify(codes, table)
    attempt.decline_class = rule.decline_class
    attempt.decline_code = codes.decline_code[:60]
    attempt.advice_code = codes.advice_code[:40]
    attempt.network_codes = f"{codes.network_decline_code} {codes.network_advice_code}".strip()[:40]
