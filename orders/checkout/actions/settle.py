"""What a paid attempt means: one paid order starts one term and posts one sale, whatever happens in between."""

import datetime as dt

import structlog
from django.db import transaction

from foundation.actors import Actor, system
from foundation.audit.actions import record
from foundation.errors import DomainError
from foundation.failpoints import reached
from foundation.wake import wake
from orders.checkout.actions.letters import thank_for_order
from orders.checkout.models import Order, OrderLine, OrderPayment
from orders.ledger import actions as ledger
from orders.ledger.actions import Posting
from orders.payments import actions as payments
from orders.payments import queries as payment_queries
from orders.payments.models import PaymentAttempt
from subscriptions.catalog.models import Offer
from subscriptions.terms import actions as terms
from subscriptions.terms.models import Subscription, Term

log = structlog.get_logger(__name__)
BY = system("settle")


class PaymentWithoutOrder(DomainError):
    code = "payment_without_order"


def settle_paid_orders(*, now: dt.datetime, at_most: int = 500) -> int:
    """Settle every paid attempt that is not settled yet; how many were. One bad row does not stop the others."""
    settled = 0
    for attempt_id in payment_queries.attempts_to_settle().values_list("pk", flat=True)[:at_most]:
        try:
            settled += settle_attempt(attempt_id=attempt_id, now=now)
        except DomainError as refusal:
            log.error("settle_refused", attempt=attempt_id, code=refusal.code)
            PaymentAttempt.objects.filter(pk=attempt_id).update(last_error=f"settle: {refusal.code}"[:200])
    if settled:
        wake("order_settled")
    return settled


@transaction.atomic
def settle_attempt(*, attempt_id: int, now: dt.datetime) -> bool:
    """Turn one paid attempt into terms, journal and thanks. False when another worker has it or had it.

    :raises PaymentWithoutOrder: when nobody here asked for the money
    """
    attempt = (
        payment_queries.attempts_to_settle()
        .select_for_update(skip_locked=True, of=("self",))
        .filter(pk=attempt_id)
        .first()
    )
    if attempt is None:
        return False
    reached("settle.claimed")
    order = (
        Order.objects.select_for_update(of=("self",))
        .select_related("magazine", "payer", "source_key")
        .filter(uuid=attempt.subject_uuid)
        .first()
    )
    if order is None:
        raise PaymentWithoutOrder(f"{attempt} paid for {attempt.subject_uuid}, which is no order.")
    if order.state == Order.State.PAID:
        _hold_surplus(order, attempt, now=now)
    else:
        _settle(order, attempt, now=now)
    payments.mark_settled(attempt_id=attempt.pk, now=now)
    reached("settle.marked")
    transaction.on_commit(lambda: reached("settle.committed"))
    return True


def _settle(order: Order, attempt: PaymentAttempt, *, now: dt.datetime) -> None:
    lines = list(order.lines.select_related("offer", "address", "recipient", "subscription", "promised_first_issue"))
    for line in lines:
        _start_term(line, order=order, now=now)
    reached("settle.terms_started")
    _post_sale(order, attempt, lines, now=now)
    reached("settle.posted")
    order.state = Order.State.PAID
    order.paid_at = attempt.paid_at or now
    order.closed_at = None
    order.save(update_fields=["state", "paid_at", "closed_at"])
    thank_for_order(order=order, lines=lines, now=now)
    record(BY, "order.paid", order, attempt=str(attempt.uuid), cents=attempt.amount_cents)


def _start_term(line: OrderLine, *, order: Order, now: dt.datetime) -> Term:
    # The book date of the sale journal: a sale in a closed month is a sale of the next one, in books and terms alike.
    sold_on = ledger.first_open_day(now.astimezone(order.magazine.zone).date())
    subscription = line.subscription or terms.open_subscription(
        magazine_id=order.magazine_id, reader_id=line.recipient_id, address_id=line.address_id, by=BY, now=now
    )
    term = terms.start_term(
        subscription_id=subscription.pk,
        line_uuid=line.uuid,
        payer_id=order.payer_id,
        units=line.issues,
        copies=line.copies,
        copy_class=Term.Class.GIFT if line.offer.kind == Offer.Kind.GIFT else Term.Class.PAID,
        magazine_cents=line.magazine_cents,
        postage_cents=line.postage_cents,
        currency=order.currency,
        sold_on=sold_on,
        by=BY,
        now=now,
    )
    line.subscription, line.term = subscription, term
    line.save(update_fields=["subscription", "term"])
    _follow_consent(line, subscription, by=BY)
    return term


def _follow_consent(line: OrderLine, subscription: Subscription, *, by: Actor) -> None:
    """Auto-renew starts only with a consent that stands; a gift or a renewal without one leaves the flag as it is."""
    consent = getattr(line, "consent", None)
    if consent is not None and consent.withdrawn_at is None:
        terms.set_renewal(subscription_id=subscription.pk, renewal=Subscription.Renewal.AUTO_CHARGE, by=by)


def _post_sale(order: Order, attempt: PaymentAttempt, lines: list[OrderLine], *, now: dt.datetime) -> None:
    deferred = [
        Posting(
            account="2100",
            cents=-line.total_cents,
            magazine=order.magazine.code,
            offer=line.offer.code,
            source=order.source_key.code,
        )
        for line in lines
    ]
    _book(order, attempt, use=OrderPayment.Use.SETTLES, credits=deferred, now=now)


def _hold_surplus(order: Order, attempt: PaymentAttempt, *, now: dt.datetime) -> None:
    """The order was paid already: the second payment is held as a credit of the payer until a person decides."""
    credit = Posting(account="2120", cents=-attempt.amount_cents, magazine=order.magazine.code)
    _book(order, attempt, use=OrderPayment.Use.SURPLUS, credits=[credit], now=now)
    record(BY, "order.paid_twice", order, attempt=str(attempt.uuid), cents=attempt.amount_cents)


def _book(order: Order, attempt: PaymentAttempt, *, use: str, credits: list[Posting], now: dt.datetime) -> None:
    day = now.astimezone(order.magazine.zone).date()
    journal = ledger.post(
        posting_key=f"stripe:charge:{attempt.charge_id or attempt.payment_intent_id}",
        kind="sale" if use == OrderPayment.Use.SETTLES else "surplus",
        book_date=ledger.first_open_day(day),
        currency=attempt.currency,
        lines=[Posting(account="1010", cents=attempt.amount_cents, magazine=order.magazine.code), *credits],
        memo=order.number,
    )
    OrderPayment.objects.create(
        order=order, attempt=attempt, use=use, amount_cents=attempt.amount_cents, journal=journal, settled_at=now
    )
