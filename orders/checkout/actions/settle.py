"""What a paid attempt means: one paid order starts one term and posts one sale, whatever happens in between."""

import datetime as dt
from collections.abc import Sequence

import structlog
from django.db import transaction

from foundation import rows
from foundation.audit import actions as audit
from foundation.errors import DomainError
from foundation.failpoints import reached
from foundation.mail.actions import queue_mails
from foundation.wake import wake
from orders.checkout import queries
from orders.checkout.actions.bill_letters import tell_of_held
from orders.checkout.actions.bill_money import settle_bill
from orders.checkout.actions.gift_codes import issue_codes
from orders.checkout.actions.letters import thanks_for
from orders.checkout.actions.moved_meanwhile import ask_for_dearer_postage, joined_gifts
from orders.checkout.actions.paid_terms import BY, start_terms
from orders.checkout.models import Bill, Order, OrderLine, OrderPayment
from orders.ledger import actions as ledger
from orders.ledger.actions import Posting
from orders.ledger.models import AccountCode
from orders.payments import actions as payments
from orders.payments import queries as payment_queries
from orders.payments.models import PaymentAttempt
from subscriptions.catalog import actions as catalog
from subscriptions.terms.queries.merged import all_in_force

log = structlog.get_logger(__name__)
# So many are settled in one transaction, in the same few statements as one. Kept short, as each order is locked in it.
TOGETHER = 50
PARKED = "settle: "
Paid = Sequence[tuple[Order, PaymentAttempt]]
LinesOf = dict[int, list[OrderLine]]


class PaymentWithoutOrder(DomainError):
    code = "payment_without_order"


class RecipientIsErased(DomainError):
    code = "recipient_is_erased"


def settle_paid_orders(*, now: dt.datetime, at_most: int = 500) -> int:
    """Settle every paid attempt that is not settled yet; how many were. One bad row does not stop the others."""
    waiting = list(payment_queries.attempts_to_settle().values_list("pk", "last_error")[:at_most])
    # One that was refused before is tried by itself, so that it holds nobody up.
    alone = [[pk] for pk, error in waiting if error.startswith(PARKED)]
    others = [pk for pk, error in waiting if not error.startswith(PARKED)]
    batches = [others[start : start + TOGETHER] for start in range(0, len(others), TOGETHER)]
    settled = sum(_settle_or_park(attempt_ids, now=now) for attempt_ids in [*batches, *alone])
    if settled:
        wake("order_settled")
    return settled


def _settle_or_park(attempt_ids: Sequence[int], *, now: dt.datetime) -> int:
    """All of them at once or, where that fails, each by itself; whichever fails then is left with its reason."""
    try:
        return settle_attempts(attempt_ids=attempt_ids, now=now)
    except Exception as error:
        if len(attempt_ids) > 1:
            log.warning("settling_one_by_one", attempts=len(attempt_ids), error=type(error).__name__)
            return sum(_settle_or_park([attempt_id], now=now) for attempt_id in attempt_ids)
        reason = error.code if isinstance(error, DomainError) else type(error).__name__
        log.exception("settle_refused", attempt=attempt_ids[0], reason=reason)
        PaymentAttempt.objects.filter(pk=attempt_ids[0]).update(last_error=f"{PARKED}{reason}"[:200])
        return 0


@transaction.atomic
def settle_attempts(*, attempt_ids: Sequence[int], now: dt.datetime) -> int:
    """Turn paid attempts into terms, journals and thanks: all or none. Those that another worker has are left to it.

    :raises PaymentWithoutOrder: when nobody here asked for the money of one
    :raises RecipientIsErased: when whom it was for was forgotten meanwhile: there is nobody to send it to
    """
    waiting = payment_queries.attempts_to_settle().select_for_update(skip_locked=True, of=("self",))
    attempts = list(waiting.filter(pk__in=attempt_ids))
    if not attempts:
        return 0
    reached("settle.claimed")
    with audit.together():
        first, again = _orders_of(attempts)
        if first:
            _settle(first, now=now)
        if again:
            _hold_surplus(again, now=now)
        payments.mark_settled(attempt_ids=[attempt.pk for attempt in attempts], now=now)
    reached("settle.marked")
    transaction.on_commit(lambda: reached("settle.committed"))
    return len(attempts)


def _orders_of(attempts: Sequence[PaymentAttempt]) -> tuple[Paid, Paid]:
    """The orders, locked, with the attempt that pays each; and those that were paid already, with what came on top."""
    # In the order of their keys, so that two workers with attempts of the same orders do not wait for each other.
    locked = Order.objects.select_for_update(of=("self",)).order_by("pk")
    found = locked.select_related("magazine", "payer", "source_key").filter(uuid__in={a.subject_uuid for a in attempts})
    orders = {order.uuid: order for order in found}
    first: list[tuple[Order, PaymentAttempt]] = []
    again: list[tuple[Order, PaymentAttempt]] = []
    seen: set[int] = set()
    for attempt in attempts:
        order = orders.get(attempt.subject_uuid)
        if order is None:
            raise PaymentWithoutOrder(f"{attempt} paid for {attempt.subject_uuid}, which is no order.")
        is_paid = order.state == Order.State.PAID or order.pk in seen or _is_closed_bill(order)
        (again if is_paid else first).append((order, attempt))
        seen.add(order.pk)
    return first, again


def _is_closed_bill(order: Order) -> bool:
    """A change that was taken back, or settled without the money, is not made any more; any other order stands."""
    return order.kind in Order.BILLS and order.state != Order.State.AWAITING_PAYMENT


def _settle(paid: Paid, *, now: dt.datetime) -> None:
    lines = _lines_of([order for order, _ in paid])
    all_lines = [line for order, _ in paid for line in lines[order.pk]]
    joined = joined_gifts(line for line in all_lines if not line.by_code)
    magazines = {order.magazine_id for order, _ in paid}
    if len(magazines) > 1:
        # Of all at once: a pull of one would have its issue, and wait for the subscriptions of the others.
        catalog.keep_issues_open(magazine_ids=magazines, now=now)
    start_terms([line for line in all_lines if not line.by_code], by=BY, now=now)
    issue_codes([line for line in all_lines if line.by_code], by=BY, now=now)
    reached("settle.terms_started")
    _post_sales(paid, lines, _settle_bills(paid, now=now), now=now)
    reached("settle.posted")
    ask_for_dearer_postage(joined, by=BY, now=now)
    for order, attempt in paid:
        order.state, order.paid_at, order.closed_at = Order.State.PAID, attempt.paid_at or now, None
        audit.record(BY, "order.paid", order, attempt=str(attempt.uuid), cents=attempt.amount_cents)
    rows.update([order for order, _ in paid], ["state", "paid_at", "closed_at"])
    thanks = [thanks_for(order=order, lines=lines[order.pk], now=now) for order, _ in paid]
    queue_mails(mails=[mail for mail in thanks if mail is not None], now=now)


def _lines_of(orders: Sequence[Order]) -> LinesOf:
    by_order: LinesOf = {order.pk: [] for order in orders}
    known = {order.pk: order for order in orders}
    parts = ("offer", "address", "recipient", "subscription", "start_issue", "promised_first_issue", "consent",
             "gift__start_issue")  # fmt: skip
    for line in OrderLine.objects.filter(order__in=orders).select_related(*parts).order_by("pk"):
        line.order = known[line.order_id]
        if line.recipient is not None and line.recipient.erased_at is not None:
            raise RecipientIsErased(f"Whom order {line.order.number} was for was forgotten. Give the money back.")
        by_order[line.order_id].append(line)
    return by_order


def _settle_bills(paid: Paid, *, now: dt.datetime) -> dict[int, list[Posting]]:
    """Changes in mid-term take effect; what their money is credited to, by order."""
    bills = [order for order, _ in paid if order.kind in Order.BILLS]
    if not bills:
        return {}
    # Two workers lock the subscriptions in the same order: those that copies come from.
    subscriptions = dict(Bill.objects.filter(order__in=bills).values_list("order_id", "subscription_id"))
    goes_on = all_in_force(subscriptions.values())
    bills.sort(key=lambda order: goes_on[subscriptions[order.pk]])
    return {order.pk: settle_bill(order, by=BY, now=now) for order in bills}


def _post_sales(paid: Paid, lines: LinesOf, bills: dict[int, list[Posting]], *, now: dt.datetime) -> None:
    credits = [
        bills.get(order.pk)
        or [
            Posting(
                account=AccountCode.DEFERRED_GIFTS if line.by_code else AccountCode.DEFERRED_SUBSCRIPTIONS,
                cents=-line.total_cents,
                magazine=order.magazine.code,
                offer=line.offer.code,
                source=order.source_key.code,
            )
            for line in lines[order.pk]
            if line.total_cents
        ]
        for order, _ in paid
    ]
    _book(paid, credits, use=OrderPayment.Use.SETTLES, now=now)


def _hold_surplus(paid: Paid, *, now: dt.datetime) -> None:
    """The order was paid already: the second payment is held as a credit of the payer until a person decides."""
    credits = [
        [Posting(account=AccountCode.UNAPPLIED_CASH, cents=-attempt.amount_cents, magazine=order.magazine.code)]
        for order, attempt in paid
    ]
    _book(paid, credits, use=OrderPayment.Use.SURPLUS, now=now)
    for order, attempt in paid:
        audit.record(BY, "order.paid_twice", order, attempt=str(attempt.uuid), cents=attempt.amount_cents)
        if bill := queries.bill_of_order(order):
            tell_of_held(bill=bill, cents=attempt.amount_cents, attempt=attempt.uuid, now=now)


def _book(paid: Paid, credits: Sequence[list[Posting]], *, use: str, now: dt.datetime) -> None:
    days = {day: ledger.first_open_day(day) for day in {now.astimezone(o.magazine.zone).date() for o, _ in paid}}
    events = [
        ledger.Event(
            posting_key=f"stripe:charge:{attempt.charge_id or attempt.payment_intent_id}",
            kind="sale" if use == OrderPayment.Use.SETTLES else "surplus",
            book_date=days[now.astimezone(order.magazine.zone).date()],
            currency=attempt.currency,
            lines=[
                Posting(account=AccountCode.STRIPE_BALANCE, cents=attempt.amount_cents, magazine=order.magazine.code),
                *to,
            ],
            memo=order.number,
        )
        for (order, attempt), to in zip(paid, credits, strict=True)
    ]
    journals = ledger.post_all(events)
    OrderPayment.objects.bulk_create(
        OrderPayment(
            order=order, attempt=attempt, use=use, amount_cents=attempt.amount_cents, journal=journal, settled_at=now
        )
        for (order, attempt), journal in zip(paid, journals, strict=True)
    )
